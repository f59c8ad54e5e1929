"""The packages of a release: scripts/package tells how it is called."""

import hashlib
import os
import pathlib
import re
import subprocess
import sys

import image
import sbom
from files import File, below, gzipped, tar

ROOT = pathlib.Path(__file__).resolve().parents[2]
DIST = ROOT / "dist"
WASM, NATIVE, CLI = "kyc-gate", "kyc-gate-native", "kyc-gate-cli"
# What each processor's files are called, by OCI's name for it.
NATIVE_MODULES = {"amd64": "libkyc_gate.so", "arm64": "libkyc_gate.aarch64.so"}
PROGRAMS = {"amd64": "kyc-gate.x86_64", "arm64": "kyc-gate.aarch64"}
LINUX = {"amd64": "x86_64-linux", "arm64": "aarch64-linux"}
TARGETS = {"amd64": "x86_64-unknown-linux", "arm64": "aarch64-unknown-linux"}


class Release:
    """What is written, by name; in the end with the digest of everything."""

    def __init__(self, version: str, revision: str, time: int, dist: pathlib.Path = DIST):
        self.version, self.revision, self.time, self.dist = version, revision, time, dist
        self.written: dict[str, bytes] = {}

    def built(self, name: str) -> bytes:
        path = self.dist / name
        if not path.exists():
            sys.exit(f"{path} is missing: scripts/build makes it")
        return path.read_bytes()

    def about(self, title: str, description: str) -> dict[str, str]:
        said = {"title": title, "description": description, "version": self.version, "revision": self.revision}
        said |= {"licenses": "Apache-2.0", "created": image.moment(self.time)}
        return {f"org.opencontainers.image.{key}": value for key, value in said.items()}

    def archive(self, name: str, *files: File) -> None:
        """All below one folder, with the licence."""
        folder = f"kyc-gate-{self.version}"
        inside = [File(f"{folder}/{file.name}", file.data, file.runs) for file in (*files, self.licence())]
        self.written[f"{folder}-{name}.tar.gz"] = gzipped(tar(inside, self.time))

    @staticmethod
    def licence() -> File:
        return File("LICENSE", (ROOT / "LICENSE").read_bytes())

    def bill(self, name: str, package: str, target: str, *files: str) -> None:
        text = sbom.bill(package, target, {file: self.built(file) for file in files}, self.time)
        if problem := sbom.problem(text):
            sys.exit(f"{name}: not CycloneDX: {problem}")
        self.written[f"kyc-gate-{self.version}-{name}.cdx.json"] = text.encode()

    def wasm_image(self) -> image.Layout:
        """One layer with plugin.wasm, the compatible variant: what stock Istio and Envoy Gateway can pull."""
        about = self.about("kyc-gate", "Envoy filter (proxy-wasm) for REL-ID's KYC posts")
        about["module.wasm.image/variant"] = "compat"
        layout = image.Layout()
        layout.add_image([File("plugin.wasm", self.built("kyc_gate.wasm"))], "amd64", about, self.time)
        return layout

    def native_image(self) -> image.Layout:
        """The native module of each processor, to be copied out of it: nothing is loaded from an image volume."""
        about = self.about("kyc-gate-native", "Native Envoy module for REL-ID's KYC posts")
        layout = image.Layout()
        for architecture, module in NATIVE_MODULES.items():
            layout.add_image([File("libkyc_gate.so", self.built(module))], architecture, about, self.time)
        return layout

    def images(self) -> None:
        for name, layout in (("kyc-gate", self.wasm_image()), ("kyc-gate-native", self.native_image())):
            self.written[f"{name}-{self.version}.oci.tar"] = layout.archive(self.version, self.time)

    def archives(self) -> None:
        modules = ("kyc_gate.wasm", "kyc_gate.baseline.wasm")
        self.archive("wasm", *(File(name, self.built(name)) for name in modules))
        self.bill("wasm", WASM, "wasm32-wasip1", *modules)
        for architecture, where in LINUX.items():
            module, program = NATIVE_MODULES[architecture], PROGRAMS[architecture]
            self.archive(f"native-{where}", File("libkyc_gate.so", self.built(module)))
            self.bill(f"native-{where}", NATIVE, f"{TARGETS[architecture]}-gnu", module)
            self.archive(f"cli-{where}", File("kyc-gate", self.built(program), runs=True))
            self.bill(f"cli-{where}", CLI, f"{TARGETS[architecture]}-musl", program)
        self.archive("schemas", *below(ROOT / "schema", "schema"))
        self.chart()

    def chart(self) -> None:
        """As `helm package` makes it: one folder with the chart's name."""
        for found in sorted(ROOT.glob("envoy/**/Chart.yaml")):
            name = re.search(r"^name: *(\S+)", found.read_text(), re.MULTILINE)[1]
            version = re.search(r"^version: *(\S+)", found.read_text(), re.MULTILINE)[1]
            self.written[f"{name}-chart-{version}.tgz"] = gzipped(tar(below(found.parent, name), self.time))

    def write(self, folder: pathlib.Path) -> None:
        """Nothing of an earlier release stays."""
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        sums = [f"{hashlib.sha256(data).hexdigest()}  {name}\n" for name, data in sorted(self.written.items())]
        self.written["SHA256SUMS"] = "".join(sums).encode()
        for name, data in self.written.items():
            (folder / name).write_bytes(data)
        sys.stdout.writelines(sums)
        print(f"{folder}  sha256 of SHA256SUMS {hashlib.sha256(self.written['SHA256SUMS']).hexdigest()}")


def version() -> str:
    return re.search(r'^version = "(.+)"$', (ROOT / "Cargo.toml").read_text(), re.MULTILINE)[1]


def git(*words: str) -> str:
    return subprocess.run(["git", *words], cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.strip()


def main() -> None:
    changed = git("status", "--porcelain", "--untracked-files=no")
    if changed:
        print(f"NOT a release: the tree differs from its commit:\n{changed}", file=sys.stderr)
    time = int(os.environ.get("SOURCE_DATE_EPOCH") or git("log", "-1", "--format=%ct"))
    release = Release(version(), git("rev-parse", "HEAD") + ("-changed" if changed else ""), time)
    release.images()
    release.archives()
    release.write(pathlib.Path(sys.argv[1]) if len(sys.argv) > 1 else DIST / "release")


if __name__ == "__main__":
    main()
