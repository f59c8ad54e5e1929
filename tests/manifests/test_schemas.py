"""Every object against the schema that its project publishes."""

import copy
import json

import jsonschema
import pytest
from manifests import GATEWAY, GATEWAY_WASM, ISTIO, ROOT, SIDECAR, is_custom, load, of_kind

# The oldest Kubernetes that the manifests are meant for, and the newest that the package knows.
VERSIONS = ["1.30", "1.37"]
OBJECTS = [manifest for path in (ISTIO, SIDECAR, GATEWAY, GATEWAY_WASM) for manifest in load(path)]
KUBERNETES = [manifest for manifest in OBJECTS if not is_custom(manifest)]
CUSTOM = [manifest for manifest in OBJECTS if is_custom(manifest)]
# Envoy Gateway's types as published are older than what the manifests need. This is from its repository at 1.9.0:
# api/v1alpha1/dynamic_module_types.go, and the keys of timeout_types.go.
NEWER = json.loads((ROOT / "tests/manifests/envoy-gateway-1.9.json").read_text())


def name(manifest: object) -> str | None:
    return f"{manifest['kind']}-{manifest['metadata']['name']}" if isinstance(manifest, dict) else None


def test_custom_objects(custom_schemas):
    assert {manifest["kind"] for manifest in CUSTOM} >= {
        "EnvoyFilter",
        "EnvoyProxy",
        "HTTPRoute",
        "EnvoyExtensionPolicy",
    }
    assert dict(zip(map(name, CUSTOM), custom_schemas.problems(CUSTOM), strict=True)) == dict.fromkeys(
        map(name, CUSTOM)
    )


@pytest.mark.parametrize(
    ("path", "kind", "change", "said"),
    [
        (ISTIO, "EnvoyFilter", lambda spec: spec["configPatches"][0].update(applyTo="EXTENSION"), "applyTo"),
        (GATEWAY, "HTTPRoute", lambda spec: spec["rules"][0]["matches"][0]["path"].update(type="Begins"), "matches"),
        (GATEWAY, "ClientTrafficPolicy", lambda spec: spec["path"].update(escapedSlashesAction="Refuse"), "Slashes"),
        (GATEWAY_WASM, "EnvoyPatchPolicy", lambda spec: spec.update(type="Patch"), "type"),
    ],
)
def test_the_schemas_refuse_an_unknown_word(custom_schemas, path, kind, change, said):
    broken = copy.deepcopy(of_kind(path, kind))
    change(broken["spec"])
    [problem] = custom_schemas.problems([broken])
    assert said in problem


def test_custom_objects_have_no_unknown_keys(custom_schemas):
    """The package's validators let unknown keys pass, its types name the known ones."""
    for manifest in CUSTOM:
        known = custom_schemas.known_keys(manifest)
        assert "spec" in known or "configPatches" in known or "selector" in known, manifest["kind"]
        assert keys(manifest["spec"]) - known - set(NEWER["keys"]) == set(), manifest["kind"]


def test_dynamic_modules():
    proxy, policy = (of_kind(GATEWAY, kind) for kind in ("EnvoyProxy", "EnvoyExtensionPolicy"))
    for schema, entries in (
        ("EnvoyProxy", proxy["spec"]["dynamicModules"]),
        ("EnvoyExtensionPolicy", policy["spec"]["dynamicModule"]),
    ):
        jsonschema.validate(entries, NEWER[schema])
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate([entries[0] | {"moduleName": "x"}], NEWER[schema])


@pytest.mark.parametrize("version", VERSIONS)
def test_the_pods_of_envoy_gateway(kubernetes_schema, version):
    """What an EnvoyProxy says of its pods is Kubernetes' own, in other places."""
    deployment = of_kind(GATEWAY, "EnvoyProxy")["spec"]["provider"]["kubernetes"]["envoyDeployment"]
    assert deployment.keys() == {"replicas", "initContainers", "container", "pod"}
    container = deployment["container"] | {"name": "envoy"}
    pod = {"initContainers": deployment["initContainers"], "containers": [container], **deployment["pod"]}
    manifest = {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "envoy"}, "spec": pod}
    assert kubernetes_schema.validate(manifest, version, strict=True) == version


def keys(value: object) -> set[str]:
    """All keys below, except for those of free-form objects, and of Kubernetes' own objects in an EnvoyProxy."""
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if not isinstance(value, dict):
        return set()
    free = {"value", "labels", "matchLabels", "json", "config", "level", "container", "initContainers", "pod"}
    return set(value).union(*(keys(member) for key, member in value.items() if key not in free))


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("manifest", KUBERNETES, ids=name)
def test_kubernetes_objects(kubernetes_schema, manifest, version):
    assert kubernetes_schema.validate(manifest, version, strict=True) == version


def test_the_kubernetes_schema_refuses_a_misspelling(kubernetes_schema):
    broken = copy.deepcopy(of_kind(SIDECAR, "Deployment"))
    broken["spec"]["template"]["spec"]["containers"][0]["readynessProbe"] = {}
    with pytest.raises(kubernetes_schema.ValidationError):
        kubernetes_schema.validate(broken, VERSIONS[-1], strict=True)
