"""Every Envoy configuration that is shipped, also the ones inside of Kubernetes objects, put before Envoy itself."""

import json

import pytest
import yaml
from certificate import write_certificate
from manifests import (
    BOOTSTRAP,
    EXAMPLES,
    ROOT,
    gate_filter,
    gateway_patch,
    local_bootstrap,
    patch,
    sidecar_bootstrap,
    wrapped,
)

# Of RFC 7517, appendix A.
JWKS = """{"keys": [{"kty": "EC", "crv": "P-256", "kid": "1", "x": "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4",
"y": "4Etl6SRW2YiLUrN5vfvVHuhp7x8PxltmWWlbbM4IFyM"}]}"""


@pytest.fixture
def accepted(validate, tmp_path):
    def check(bootstrap: dict) -> tuple[bool, str]:
        path = tmp_path / "bootstrap.yaml"
        path.write_text(yaml.safe_dump(bootstrap))
        return validate(path)

    return check


def test_local_bootstrap(validate):
    ok, log = validate(BOOTSTRAP)
    assert ok, log


def test_sidecar_bootstrap(accepted, tmp_path):
    text = yaml.safe_dump(sidecar_bootstrap())
    write_certificate(tmp_path)
    for mounted, here in (("/etc/kyc-gate/tls", tmp_path), ("/var/lib/kyc-gate", ROOT / "dist")):
        assert mounted in text
        text = text.replace(mounted, str(here))
    ok, log = accepted(yaml.safe_load(text))
    assert ok, log


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.parent.name)
def test_examples(accepted, tmp_path, path):
    write_certificate(tmp_path)
    (tmp_path / "clients.crt").write_bytes((tmp_path / "tls.crt").read_bytes())
    (tmp_path / "jwks.json").write_text(JWKS)
    text = path.read_text()
    for mounted in ("/etc/kyc-gate/tls", "/etc/kyc-gate"):
        text = text.replace(mounted, str(tmp_path))
    ok, log = accepted(yaml.safe_load(text))
    assert ok, log


def test_istio_extension(accepted):
    """As Envoy gets it from the Istio agent: the module in a local file."""
    extension = patch("EXTENSION_CONFIG")
    code = extension["typed_config"]["config"]["vm_config"]["code"]
    assert code.pop("remote")["sha256"]
    code["local"] = {"filename": str(ROOT / "dist/kyc_gate.wasm")}
    ok, log = accepted(wrapped(extension))
    assert ok, log


def test_istio_extension_as_written(accepted):
    """With the remote module; Envoy does not fetch it when it validates."""
    ok, log = accepted(wrapped(patch("EXTENSION_CONFIG")))
    assert ok, log


def test_istio_filter(accepted):
    ok, log = accepted(wrapped(patch("HTTP_FILTER")))
    assert ok, log


def test_gateway_patch(accepted):
    http_filter = gateway_patch()
    code = http_filter["typed_config"]["config"]["vm_config"]["code"]
    assert code["local"]["filename"].endswith("/kyc_gate.wasm")
    code["local"]["filename"] = str(ROOT / "dist/kyc_gate.wasm")
    ok, log = accepted(wrapped(http_filter))
    assert ok, log


def test_envoy_refuses_an_unknown_field(accepted):
    bootstrap = local_bootstrap()
    gate_filter(bootstrap)["typed_config"]["config"]["allow_on_headers_stop_iterations"] = True
    ok, log = accepted(bootstrap)
    assert not ok
    assert "allow_on_headers_stop_iterations" in log


def test_the_gate_refuses_an_unknown_key(accepted):
    bootstrap = local_bootstrap()
    configuration = gate_filter(bootstrap)["typed_config"]["config"]["configuration"]
    gate = json.loads(configuration["value"])
    gate["decision"]["onMaybe"] = "forward"
    configuration["value"] = json.dumps(gate)
    ok, log = accepted(bootstrap)
    assert not ok
    assert "decision.onMaybe" in log
