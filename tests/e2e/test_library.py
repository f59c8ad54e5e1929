"""The native module as a file: what it needs, what it calls and exports, and where it loads."""

import ctypes
import json
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from kyc_gate import kyc_gate
from load import Load
from relid import DECISIONS, GCM
from resources import NATIVE_MODULE, ROOT, Setup, native_only

from envoy import Gateway
from gate import encrypted

pytestmark = native_only
ABI = json.loads((ROOT / "tests/data/native-abi.json").read_text())
HOST = ROOT / "src/gate/host/native"
# Of Ubuntu 20.04, the oldest that runs Envoy 1.40.
GLIBC = (2, 31)
# By the number of the processor in the header of an ELF file.
PROCESSORS = {62: "x86-64", 183: "aarch64"}
LOADERS = {62: "ld-linux-x86-64.so.2", 183: "ld-linux-aarch64.so.1"}
KINDS = {
    "u32": "u32",
    "u64": "u64",
    "usize": "usize",
    "bool": "bool",
    "ModuleBuffer": "buffer",
    "EnvoyBuffer": "buffer",
}


def kind(rust):
    """A type of Rust's in the words of the table."""
    rust = rust.strip().removeprefix("hooks::")
    return "pointer" if rust.startswith("*") or rust in ("Pointer", "Handle") else KINDS[rust]


def signatures(pattern, text):
    found = {}
    for name, arguments, returned in re.findall(pattern, text):
        kinds = [kind(argument.partition(":")[2]) for argument in arguments.split(",") if argument.strip()]
        found[name] = [kind(returned) if returned else "void", *kinds]
    return found


def symbols(path, *flags):
    lines = subprocess.check_output(["nm", "-D", *flags, str(path)], text=True).splitlines()
    return {line.split()[-1] for line in lines}


def test_calls_are_declared_as_envoy_has_them():
    declared = signatures(r"fn (envoy_\w+)\(([^)]*)\)\s*(?:-> ([^;]+))?;", (HOST / "imports.rs").read_text())
    assert declared == ABI["calls"]


def test_hooks_are_declared_as_envoy_calls_them():
    declared = signatures(
        r'extern "C" fn (envoy_\w+)\(([^)]*)\)\s*(?:-> ([^{]+?))? \{', (HOST / "exports.rs").read_text()
    )
    assert declared == ABI["hooks"]


def test_the_version_is_the_tables():
    assert f'c"{ABI["version"]}"' in (HOST / "hooks.rs").read_text()


def test_the_library_calls_and_exports_what_is_declared():
    called = {name for name in symbols(NATIVE_MODULE, "--undefined-only") if name.startswith("envoy_")}
    assert called == ABI["calls"].keys()
    assert symbols(NATIVE_MODULE, "--defined-only") == ABI["hooks"].keys()


def test_envoy_has_what_is_called():
    assert ABI["calls"].keys() <= symbols(envoy_binary(), "--defined-only")


def envoy_binary():
    """The program itself, whatever starts or emulates it: nothing else that is mapped is as large."""
    gateway = Gateway(Setup())
    try:
        maps = Path(f"/proc/{gateway.pid}/maps").read_text()
    finally:
        gateway.stop()
    mapped = {Path(name) for name in re.findall(r" (/.+)$", maps, re.MULTILINE)}
    return max((path for path in mapped if path.is_file()), key=lambda path: path.stat().st_size)


def processor(path=NATIVE_MODULE):
    """For whom a program or library is, as ELF numbers it."""
    return int.from_bytes(Path(path).read_bytes()[18:20], "little")


def test_it_needs_nothing_but_an_old_glibc():
    dynamic = subprocess.check_output(["readelf", "-d", str(NATIVE_MODULE)], text=True)
    needed = set(re.findall(r"\(NEEDED\).*\[(.+)\]", dynamic))
    glibc = {"libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", LOADERS[processor()]}
    assert "libc.so.6" in needed and needed <= glibc
    versions = subprocess.check_output(["readelf", "--version-info", str(NATIVE_MODULE)], text=True)
    newest = max(tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([\d.]+)", versions))
    assert newest <= GLIBC
    assert "NODELETE" in dynamic and "NOW" in dynamic


def test_it_has_the_list_of_its_crates():
    """In the section `.dep-v0`, as scripts/build writes it: not packed."""
    _, begin, rest = NATIVE_MODULE.read_bytes().partition(b'{"packages":')
    listed, _ = json.JSONDecoder().raw_decode((begin + rest).decode("latin-1"))
    crates = listed["packages"]
    assert [crate["name"] for crate in crates if crate.get("root")] == ["kyc-gate-native"]
    assert {"aes-gcm", "ed25519-dalek"} <= {crate["name"] for crate in crates}


def test_the_command_line_knows_it():
    done = kyc_gate("inspect", "--format", "json", NATIVE_MODULE)
    assert done.returncode == 0, done.stdout + done.stderr
    told = json.loads(done.stdout)["module"]
    assert (told["kind"], told["features"]) == ("native", [PROCESSORS[processor()]])
    assert (told["host_calls"], told["callbacks"]) == (sorted(ABI["calls"]), sorted(ABI["hooks"]))


def test_it_loads_where_libgcc_is_missing(tmp_path):
    """As in distroless images. Here, a file that is no library hides it."""
    (tmp_path / "libgcc_s.so.1").write_bytes(b"")
    hidden = {"LD_LIBRARY_PATH": str(tmp_path)}
    if processor() == processor(sys.executable):
        loads = [sys.executable, "-c", "import ctypes; ctypes.CDLL('libgcc_s.so.1')"]
        assert ctypes.CDLL("libgcc_s.so.1"), "nothing to hide"
        assert subprocess.run(loads, env=hidden, stderr=subprocess.DEVNULL).returncode != 0, "not hidden"
    else:
        # qemu needs the library itself; what it runs shall not find it.
        hidden = {"QEMU_SET_ENV": f"LD_LIBRARY_PATH={tmp_path}"}
    gateway = Gateway(Setup(encrypted(), env={**GCM.env, **hidden}))
    try:
        assert gateway.post(GCM.seal(DECISIONS["accept"])).status == 200
        assert gateway.backend.only().value("x-kyc-decision") == "accept"
    finally:
        gateway.stop()


def generation(name):
    """A configuration that can be told apart by what it does."""
    return encrypted(headers=[{"headerName": "x-generation", "headerValue": name}])


def generation_of(gateway):
    gateway.backend.seen.clear()
    assert gateway.post(GCM.seal(DECISIONS["accept"])).status == 200
    return gateway.backend.only().value("x-generation")


def loaded(gateway):
    maps = Path(f"/proc/{gateway.pid}/maps").read_text()
    return set(re.findall(r"/(libkyc_gate[^/\n]*)$", maps, re.MULTILINE))


def test_a_library_is_replaced_under_a_new_name(start_alone, tmp_path):
    """As envoy/native/README.md says: none of the posts that go on meanwhile fails, and none is lost."""
    old, new = (shutil.copy(NATIVE_MODULE, tmp_path / f"libkyc_gate-{version}.so") for version in "12")
    gateway = start_alone(generation("1"), env=GCM.env, delivery="ecds", concurrency=2, module=str(old))
    assert loaded(gateway) == {"libkyc_gate-1.so"}
    with Load(gateway, GCM.seal, pause=0.002) as load:
        load.wait(50)
        gateway.reconfigure(generation("2"), module=str(new))
        load.wait(50)
    load.assert_nothing_lost()
    assert generation_of(gateway) == "2"
    assert loaded(gateway) == {"libkyc_gate-1.so", "libkyc_gate-2.so"}, "the old one stays until the process ends"


def test_a_library_that_is_replaced_in_place_is_not_noticed(start_alone, tmp_path):
    """Not even one that is no library: Envoy goes on with what it has loaded, also for a new configuration."""
    module = Path(shutil.copy(NATIVE_MODULE, tmp_path / "libkyc_gate.so"))
    gateway = start_alone(generation("1"), env=GCM.env, delivery="ecds", module=str(module))
    (tmp_path / "staged").write_bytes(b"no library")
    (tmp_path / "staged").rename(module)
    gateway.reconfigure(generation("2"))
    assert generation_of(gateway) == "2"
    assert loaded(gateway) == {"libkyc_gate.so (deleted)"}


@pytest.mark.parametrize("name", ["kyc-gate", "partners"])
def test_the_filters_name_is_the_operators(name):
    """It tells gates apart; none is refused."""
    gateway = Gateway(Setup(encrypted(), env=GCM.env, filter_name=name))
    try:
        assert gateway.post(GCM.seal(DECISIONS["accept"])).status == 200
    finally:
        gateway.stop()
