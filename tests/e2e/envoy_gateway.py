"""An Envoy with what Envoy Gateway's control plane makes of the manifests in envoy/gateway.

Written by hand from its code at version 1.9.0: internal/xds/translator/listener.go (the connection manager's defaults),
route.go, dynamicmodule.go (a filter that is disabled, and enabled route by route), internal/gatewayapi/route.go and
sort.go (the order of routes). Not here: TLS, and that routes and clusters come by discovery.
"""

import json

import yaml
from resources import NATIVE_MODULE, ROOT, WASM_MODULE, Setup, address, clusters

from envoy import Gateway

HOST = b"kyc.example.com"
ROUTE = "httproute/kyc/kyc-gate/rule/{}"
TYPES = "type.googleapis.com/envoy"
MANAGER = f"{TYPES}.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager"


def load(name):
    return list(yaml.safe_load_all((ROOT / "envoy/gateway" / name).read_text()))


class Objects:
    """The manifests; with `native` the module by its policy, otherwise the patch."""

    def __init__(self, native):
        self._objects = {found["kind"]: found["spec"] for found in load("kyc-gate.yaml")}
        [policy] = self._objects["EnvoyExtensionPolicy"]["dynamicModule"]
        self.policy = policy if native else None
        [patch] = load("wasm.yaml")
        [self.patch] = [None] if native else [p["operation"] for p in patch["spec"]["jsonPatches"]]
        self.rules = self._objects["HTTPRoute"]["rules"]
        self.traffic = self._objects["ClientTrafficPolicy"]
        self.log = self._objects["EnvoyProxy"]["telemetry"]["accessLog"]["settings"][0]["format"]["json"]
        [self._module] = self._objects["EnvoyProxy"]["dynamicModules"]

    def lose_the_policy(self):
        self.policy = self.patch = None

    def lead_everything_to(self, name):
        """The HTTPRoute as somebody might make it who doesn't know what its rules are for."""
        self.rules = [{"matches": [{"path": {"type": "PathPrefix", "value": "/"}}], "backendRefs": [{"name": name}]}]

    def without_template(self):
        """Forwards the decrypted payload as it is."""
        if self.policy:
            self.policy = {
                **self.policy,
                "config": {k: v for k, v in self.policy["config"].items() if k != "requestBody"},
            }
        else:
            configuration = self.patch["value"]["typed_config"]["config"]["configuration"]
            gate = json.loads(configuration["value"])
            del gate["requestBody"]
            configuration["value"] = json.dumps(gate)

    def listener(self, access_log):
        return {
            "name": "kyc/kyc-gate/https",
            "address": address(0),
            "per_connection_buffer_limit_bytes": self.traffic["connection"]["bufferLimit"],
            "max_connections_to_accept_per_socket_event": 1,
            "filter_chains": [{"name": "kyc/kyc-gate/https", "filters": [self._manager(access_log)]}],
        }

    def _manager(self, access_log):
        timeouts, http2 = self.traffic["timeout"]["http"], self.traffic["http2"]
        removed = [{"remove": name} for name in self.traffic["headers"]["earlyRequestHeaders"]["remove"]]
        assert self.traffic["path"]["escapedSlashesAction"] == "RejectRequest"
        typed = {
            "@type": MANAGER,
            "stat_prefix": "e2e",
            "access_log": [_access_log(access_log, self.log)],
            "common_http_protocol_options": {"headers_with_underscores_action": "REJECT_REQUEST"},
            "http2_protocol_options": {
                "initial_connection_window_size": http2.get("initialConnectionWindowSize", 1 << 20),
                "initial_stream_window_size": http2.get("initialStreamWindowSize", 1 << 16),
                "max_concurrent_streams": http2["maxConcurrentStreams"],
            },
            "early_header_mutation_extensions": [_early(removed)],
            "normalize_path": True,
            "merge_slashes": not self.traffic["path"]["disableMergeSlashes"],
            "path_with_escaped_slashes_action": "REJECT_REQUEST",
            "server_header_transformation": "PASS_THROUGH",
            "use_remote_address": True,
            "request_headers_timeout": timeouts["requestHeadersReceivedTimeout"],
            "request_timeout": timeouts["requestReceivedTimeout"],
            "stream_idle_timeout": timeouts["streamIdleTimeout"],
            "http_filters": [*self._filters(), _router()],
            "route_config": self._routes(),
        }
        return {"name": "envoy.filters.network.http_connection_manager", "typed_config": typed}

    def _filters(self):
        if self.policy:
            return [{"name": _filter_name(), "disabled": True, "typed_config": self._dynamic_module()}]
        return [self._patched()] if self.patch else []

    def _dynamic_module(self):
        assert self.policy["name"] == self._module["name"] and self._module["source"]["type"] == "Local"
        # The API server sorts the members of objects.
        config = json.dumps(self.policy["config"], sort_keys=True, separators=(",", ":"))
        path = self._module["source"]["local"]["path"]
        return {
            "@type": f"{TYPES}.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter",
            "dynamic_module_config": {"module": {"local": {"filename": _here(path)}}},
            "filter_name": self.policy["filterName"],
            "filter_config": {"@type": "type.googleapis.com/google.protobuf.StringValue", "value": config},
        }

    def _patched(self):
        assert self.patch["op"] == "add" and self.patch["jsonPath"].endswith("[?(@.name=='envoy.filters.http.router')]")
        patched = json.loads(json.dumps(self.patch["value"]))
        local = patched["typed_config"]["config"]["vm_config"]["code"]["local"]
        local["filename"] = _here(local["filename"])
        return patched

    def _routes(self):
        routes = [(rule, match, number) for number, rule in enumerate(self.rules) for match in rule["matches"]]
        # More header matches first, then more exact ones; the order of the manifest otherwise.
        routes.sort(key=lambda route: _precedence(_headers(route[1])), reverse=True)
        host = {
            "name": "kyc/kyc-gate/https/kyc_example_com",
            "domains": self._objects["HTTPRoute"]["hostnames"],
            "routes": [self._route(*route) for route in routes],
        }
        return {"name": "kyc/kyc-gate/https", "ignore_port_in_host_matching": True, "virtual_hosts": [host]}

    def _route(self, rule, match, number):
        assert match["path"] == {"type": "PathPrefix", "value": "/"}
        route = {"name": ROUTE.format(number), "match": {"prefix": "/", "headers": _headers(match)}}
        if "backendRefs" in rule:
            [backend] = rule["backendRefs"]
            action = {"cluster": {"kyc-backend": "backend", "kyc-manual-review": "review"}[backend["name"]]}
            action["timeout"] = rule.get("timeouts", {}).get("request", "15s")
            route["route"] = action | {"upgrade_configs": [{"upgrade_type": "websocket"}]}
        else:
            route["direct_response"] = {"status": self._objects["HTTPRouteFilter"]["directResponse"]["statusCode"]}
        if self.policy:
            enabled = {"@type": f"{TYPES}.config.route.v3.FilterConfig", "config": {}}
            route["typed_per_filter_config"] = {_filter_name(): enabled}
        return route


class Translated(Gateway):
    """An Envoy with these objects."""

    def __init__(self, objects, **env):
        self._objects = objects
        super().__init__(Setup(env=env))

    def _bootstrap(self):
        bootstrap = super()._bootstrap()
        bootstrap["static_resources"] = {
            "clusters": clusters(self.setup, self.backend.port, self.review.port),
            "listeners": [self._objects.listener(self._access)],
        }
        return bootstrap


def _headers(match):
    found = [{"name": ":method", "string_match": {"exact": match["method"]}}] if "method" in match else []
    for header in match.get("headers", []):
        exact = header["type"] == "Exact"
        value = {"exact": header["value"]} if exact else {"safe_regex": {"regex": header["value"]}}
        found.append({"name": header["name"], "string_match": value})
    return found


def _precedence(headers):
    return len(headers), sum("exact" in header["string_match"] for header in headers)


def _filter_name():
    return "envoy.filters.http.dynamic_modules/envoyextensionpolicy/kyc/kyc-gate/dynamic-module/0"


def _here(path):
    """The file of this machine that stands for one in the proxies' pods."""
    return str(
        {"/var/lib/kyc-gate/libkyc_gate.so": NATIVE_MODULE, "/var/lib/kyc-gate/kyc_gate.wasm": WASM_MODULE}[path]
    )


def _early(mutations):
    kind = f"{TYPES}.extensions.http.early_header_mutation.header_mutation.v3.HeaderMutation"
    name = "envoy.http.early_header_mutation.header_mutation"
    return {"name": name, "typed_config": {"@type": kind, "mutations": mutations}}


def _access_log(path, members):
    typed = {
        "@type": f"{TYPES}.extensions.access_loggers.file.v3.FileAccessLog",
        "path": str(path),
        "log_format": {"json_format": members},
    }
    return {"name": "envoy.access_loggers.file", "typed_config": typed}


def _router():
    typed = {"@type": f"{TYPES}.extensions.filters.http.router.v3.Router", "suppress_envoy_headers": True}
    return {"name": "envoy.filters.http.router", "typed_config": typed}
