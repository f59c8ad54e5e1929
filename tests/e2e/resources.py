"""What an Envoy of the tests is made of: its set-up, and the resources that Envoy's API has for it."""

import functools
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
# Which of the two modules is tested, and where it lies.
HOST = os.environ.get("KYC_GATE_HOST", "wasm")
NATIVE = HOST == "native"
assert HOST in ("wasm", "native"), HOST
WASM_MODULE = Path(os.environ.get("KYC_GATE_WASM", ROOT / "dist/kyc_gate.wasm"))
NATIVE_MODULE = Path(os.environ.get("KYC_GATE_NATIVE", ROOT / "dist/libkyc_gate.so"))
MODULE = NATIVE_MODULE if NATIVE else WASM_MODULE
# Envoy's logger for what the module says.
LOGGER = "dynamic_modules" if NATIVE else "wasm"
# What only a Wasm module has, so that its tests can't be a native one's.
_ONLY_WASM = {
    "bootstrap": "this shipped file has the Wasm module; test_native_bootstrap.py has the native one's",
    "capabilities": "Envoy withholds callbacks and calls from Wasm modules alone (capability_restriction_config)",
    "hold": "Envoy always delivers the body to a native filter that holds the headers",
    "memory": "a native module has no memory of its own that could be measured; what it may hold is counted alike",
    "sds": "the native module has secrets by SDS; test_sds.py has what is refused there",
    "sandbox": "a native module has no sandbox that could trap; test_panic.py has what it does instead",
}


def wasm_only(what):
    """Marks a test that the native module can't have."""
    return pytest.mark.skipif(NATIVE, reason=_ONLY_WASM[what])


# Marks tests of what only the native module has.
native_only = pytest.mark.skipif(not NATIVE, reason="of the native module")


EMPTY_REPLIES = {"body_format": {"text_format_source": {"inline_string": ""}}}
FILTER_STATE = (
    "decision",
    "score",
    "requester_id",
    "failed_checks",
    "settings_revision",
    "config_revision",
    "profile",
    "answer",
)


@dataclass(frozen=True)
class Setup:
    """All that tells one Envoy from another."""

    # The plugin configuration; a str goes in as it is, None leaves the filter out.
    config: dict | str | None = None
    # In Envoy's own environment, handed on to Wasm by host_env_keys.
    env: dict = field(default_factory=dict)
    # In the bootstrap; natively in Envoy's own environment too.
    literal_env: dict = field(default_factory=dict)
    hold: bool = True
    as_struct: bool = False
    # The connection's (HTTP/1.1) or the stream's (HTTP/2), and the one of the routes, which beats it.
    buffer_bytes: int = 1 << 20
    request_buffer_bytes: int | None = None
    concurrency: int = 1
    # What a read of an answer may take at most, see `_cluster`.
    answer_buffer_bytes: int | None = None
    # The bootstrap's own secrets: name to value.
    secrets: dict = field(default_factory=dict)
    # More clusters: name to port.
    clusters: dict = field(default_factory=dict)
    # How the filter gets its configuration: in the bootstrap, or from a file that `reconfigure` replaces, which holds
    # either the whole listener ("lds") or the filter alone ("ecds").
    delivery: str = "static"
    # What tells a native gate from others.
    filter_name: str = "kyc-gate"
    # Part of the VM's identity: with another one, there is a new VM.
    vm_configuration: str = ""
    # How long connections may go on by a listener that was replaced; Envoy's own default.
    drain_seconds: int = 600
    # Where all but reviews are routed.
    default_cluster: str = "backend"
    module: str = str(MODULE)
    # Of Envoy, and of what it says of modules.
    log_level: str = "info"
    module_log_level: str = "info"
    # How long a request may take to arrive, where that is limited, and its answer.
    request_seconds: float = 0
    # How long nothing may happen on a stream.
    idle_seconds: float = 300
    route_seconds: float = 20
    # More for every route's action, and for the virtual host.
    route: dict = field(default_factory=dict)
    virtual_host: dict = field(default_factory=dict)
    # Whether Envoy's own answers are headers only.
    bare_replies: bool = False
    # What the shipped list of capabilities allows and this Envoy doesn't.
    denied: tuple = ()

    def key(self):
        return json.dumps(vars(self), sort_keys=True)


def listener(setup, access_log, filters, port=0, name="gate"):
    """A listener with these HTTP filters, which logs to this file."""
    connections = {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": _type("filters.network.http_connection_manager.v3.HttpConnectionManager"),
            "stat_prefix": "e2e",
            "request_timeout": f"{setup.request_seconds}s",
            "stream_idle_timeout": f"{setup.idle_seconds}s",
            "http_protocol_options": {"enable_trailers": True},
            # What limits the buffer of an HTTP/2 stream is its window, not the connection's limit.
            "http2_protocol_options": {"initial_stream_window_size": max(setup.buffer_bytes, 65_535)},
            "access_log": [_access_log(access_log)],
            **({"local_reply_config": EMPTY_REPLIES} if setup.bare_replies else {}),
            "route_config": {"virtual_hosts": [_virtual_host(setup)]},
            "http_filters": [*filters, _router()],
        },
    }
    return {
        "name": name,
        "address": address(port),
        "per_connection_buffer_limit_bytes": setup.buffer_bytes,
        "filter_chains": [{"filters": [connections]}],
    }


def discovered_filter(source):
    """The filter, from a file of its own."""
    discovery = {"config_source": source, "type_urls": [FILTER_TYPE]}
    return [{"name": "kyc_gate", "config_discovery": discovery}]


def filter_of(setup, vm_id=""):
    """The filter itself; none if the set-up leaves it out."""
    if setup.config is None:
        return []
    settings = _native_filter(setup, vm_id) if NATIVE else {"config": _plugin(setup, vm_id)}
    return [{"name": "kyc_gate", "typed_config": {"@type": FILTER_TYPE, **settings}}]


def _native_filter(setup, name):
    """What the Wasm module knows by its VM's id, the native one does by the filter's name."""
    return {
        "dynamic_module_config": {
            "module": {"local": {"filename": setup.module}},
            "metrics_namespace": "wasmcustom",
        },
        "filter_name": name or setup.filter_name,
        "filter_config": _configuration(setup),
    }


def service_of(setup):
    """The Wasm module as something that no request goes through."""
    typed = {"@type": _type("wasm.v3.WasmService"), "config": _plugin(setup, "service"), "singleton": True}
    return {"name": "envoy.bootstrap.wasm", "typed_config": typed}


def _plugin(setup, vm_id):
    allowed = {name: {} for name in shipped_capabilities() if name not in setup.denied}
    plugin = {
        "name": "kyc_gate",
        "root_id": "kyc_gate",
        "failure_policy": "FAIL_RELOAD",
        "capability_restriction_config": {"allowed_capabilities": allowed},
        "configuration": _configuration(setup),
        "vm_config": {
            "vm_id": vm_id,
            "runtime": "envoy.wasm.runtime.v8",
            "code": {"local": {"filename": setup.module}},
            "environment_variables": {"host_env_keys": list(setup.env), "key_values": setup.literal_env},
        },
    }
    if setup.vm_configuration:
        plugin["vm_config"]["configuration"] = {
            "@type": "type.googleapis.com/google.protobuf.StringValue",
            "value": setup.vm_configuration,
        }
    if setup.hold:
        plugin["allow_on_headers_stop_iteration"] = True
    return plugin


def _configuration(setup):
    config, kind = setup.config, "StringValue"
    if setup.as_struct:
        kind = "Struct"
    elif not isinstance(config, str):
        config = json.dumps(config)
    return {"@type": f"type.googleapis.com/google.protobuf.{kind}", "value": config}


def clusters(setup, backend, review):
    ports = {"backend": backend, "review": review, **setup.clusters}
    return [_cluster(name, port, setup.answer_buffer_bytes) for name, port in ports.items()]


def address(port):
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def discovery(kind, version, resources):
    """What a file for Envoy's discovery holds; the kind as the API's package has it."""
    typed = [{"@type": f"type.googleapis.com/envoy.config.{kind}", **resource} for resource in resources]
    return {"version_info": str(version), "resources": typed}


def _virtual_host(setup):
    host = {"name": "all", "domains": ["*"], "routes": _routes(setup), **setup.virtual_host}
    if setup.request_buffer_bytes:
        host["request_body_buffer_limit"] = setup.request_buffer_bytes
    return host


def _access_log(path):
    fields = {"status": "%RESPONSE_CODE%", "details": "%RESPONSE_CODE_DETAILS%", "path": "%REQ(:PATH)%"}
    fields |= {name: f"%FILTER_STATE(wasm.kyc_{name}:PLAIN)%" for name in FILTER_STATE}
    typed = {
        "@type": _type("access_loggers.file.v3.FileAccessLog"),
        "path": str(path),
        "log_format": {"json_format": fields},
    }
    return {"name": "envoy.access_loggers.file", "typed_config": typed}


@functools.cache
def shipped_capabilities():
    """What the shipped bootstrap lets the module do, wherever in it that stands."""
    [block] = _values_of("capability_restriction_config", yaml.safe_load((ROOT / "envoy/envoy.yaml").read_text()))
    return block["allowed_capabilities"]


def _values_of(key, node):
    members = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for name, value in members:
        if name == key:
            yield value
        yield from _values_of(key, value)


def _type(name):
    return f"type.googleapis.com/envoy.extensions.{name}"


FILTER_TYPE = _type("filters.http.dynamic_modules.v3.DynamicModuleFilter" if NATIVE else "filters.http.wasm.v3.Wasm")


def _router():
    return {
        "name": "envoy.filters.http.router",
        "typed_config": {"@type": _type("filters.http.router.v3.Router")},
    }


def _routes(setup):
    review = {"name": "x-kyc-decision", "string_match": {"exact": "review"}}
    action = {"timeout": f"{setup.route_seconds}s", **setup.route}
    return [
        {"match": {"prefix": "/", "headers": [review]}, "route": {"cluster": "review", **action}},
        {"match": {"prefix": "/"}, "route": {"cluster": setup.default_cluster, **action}},
    ]


def _cluster(name, port, buffer_bytes=None):
    endpoint = {"address": address(port)}
    options = {
        "@type": _type("upstreams.http.v3.HttpProtocolOptions"),
        "explicit_http_config": {"http_protocol_options": {"enable_trailers": True}},
    }
    limit = {"per_connection_buffer_limit_bytes": buffer_bytes} if buffer_bytes else {}
    return {
        "name": name,
        "type": "STATIC",
        **limit,
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
        "load_assignment": {
            "cluster_name": name,
            "endpoints": [{"lb_endpoints": [{"endpoint": endpoint}]}],
        },
    }
