"""What a Deployment of Envoy looks like once kustomize or helm has made it, however it was made."""

import copy
import json
import pathlib
import re

import yaml
from manifests import NATIVE_TYPE, ROOT


class Rendered:
    """The objects of one deployment."""

    def __init__(self, objects: list[dict]):
        self.objects = objects

    def of(self, kind: str) -> dict:
        [found] = [found for found in self.objects if found["kind"] == kind]
        return found

    def has(self, kind: str) -> bool:
        return any(found["kind"] == kind for found in self.objects)

    @property
    def bootstrap(self) -> dict:
        [text] = [found["data"]["envoy.yaml"] for found in self.objects if "envoy.yaml" in found.get("data", {})]
        return yaml.safe_load(text)

    @property
    def pod(self) -> dict:
        return self.of("Deployment")["spec"]["template"]["spec"]

    @property
    def containers(self) -> dict[str, dict]:
        return {container["name"]: container for container in self.pod["containers"]}

    @property
    def init_containers(self) -> dict[str, dict]:
        return {container["name"]: container for container in self.pod["initContainers"]}

    def write(self, path: pathlib.Path) -> pathlib.Path:
        path.write_text(yaml.safe_dump_all(self.objects))
        return path


def assert_sound(rendered: Rendered) -> None:
    """What no schema sees: that the parts find each other, and what every pod has to have."""
    deployment, pod = rendered.of("Deployment"), rendered.pod
    labels = deployment["spec"]["template"]["metadata"]["labels"].items()
    selectors = [deployment["spec"]["selector"]["matchLabels"], rendered.of("Service")["spec"]["selector"]]
    for kind, path in (("NetworkPolicy", "podSelector"), ("PodDisruptionBudget", "selector")):
        selectors += [rendered.of(kind)["spec"][path]["matchLabels"]] if rendered.has(kind) else []
    assert all(selector and selector.items() <= labels for selector in selectors)
    if rendered.has("HorizontalPodAutoscaler"):
        assert (
            rendered.of("HorizontalPodAutoscaler")["spec"]["scaleTargetRef"]["name"] == deployment["metadata"]["name"]
        )
        assert "replicas" not in deployment["spec"]
    maps = {found["metadata"]["name"] for found in rendered.objects if found["kind"] == "ConfigMap"}
    named = [volume["configMap"]["name"] for volume in pod["volumes"] if "configMap" in volume]
    variables = [v for c in [*pod["containers"], *pod["initContainers"]] for v in c.get("env", [])]
    named += [
        v["valueFrom"]["configMapKeyRef"]["name"] for v in variables if "configMapKeyRef" in v.get("valueFrom", {})
    ]
    assert set(named) == maps
    volumes = {volume["name"] for volume in pod["volumes"]}
    assert {m["name"] for c in [*pod["containers"], *pod["initContainers"]] for m in c["volumeMounts"]} == volumes
    listening = {
        listener["address"]["socket_address"]["port_value"]
        for listener in rendered.bootstrap["static_resources"]["listeners"]
    }
    assert {port["containerPort"] for port in rendered.containers["envoy"]["ports"]} == listening == {8443, 9902}
    assert_locked(pod)
    assert_key_from_a_secret(rendered)
    assert_drains(rendered)


def assert_locked(pod: dict) -> None:
    assert pod["automountServiceAccountToken"] is False
    assert pod["securityContext"].items() >= {"runAsNonRoot": True, "runAsUser": 65532}.items()
    for container in [*pod["containers"], *pod["initContainers"]]:
        context = container["securityContext"]
        assert context["readOnlyRootFilesystem"] is True and context["allowPrivilegeEscalation"] is False
        assert context["capabilities"] == {"drop": ["ALL"]}
    for container in [*pod["initContainers"], *(c for c in pod["containers"] if c["name"] == "envoy")]:
        assert container["resources"]["limits"]["memory"] and container["resources"]["requests"]["cpu"]


def assert_key_from_a_secret(rendered: Rendered) -> None:
    """Envoy hands on what the pod gives it, and nothing of it is in an object."""
    environment = {v["name"]: v["valueFrom"] for v in rendered.containers["envoy"]["env"]}
    assert all(source.keys() == {"secretKeyRef"} for source in environment.values())
    gate = gate_of(rendered.bootstrap)
    if is_native(rendered.bootstrap):
        # It reads Envoy's own environment.
        named = set(re.findall(r'"env:(\w+)"', gate["filter_config"]["value"]))
        assert named == set(environment)
    else:
        assert gate["vm_config"]["environment_variables"] == {"host_env_keys": list(environment)}


def assert_drains(rendered: Rendered) -> None:
    envoy = rendered.containers["envoy"]
    hooks = {json.dumps(container["lifecycle"]) for container in rendered.containers.values()}
    assert len(hooks) == 1
    drain = int(envoy["args"][envoy["args"].index("--drain-time-s") + 1])
    script = envoy["lifecycle"]["preStop"]["exec"]["command"][-1]
    assert f"sleep {drain}\n" in script
    manager = manager_of(rendered.bootstrap)
    answer = max(
        float(route["route"]["timeout"][:-1]) for route in manager["route_config"]["virtual_hosts"][0]["routes"]
    )
    arrival = float(manager["request_timeout"][:-1])
    assert rendered.pod["terminationGracePeriodSeconds"] >= drain + arrival + answer


def manager_of(bootstrap: dict) -> dict:
    return bootstrap["static_resources"]["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]


def gate_of(bootstrap: dict) -> dict:
    """The Wasm module's plugin, or the native module's filter."""
    [found] = [f for f in manager_of(bootstrap)["http_filters"] if f["name"] == "kyc-gate"]
    return found["typed_config"] if is_native(bootstrap) else found["typed_config"]["config"]


def is_native(bootstrap: dict) -> bool:
    [found] = [f for f in manager_of(bootstrap)["http_filters"] if f["name"] == "kyc-gate"]
    return found["typed_config"]["@type"] == NATIVE_TYPE


def here(bootstrap: dict, certificates: pathlib.Path) -> dict:
    """The bootstrap with the files of this machine."""
    text = json.dumps(bootstrap).replace("/etc/kyc-gate/tls", str(certificates))
    return json.loads(text.replace("/var/lib/kyc-gate/", f"{ROOT}/dist/"))


def merged(bootstraps: list[dict]) -> dict:
    """One bootstrap with the listeners and clusters of all, with modules of one kind: starting Envoy takes time."""
    whole = copy.deepcopy(bootstraps[0])
    resources = whole["static_resources"] = {"listeners": [], "clusters": []}
    for number, bootstrap in enumerate(bootstraps):
        beside = {"layered_runtime"} if is_native(bootstrap) else set()
        assert bootstrap.keys() == {"admin", "stats_config", "static_resources"} | beside
        assert all(bootstrap[key] == whole[key] for key in {"stats_config", *beside})
        if not is_native(bootstrap):
            # Some versions share the VM, and its environment, between plugins whose code and id are the same.
            vm = gate_of(bootstrap)["vm_config"]
            vm["vm_id"] = "-".join(["kyc-gate", *vm["environment_variables"]["host_env_keys"]])
        own = _prefixed(copy.deepcopy(bootstrap["static_resources"]), f"set-{number}-")
        for at, listener in enumerate(own["listeners"]):
            listener["address"]["socket_address"]["port_value"] = 20_000 + 10 * number + at
        for kind in resources:
            resources[kind] += [found | {"name": f"set-{number}-{found['name']}"} for found in own[kind]]
    return whole


def _prefixed(value: object, prefix: str) -> object:
    if isinstance(value, list):
        return [_prefixed(member, prefix) for member in value]
    if not isinstance(value, dict):
        return value
    naming = {"cluster", "cluster_name"}
    return {
        key: prefix + member if key in naming and isinstance(member, str) else _prefixed(member, prefix)
        for key, member in value.items()
    }
