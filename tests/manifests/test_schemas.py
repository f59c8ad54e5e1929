"""Every object against the schema that its project publishes."""

import copy
import re

import pytest
from manifests import GATEWAY, ISTIO, SIDECAR, is_istio, load, of_kind

# The oldest Kubernetes that the manifests are meant for, and the newest that the package knows.
VERSIONS = ["1.30", "1.37"]
KUBERNETES = [m for path in (ISTIO, SIDECAR) for m in load(path) if not is_istio(m)]
# Envoy Gateway and the Gateway API publish their schemas in no package.
KUBERNETES.append(of_kind(GATEWAY, "NetworkPolicy"))


def name(manifest: object) -> str | None:
    return f"{manifest['kind']}-{manifest['metadata']['name']}" if isinstance(manifest, dict) else None


def test_istio_objects(istio_problems):
    objects = [manifest for manifest in load(ISTIO) if is_istio(manifest)]
    assert len(objects) == 3
    assert istio_problems(objects) == [None] * 3


def test_the_istio_schema_refuses_an_unknown_place(istio_problems):
    broken = copy.deepcopy(of_kind(ISTIO, "EnvoyFilter"))
    broken["spec"]["configPatches"][0]["applyTo"] = "EXTENSION"
    [problem] = istio_problems([broken])
    assert "applyTo" in problem


def test_istio_objects_have_no_unknown_keys(istio_problems):
    """The package's validators let unknown keys pass, its types name the known ones."""
    for manifest in filter(is_istio, load(ISTIO)):
        package = istio_problems.directory / "node_modules/@kubernetes-models/istio"
        types = (package / manifest["apiVersion"] / f"{manifest['kind']}.d.ts").read_text()
        known = set(re.findall(r'^\s*"(\w+)"\??:', types, re.MULTILINE))
        assert "configPatches" in known or manifest["kind"] != "EnvoyFilter"
        assert keys(manifest["spec"]) - known == set()


def keys(value: object) -> set[str]:
    """All keys below, except for those of free-form objects."""
    if isinstance(value, list):
        return set().union(*map(keys, value))
    if not isinstance(value, dict):
        return set()
    free = {"value", "labels", "matchLabels"}
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
