"""The native module's bootstrap: the other one, but for the module; and no module from afar."""

import json
import pathlib
import platform
import re

import pytest
from judges import has_native_modules, is_refused_for_its_age
from manifests import BOOTSTRAP, NATIVE, NATIVE_TYPE, ROOT, gate_filter, load, local_bootstrap

KEY = "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ="


def native() -> dict:
    return load(NATIVE)[0]


def test_all_else_is_as_in_the_other_file():
    theirs, ours = local_bootstrap(), native()
    runtime = ours.pop("layered_runtime")
    [layer] = runtime["layers"]
    assert layer["static_layer"] == {"envoy.reloadable_features.dynamic_modules_strip_custom_stat_prefix": True}
    wasm, gate = gate_filter(theirs)["typed_config"]["config"], gate_filter(ours)["typed_config"]
    assert gate["@type"] == NATIVE_TYPE
    assert gate["filter_config"] == wasm["configuration"]
    assert wasm["vm_config"]["environment_variables"]["key_values"] == {"KYC_REQUEST_KEY": KEY}
    for document in (theirs, ours):
        del gate_filter(document)["typed_config"]
    assert ours == theirs


def test_comments_are_the_same():
    """What was mended in one file is mended in the other."""
    wasm = comments(BOOTSTRAP)
    new = [comment for comment in comments(NATIVE) if comment not in wasm]
    assert len(new) <= 12, new


def comments(path: pathlib.Path) -> list[str]:
    return [line.strip() for line in path.read_text().splitlines() if line.strip().startswith("#")]


def test_no_module_comes_from_afar():
    """With one that can't be had, Envoy would start without the filter, and posts would pass unjudged."""
    for path in ROOT.glob("envoy/**/*.yaml"):
        for block in re.findall(r"dynamic_module_config:\n((?: +.*\n)+?) +filter_name", path.read_text()):
            assert "local:" in block and not re.search(r"^ *remote:", block, re.MULTILINE), path


@pytest.mark.skipif(platform.system() != "Linux" or platform.machine() != "x86_64", reason="the library is another's")
def test_envoy_and_the_gate_accept_it(validate, monkeypatch, tmp_path):
    assert (ROOT / "dist/libkyc_gate.so").exists(), "run scripts/build native"
    monkeypatch.setenv("KYC_REQUEST_KEY", KEY)
    ok, log = validate(NATIVE)
    if not has_native_modules():
        assert not ok and is_refused_for_its_age(log), log
        return
    assert ok, log
    refused = native()
    configuration = gate_filter(refused)["typed_config"]["filter_config"]
    gate = json.loads(configuration["value"])
    gate["decision"]["onMaybe"] = "forward"
    configuration["value"] = json.dumps(gate)
    (tmp_path / "bootstrap.json").write_text(json.dumps(refused))
    ok, log = validate(tmp_path / "bootstrap.json")
    assert not ok and "decision.onMaybe" in log
