"""Every command on the pages is run, or it is known why it can't be and what of it can be checked all the same."""

import os
import re
import shlex
import sys
import urllib.request

import pytest
import yaml
from conftest import shell
from manifests import containers, load
from pages import ROOT, blocks
from tools import CHART, helm, kustomize

sys.path.append(str(ROOT / "tests/e2e"))

from kyc_gate import kyc_gate


def commands():
    """The commands of all blocks: comments left out, continued lines joined."""
    for block in blocks("sh"):
        text = re.sub(r"\\\n\s*", " ", block.text)
        for line in text.splitlines():
            line = re.sub(r"(^|\s+)#\s.*$", "", line).strip()
            if line:
                yield pytest.param(line, block, id=f"{block}: {line[:60]}")


def run(line, *_):
    done = shell(line)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.strip()


def run_demo(line, block, request):
    assert "1. " in request.getfixturevalue("demo")


def run_native_demo(line, block, request):
    """The same as the Wasm module's, but for the module and what differs from post to post."""
    demo, native = request.getfixturevalue("demo"), request.getfixturevalue("native_demo")
    if native:
        assert "with dist/libkyc_gate.so" in native and "envoy/native/envoy.yaml" in native
        shown = [[line for line in said.splitlines() if re.match(r" +kyc_gate_", line)] for said in (demo, native)]
        assert shown[0] == shown[1]


def serve_demo(line, block, request):
    """It tells what else to try; that works too."""
    served = request.getfixturevalue("served")
    hints = re.findall(r"^   (curl .+)$", served.text(), re.MULTILINE)
    assert len(hints) >= 5
    for hint in hints:
        done = shell(hint)
        assert done.returncode == 0, hint
        assert "kyc_gate" in done.stdout or re.match(r"HTTP/1.1 (200|400) ", done.stdout), done.stdout


def ask_sidecar(line, block, request):
    request.getfixturevalue("sidecar")
    done = shell(line)
    assert done.returncode == 0, done.stdout + done.stderr
    if "/kyc" in line:
        assert re.match(r"HTTP/\S+ 400", done.stdout) and "urn:kyc-gate:unreadable-body" in done.stdout
    else:
        assert "kyc_gate" in done.stdout


def read_sidecars_log(line, block, request):
    """Where the log comes from needs a cluster; what is looked for in it is there after a post."""
    on_a_cluster(line, block, request)
    sidecar = request.getfixturevalue("sidecar")
    shell("curl -sk https://localhost:8443/kyc -H 'content-type: application/json' -d '{}'")
    wanted = shlex.split(line.partition("|")[2])
    assert wanted[0] == "grep"
    sidecar.wait_for(lambda: wanted[1] in sidecar.text(), 15)


def on_a_cluster(line, block, request):
    """No cluster here; but the names must be those of the manifest beside the page."""
    manifest = block.page.parent / "kyc-gate.yaml"
    objects = {"kubernetes": by_kustomize, "helm": by_helm}.get(block.page.parent.name, lambda: load(manifest))()
    for pattern, real in names(objects, manifest).items():
        for named in re.findall(pattern, line):
            assert named in real, f"{line}: {named} is none of {real}"


def by_kustomize():
    return kustomize(ROOT / "envoy/kubernetes/gateway")


def by_helm():
    text = helm("template", "kyc-gate", CHART, "--namespace", "kyc")
    return [found for found in yaml.safe_load_all(text) if found]


def apply_folder(line, *_):
    assert kustomize(ROOT / line.split()[-1])


def install_chart(line, *_):
    """No cluster here; but helm makes something of these very arguments."""
    arguments = shlex.split(line)
    assert arguments[:3] == ["helm", "upgrade", "--install"]
    assert "kind: Deployment" in helm("template", *arguments[3:])


def ask_for_the_metric(line, *_):
    [metric] = re.findall(r"pods/\*/(\w+)", line)
    assert metric in (ROOT / "envoy/kubernetes/components/autoscaling/autoscaler.yaml").read_text()


def names(objects, manifest):
    """What a command can name, by where it stands in the command."""
    if any(found["kind"] == "EnvoyProxy" for found in objects):
        return gateway_names({found["kind"]: found for found in objects}, manifest)
    [deployment] = [found for found in objects if found["kind"] == "Deployment"]
    pod = deployment["spec"]["template"]
    variables = [v for container in containers(deployment).values() for v in container.get("env", [])]
    secrets = [v["valueFrom"]["secretKeyRef"] for v in variables if "secretKeyRef" in v.get("valueFrom", {})]
    volumes = [volume["secret"]["secretName"] for volume in pod["spec"].get("volumes", []) if "secret" in volume]
    ports = [
        str(p["containerPort"]) for container in containers(deployment).values() for p in container.get("ports", [])
    ]
    return {
        r" -f (\S+\.yaml)": [str(manifest.relative_to(ROOT))],
        r"(?:kubectl -n|istioctl -n|create namespace) (\S+)": [deployment["metadata"]["namespace"]],
        r" deployment/(\S+)": [deployment["metadata"]["name"]],
        r" exec .*? -c (\S+)": list(containers(deployment)),
        r" logs .*? -c (\S+)": list(containers(deployment)),
        r" -l (\S+)": [f"{key}={value}" for key, value in pod["metadata"]["labels"].items()],
        r" secret generic (.+)": [f"{ref['name']} --from-file={ref['key']}=/path/to/{ref['key']}" for ref in secrets],
        r" secret tls (\S+)": volumes,
        r" port-forward \S+ (\d+) \d+": ports,
        r" port-forward \S+ \d+ (\d+)": ports,
        r"\b(KYC_\w+)": [variable["name"] for variable in variables],
    }


def gateway_names(objects, manifest):
    """The same of Envoy Gateway's objects, whose pods are made by it, in its own namespace."""
    gateway, policy = objects["Gateway"], objects["NetworkPolicy"]
    container = objects["EnvoyProxy"]["spec"]["provider"]["kubernetes"]["envoyDeployment"]["container"]
    secrets = [variable["valueFrom"]["secretKeyRef"] for variable in container["env"]]
    [source] = [rule for ingress in policy["spec"]["ingress"] for rule in ingress["from"]]
    [proxies] = source["namespaceSelector"]["matchLabels"].values()
    certificates = [
        ref["name"] for listener in gateway["spec"]["listeners"] for ref in listener["tls"]["certificateRefs"]
    ]
    return {
        r" -f (\S+\.yaml)": [str(manifest.relative_to(ROOT))],
        r"create namespace (\S+)": [gateway["metadata"]["namespace"]],
        r"kubectl -n (\S+)": [gateway["metadata"]["namespace"], proxies],
        r" (\w+/[\w-]+)(?= |$)": [f"{kind.lower()}/{found['metadata']['name']}" for kind, found in objects.items()],
        r" -l (\S+)": [f"{key}={value}" for key, value in source["podSelector"]["matchLabels"].items()],
        r" logs .*? -c (\S+)": ["envoy"],
        r" secret generic (.+)": [
            " ".join([secrets[0]["name"], *(f"--from-file={ref['key']}=/path/to/{ref['key']}" for ref in secrets)])
        ],
        r" secret tls (\S+)": certificates,
    }


def read_istios_statistics(line, block, request):
    """The names need a cluster; what follows is a page of Envoy's, and another Envoy with the gate has it too."""
    on_a_cluster(line, block, request)
    request.getfixturevalue("served")
    [path] = re.findall(r" GET '?([^' ]+)'?$", line)
    page = urllib.request.urlopen(f"http://127.0.0.1:9901/{path}", timeout=10).read().decode()
    assert "kyc_gate.requests" in page or "config" in path


def change_a_listener(line, *_):
    """A file that others use; but those of the page are there, and checked."""
    for path in re.findall(r"envoy/\S+", line):
        assert (ROOT / path).exists()


def ask_demo(line, block, request):
    request.getfixturevalue("served")
    done = shell(line)
    assert done.returncode == 0
    assert "kyc_gate" in done.stdout or "urn:kyc-gate:unreadable-body" in done.stdout or "filter=listener" in line


def upgrade_istio(line, *_):
    """Istio's chart is not here; but the file is, and has values only."""
    [file] = re.findall(r" -f (\S+)$", line)
    [values] = load(ROOT / file)
    assert values.keys() == {"meshConfig"}


def build_image(line, block, request):
    """No docker here; but the files are there and the image is the one that the manifest pulls."""
    words = shlex.split(line)
    manifest = (block.page.parent / "kyc-gate.yaml").read_text()
    [image] = [word for word in words if re.fullmatch(r"registry\.example\.com/\S+", word)]
    assert f"image: {image}" in manifest
    if "build" in words:
        dockerfile, context = words[words.index("-f") + 1], words[-1]
        copied = re.findall(r"^COPY .*?(\S+) \S+$", (ROOT / dockerfile).read_text(), re.MULTILINE)
        assert copied and all((ROOT / context / name).exists() for name in copied)


def test_itself(line, *_):
    """We are inside of it; but the parts are real ones."""
    parts = line.partition("scripts/test")[2].split()
    known = re.findall(r"^(?:parts|extra)=\((.+)\)$", (ROOT / "scripts/test").read_text(), re.MULTILINE)
    assert set(parts) <= {"quick", *" ".join(known).split()}


test_itself.__test__ = False


def bench(line, *_):
    """It takes minutes, and a quiet machine; but its options are real ones."""
    told = shell("./scripts/bench --help").stdout
    assert "docs/benchmarks.md" in told
    for option in re.findall(r"--[\w-]+", line):
        assert option in told


def matrix(line, *_):
    """It takes most of an hour; but the options and the Envoys are real ones."""
    told = shell("./scripts/matrix --help").stdout
    for option in re.findall(r"--[\w-]+", line):
        assert option in told
    for version in re.findall(r" (\d+\.\d+)\b", line):
        assert f" {version}." in told


def package(line, *_):
    """It takes half an hour; what it does with what is built, tests/package tries."""
    assert not set(re.findall(r"--[\w-]+", line)) - set(re.findall(r"--[\w-]+", (ROOT / "scripts/package").read_text()))


def reproducible(line, *_):
    """It takes most of an hour; but the part is one."""
    assert line.split()[1] in (ROOT / "scripts/reproducible").read_text()


def in_release(line, block, request):
    """In a folder with a release, of stand-ins where something isn't built. No cosign here, and no registry; but the
    files are there."""
    release = request.getfixturevalue("release")
    if line.startswith(("sha256sum", "tar")):
        done = shell(f"cd {release} && {line}")
        assert done.returncode == 0, done.stdout + done.stderr
    else:
        files = {"SHA256SUMS.sigstore.json", "cosign.key", "cosign.pub", *(path.name for path in release.iterdir())}
        named = re.findall(r"(?<![\w/])[\w.-]+\.(?:tar|gz|json|pub|key)\b|SHA256SUMS\b", line)
        assert set(named) <= files, line


def inspect_release(line, block, request):
    """With the command line of this machine."""
    release = request.getfixturevalue("release")
    program, *words = line.split()
    assert (release / program).stat().st_mode & 0o100
    done = kyc_gate(*(release / word if "/" in word else word for word in words))
    assert done.returncode == 0, done.stdout + done.stderr


def find_core(line, *_):
    """All commits take a while, and a shallow clone has few; but this tree has one, and the option is real."""
    script, option, _ = shlex.split(line)[1:]
    assert re.fullmatch(r"[0-9a-f]{16}\n", shell(f"python3 {script}").stdout)
    assert option in (ROOT / script).read_text()


def cargo_test(line, *_):
    """scripts/test runs it already; but what it names is there."""
    for name in re.findall(r"--test (\w+)", line):
        assert (ROOT / f"tests/{name}.rs").exists()


def install(line, *_):
    """scripts/test does it already, into a folder of its own; but it is the same package."""
    assert re.search(r"cargo install .*--path cli\b", (ROOT / "scripts/test").read_text())


def take_pictures(line, *_):
    """They would differ from those in the repository; but the script is there, and what it runs too."""
    script = (ROOT / line).read_text()
    assert all((ROOT / name).exists() for name in re.findall(r"scripts/[\w.]+/\w+\.py", script))


def post_to_the_demo(line, block, request):
    """With a command line that is compiled for tests, in the place of the installed one."""
    request.getfixturevalue("served")
    folder = os.environ.get("CARGO_TARGET_DIR", ROOT / "target")
    done = shell(f'cargo build --quiet --locked -p kyc-gate-cli && PATH="{folder}/debug:$PATH" && {line}')
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith("200 OK")


HOW = {
    r"kyc-gate .* kyc-gate post http://127\.0\.0\.1:10000/kyc .*": post_to_the_demo,
    r"\./scripts/book": run,
    r"\./scripts/pictures": take_pictures,
    r"(\./)?scripts/build( native)?": run,
    r"cat dist/\S+": run,
    r"printf .*": run,
    r"\./scripts/demo": run_demo,
    r"\./scripts/demo --native": run_native_demo,
    r"\./scripts/demo --serve": serve_demo,
    r"(ENVOY_VERSION=\S+ )?\./scripts/test( \w+)*": test_itself,
    r"\./scripts/bench( --.*)?": bench,
    r"\./scripts/matrix( .*)?": matrix,
    r"\./scripts/package( .*)?": package,
    r"\./scripts/reproducible \w+": reproducible,
    r"(sha256sum|tar|cosign|skopeo) .*": in_release,
    r"kyc-gate-\S+/kyc-gate inspect .*": inspect_release,
    r"python3 scripts/build\.d/core\.py --commits .*": find_core,
    r"cargo (test|fmt|clippy)\b.*": cargo_test,
    r"cargo install --path cli": install,
    r"curl .*\blocalhost:(8443|9902)/.*": ask_sidecar,
    r"curl .*\b127\.0\.0\.1:(9901|10000)/.*": ask_demo,
    r"(cp|mv|kyc-gate check) .*listener\.yaml.*": change_a_listener,
    r"kubectl -n kyc logs .* -c envoy .*": read_sidecars_log,
    r"kubectl .* pilot-agent request GET .*": read_istios_statistics,
    r"kubectl (apply -k|kustomize) .*": apply_folder,
    r"kubectl get --raw .*": ask_for_the_metric,
    r"(pod=\$\()?kubectl .*": on_a_cluster,
    r"helm upgrade --install .*": install_chart,
    r"helm upgrade istiod .*": upgrade_istio,
    r"istioctl .*": on_a_cluster,
    r"docker (build|push) .*": build_image,
}


@pytest.mark.parametrize(("line", "block"), [*commands()])
def test_command(line, block, request):
    known = [how for pattern, how in HOW.items() if re.fullmatch(pattern, line)]
    assert known, f"{block}: nobody knows how to test {line!r}"
    known[0](line, block, request)


def test_nothing_known_is_unused():
    lines = [parameter.values[0] for parameter in commands()]
    assert [pattern for pattern in HOW if not any(re.fullmatch(pattern, line) for line in lines)] == []
