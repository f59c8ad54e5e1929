"""Least privilege: what Envoy lets the module do is what the module does, in every shipped file."""

import os
import pathlib
import re

import pytest
from manifests import ROOT, plugins
from wasm import exported_functions, imported_functions

MODULE = pathlib.Path(os.environ.get("KYC_GATE_WASM", ROOT / "dist/kyc_gate.wasm"))
GATE = "\n".join(path.read_text() for path in sorted((ROOT / "src/gate").rglob("*.rs")))
# The standard library's last words in a panic or an abort; the gate has a hook of its own for the former.
NEVER_REACHED = {"fd_write", "proc_exit"}
# The SDK's trait methods, by the callback that leads there.
CALLBACKS = {
    "create_http_context": "proxy_on_context_create",
    "on_configure": "proxy_on_configure",
    "on_tick": "proxy_on_tick",
    "on_done": "proxy_on_done",
    "on_http_request_headers": "proxy_on_request_headers",
    "on_http_request_body": "proxy_on_request_body",
    "on_http_request_trailers": "proxy_on_request_trailers",
    "on_http_response_headers": "proxy_on_response_headers",
    "on_http_response_body": "proxy_on_response_body",
    "on_http_response_trailers": "proxy_on_response_trailers",
    "on_http_call_response": "proxy_on_http_call_response",
    "on_log": "proxy_on_log",
    "on_vm_start": "proxy_on_vm_start",
}


def allowed(plugin: dict) -> set[str]:
    capabilities = plugin["capability_restriction_config"]["allowed_capabilities"]
    assert all(restriction == {} for restriction in capabilities.values())
    return set(capabilities)


def host_calls() -> set[str]:
    """What src/gate/host/wasm/abi.rs declares and calls, and the one call that it leaves to the SDK."""
    declared = set(re.findall(r"^    fn (proxy_\w+)\(", GATE, re.MULTILINE))
    assert all(len(re.findall(rf"\b{name}\(", GATE)) > 1 for name in declared), "declared and never called"
    assert re.findall(r"hostcalls::(\w+)", GATE) == ["dispatch_http_call"]
    return declared | {"proxy_http_call"}


def callbacks() -> set[str]:
    implemented = set(re.findall(r"^    fn ((?:on|create)_\w+)\(", GATE, re.MULTILINE))
    assert implemented <= CALLBACKS.keys(), "a callback that this test doesn't know"
    return {CALLBACKS[name] for name in implemented} | {"proxy_on_delete"}


@pytest.mark.parametrize("plugin", plugins().values(), ids=plugins().keys())
def test_the_gate_may_do_what_it_does_and_nothing_else(plugin):
    wasi = {name for module, name in imported_functions(MODULE) if module != "env"}
    assert allowed(plugin) == host_calls() | callbacks() | (wasi - NEVER_REACHED)


def test_the_module_has_what_is_allowed():
    imports = {name for _, name in imported_functions(MODULE)}
    [names] = {frozenset(allowed(plugin)) for plugin in plugins().values()}
    assert names <= imports | exported_functions(MODULE)
