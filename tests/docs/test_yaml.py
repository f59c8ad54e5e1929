"""Every YAML block is loaded by what it is meant for: Envoy with the gate, or the schema of its kind."""

import base64
import copy

import pytest
import yaml
from manifests import ROOT, WASM_TYPE, connection_manager, is_custom, local_bootstrap
from pages import blocks

BLOCKS = [(block, document) for block in blocks("yaml") for document in yaml.safe_load_all(block.text)]
KEY = base64.b64encode(bytes(range(32))).decode()
KUBERNETES = "1.37"
SECRET_TYPE = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"


def test_there_are_some():
    assert BLOCKS


@pytest.mark.parametrize(("block", "document"), BLOCKS, ids=[str(block) for block, _ in BLOCKS])
def test_block(block, document, judge):
    assert judge(document) is None


def test_what_is_wrong_is_found(judge):
    [http_filter] = [document for _, document in BLOCKS if is_filter(document)][:1]
    broken = copy.deepcopy(http_filter)
    broken["typed_config"]["config"]["configuration"]["value"] = '{"match": {"path": "/kyc"}}'
    assert "match.path: unknown key" in judge(broken)
    broken["typed_config"]["config"]["fail_open_please"] = True
    assert "fail_open_please" in judge(broken)
    service = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "kyc"}, "spec": {"port": 1}}
    assert "port" in judge(service)
    assert judge({"retries": 3}) == "neither an Envoy configuration nor a Kubernetes object"


def is_filter(document):
    return isinstance(document, dict) and document.get("typed_config", {}).get("@type") == WASM_TYPE


@pytest.fixture
def judge(validate, kubernetes_schema, custom_schemas, tmp_path, monkeypatch):
    """What is wrong with a document, None for nothing."""

    def validated(bootstrap):
        path = tmp_path / "bootstrap.yaml"
        path.write_text(yaml.safe_dump(bootstrap))
        accepted, log = validate(path)
        return None if accepted else log

    def secrets(resources):
        """A file for Envoy's secret discovery: the bootstrap has the same resources, without their type."""
        if {resource.pop("@type") for resource in resources} != {SECRET_TYPE}:
            return "not only secrets"
        bootstrap = local_bootstrap()
        bootstrap["static_resources"]["secrets"] = resources
        return validated(bootstrap)

    def envoy(bootstrap, plugin):
        code = plugin["vm_config"]["code"]
        code.clear()
        code["local"] = {"filename": str(ROOT / "dist/kyc_gate.wasm")}
        for name in plugin["vm_config"].get("environment_variables", {}).get("host_env_keys", []):
            monkeypatch.setenv(name, KEY)
        return validated(bootstrap)

    def kubernetes(manifest):
        try:
            kubernetes_schema.validate(manifest, KUBERNETES, strict=True)
        except kubernetes_schema.ValidationError as error:
            return str(error)

    def judge(document):
        document = copy.deepcopy(document)
        if is_filter(document):
            bootstrap = local_bootstrap()
            filters = connection_manager(bootstrap)["http_filters"]
            filters[[f["name"] for f in filters].index("kyc-gate")] = document
            return envoy(bootstrap, document["typed_config"]["config"])
        if "static_resources" in document:
            [plugin] = [f for f in connection_manager(document)["http_filters"] if is_filter(f)]
            return envoy(document, plugin["typed_config"]["config"])
        if document.keys() == {"resources"}:
            return secrets(document["resources"])
        if {"apiVersion", "kind"} <= document.keys():
            return custom_schemas.problems([document])[0] if is_custom(document) else kubernetes(document)
        return "neither an Envoy configuration nor a Kubernetes object"

    return judge
