"""The shipped manifests, loaded, and the Envoy configuration inside of them."""

import copy
import pathlib

import yaml

ROOT = pathlib.Path(__file__).parents[2]
BOOTSTRAP = ROOT / "envoy/envoy.yaml"
ISTIO = ROOT / "envoy/istio/kyc-gate.yaml"
MESH = ROOT / "envoy/istio/mesh.yaml"
SIDECAR = ROOT / "envoy/sidecar/kyc-gate.yaml"
GATEWAY = ROOT / "envoy/gateway/kyc-gate.yaml"
GATEWAY_WASM = ROOT / "envoy/gateway/wasm.yaml"
NATIVE = ROOT / "envoy/native/envoy.yaml"
OBSERVABILITY = ROOT / "envoy/observability"
# In the order in which they are loaded.
RULES = yaml.safe_load((OBSERVABILITY / "prometheus.yaml").read_text())["rule_files"]
RELOAD = ROOT / "envoy/reload/envoy.yaml"
# Bootstraps of one file each, with the Wasm module.
EXAMPLES = sorted(set(ROOT.glob("envoy/*/envoy.yaml")) - {NATIVE, RELOAD})
# The groups of objects that Kubernetes itself doesn't have.
CUSTOM = ("istio.io", "gateway.envoyproxy.io", "gateway.networking.k8s.io", "monitoring.coreos.com")
NATIVE_TYPE = "type.googleapis.com/envoy.extensions.filters.http.dynamic_modules.v3.DynamicModuleFilter"
WASM_TYPE = "type.googleapis.com/envoy.extensions.filters.http.wasm.v3.Wasm"


def load(path: pathlib.Path) -> list[dict]:
    return list(yaml.safe_load_all(path.read_text()))


def is_custom(manifest: dict) -> bool:
    """Whether it is none of Kubernetes' own objects."""
    return manifest["apiVersion"].partition("/")[0].endswith(CUSTOM)


def of_kind(path: pathlib.Path, kind: str) -> dict:
    [found] = [manifest for manifest in load(path) if manifest["kind"] == kind]
    return found


def local_bootstrap() -> dict:
    return load(BOOTSTRAP)[0]


def sidecar_bootstrap() -> dict:
    return yaml.safe_load(of_kind(SIDECAR, "ConfigMap")["data"]["envoy.yaml"])


def timeouts(manager: dict) -> dict[str, float]:
    """The limits of a connection manager to what a held request may last, in seconds."""
    names = ("request_headers_timeout", "request_timeout", "stream_idle_timeout")
    return {name: seconds(manager.get(name, "0s")) for name in names}


def seconds(duration: str) -> float:
    assert duration.endswith("s")
    return float(duration[:-1])


def patch(apply_to: str) -> dict:
    """The value that the EnvoyFilter patches in."""
    patches = of_kind(ISTIO, "EnvoyFilter")["spec"]["configPatches"]
    [found] = [patch for patch in patches if patch["applyTo"] == apply_to]
    return found["patch"]["value"]


def gateway_patch() -> dict:
    """The filter that the EnvoyPatchPolicy adds."""
    [found] = of_kind(GATEWAY_WASM, "EnvoyPatchPolicy")["spec"]["jsonPatches"]
    return found["operation"]["value"]


def wrapped(http_filter: dict) -> dict:
    """The local bootstrap with a sidecar's filter in place of its own, and what the sidecar has besides."""
    bootstrap = copy.deepcopy(local_bootstrap())
    bootstrap["node"] = {"id": "test", "cluster": "test"}
    resources = bootstrap["static_resources"]
    resources["listeners"][0] |= patch("LISTENER")
    manager = connection_manager(bootstrap)
    manager |= patch("NETWORK_FILTER")["typed_config"]
    filters = manager["http_filters"]
    filters[[f["name"] for f in filters].index("kyc-gate")] = http_filter
    istiod = copy.deepcopy(resources["clusters"][0]) | {"name": "istiod"}
    artifacts = copy.deepcopy(resources["clusters"][0]) | {"name": "artifacts"}
    resources["clusters"] += [istiod, artifacts]
    grpc = {
        "api_type": "GRPC",
        "transport_api_version": "V3",
        "grpc_services": [{"envoy_grpc": {"cluster_name": "istiod"}}],
    }
    bootstrap["dynamic_resources"] = {"ads_config": grpc}
    return bootstrap


def connection_manager(bootstrap: dict) -> dict:
    return bootstrap["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]


def gate_filter(bootstrap: dict) -> dict:
    [found] = [f for f in connection_manager(bootstrap)["http_filters"] if f["name"] == "kyc-gate"]
    return found


def plugins() -> dict[str, dict]:
    """The gate's plugin configuration of every shipped file."""
    return {
        "envoy.yaml": gate_filter(local_bootstrap())["typed_config"]["config"],
        "istio": patch("EXTENSION_CONFIG")["typed_config"]["config"],
        "sidecar": gate_filter(sidecar_bootstrap())["typed_config"]["config"],
        "gateway": gateway_patch()["typed_config"]["config"],
        **{path.parent.name: gate_filter(load(path)[0])["typed_config"]["config"] for path in EXAMPLES},
    }


def containers(deployment: dict) -> dict[str, dict]:
    return {container["name"]: container for container in deployment["spec"]["template"]["spec"]["containers"]}
