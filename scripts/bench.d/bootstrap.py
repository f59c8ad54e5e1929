"""Envoy's configuration for each scenario. All but the filter is the same everywhere."""

import json
import pathlib

from posts import ROOM

# Of the tests, which the posts have put on the path.
from resources import shipped_capabilities

_EXTENSION = "type.googleapis.com/envoy.extensions"
# Larger than any post: nobody is to wait for room.
_WINDOW = 64 << 20


def local(port: int) -> dict:
    return {"socket_address": {"address": "127.0.0.1", "port_value": port}}


def unix(socket: pathlib.Path) -> dict:
    return {"pipe": {"path": str(socket)}}


def bootstrap(filters: list[dict], backend_port: int, peer: dict | None = None) -> dict:
    """An Envoy in front of the backend; `peer` is the external processor's address."""
    listener = {
        "name": "bench",
        "address": local(0),
        "per_connection_buffer_limit_bytes": ROOM,
        "filter_chains": [{"filters": [_connections(filters)]}],
    }
    clusters = [_cluster("backend", local(backend_port)), *([_peer_cluster(peer)] if peer else [])]
    return {
        "node": {"id": "bench", "cluster": "bench"},
        "admin": {"address": local(0)},
        "static_resources": {"listeners": [listener], "clusters": clusters},
    }


def _connections(filters: list[dict]) -> dict:
    route = {"match": {"prefix": "/"}, "route": {"cluster": "backend", "timeout": "60s"}}
    return {
        "name": "envoy.filters.network.http_connection_manager",
        "typed_config": {
            "@type": f"{_EXTENSION}.filters.network.http_connection_manager.v3.HttpConnectionManager",
            "stat_prefix": "bench",
            "codec_type": "HTTP1",
            "route_config": {"virtual_hosts": [{"name": "all", "domains": ["*"], "routes": [route]}]},
            "http_filters": [*filters, _filter("envoy.filters.http.router", "router.v3.Router", {})],
        },
    }


def _filter(name: str, kind: str, config: dict) -> dict:
    return {"name": name, "typed_config": {"@type": f"{_EXTENSION}.filters.http.{kind}", **config}}


def buffer() -> dict:
    """Holds the request until all of it is there: what any filter that judges bodies has to do."""
    return _filter("envoy.filters.http.buffer", "buffer.v3.Buffer", {"max_request_bytes": ROOM})


def is_native(module: pathlib.Path) -> bool:
    """Whether it is a native module, whatever it is called: an ELF file."""
    with module.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def gate(module: pathlib.Path, configuration: dict, keys: dict) -> dict:
    """The gate, with the privileges that the shipped files give it."""
    text = {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": json.dumps(configuration)}
    if is_native(module):
        return _native(module, text)
    plugin = {
        "allow_on_headers_stop_iteration": True,
        "capability_restriction_config": {"allowed_capabilities": shipped_capabilities()},
        "configuration": text,
    }
    return wasm(module, plugin, {"environment_variables": {"host_env_keys": list(keys)}})


def _native(module: pathlib.Path, configuration: dict) -> dict:
    config = {
        "dynamic_module_config": {"module": {"local": {"filename": str(module)}}, "metrics_namespace": "wasmcustom"},
        "filter_name": "kyc-gate",
        "filter_config": configuration,
    }
    return _filter("kyc-gate", "dynamic_modules.v3.DynamicModuleFilter", config)


def idle(module: pathlib.Path) -> dict:
    """A filter that does nothing."""
    return wasm(module, {}, {})


def wasm(module: pathlib.Path, plugin: dict, vm: dict) -> dict:
    code = {"local": {"filename": str(module)}}
    plugin = {
        "name": "kyc-gate",
        "root_id": "kyc-gate",
        "failure_policy": "FAIL_RELOAD",
        "vm_config": {"runtime": "envoy.wasm.runtime.v8", "code": code, **vm},
        **plugin,
    }
    return _filter("kyc-gate", "wasm.v3.Wasm", {"config": plugin})


def external_processor(mode: str) -> dict:
    duplex = mode == "FULL_DUPLEX_STREAMED"
    config = {
        "grpc_service": {"envoy_grpc": {"cluster_name": "peer", "skip_envoy_headers": True}, "timeout": "60s"},
        "message_timeout": "60s",
        "processing_mode": {
            "request_header_mode": "SEND",
            "request_body_mode": mode,
            # The duplex mode demands it.
            "request_trailer_mode": "SEND" if duplex else "SKIP",
            "response_header_mode": "SKIP",
            "response_body_mode": "NONE",
            "response_trailer_mode": "SKIP",
        },
    }
    return _filter("peer", "ext_proc.v3.ExternalProcessor", config)


def _cluster(name: str, address: dict) -> dict:
    endpoint = {"lb_endpoints": [{"endpoint": {"address": address}}]}
    return {
        "name": name,
        "type": "STATIC",
        "per_connection_buffer_limit_bytes": ROOM,
        "load_assignment": {"cluster_name": name, "endpoints": [endpoint]},
    }


def _peer_cluster(address: dict) -> dict:
    windows = {"initial_stream_window_size": _WINDOW, "initial_connection_window_size": _WINDOW}
    options = {
        "@type": f"{_EXTENSION}.upstreams.http.v3.HttpProtocolOptions",
        "explicit_http_config": {"http2_protocol_options": windows},
    }
    return {
        **_cluster("peer", address),
        "per_connection_buffer_limit_bytes": _WINDOW,
        "typed_extension_protocol_options": {"envoy.extensions.upstreams.http.v3.HttpProtocolOptions": options},
    }
