"""envoy/kubernetes, as kubectl's own kustomize makes it: each overlay alone and with each component."""

import hashlib
import http.server
import itertools
import os
import subprocess
import threading

import pytest
import yaml
from certificate import write_certificate
from judges import ROOT, kyc_gate
from manifests import is_custom, sidecar_bootstrap
from rendered import Rendered, assert_sound, here
from tools import kustomize, needs_tools

pytestmark = needs_tools
FOLDER = ROOT / "envoy/kubernetes"
OVERLAYS = ("sidecar", "gateway")
COMPONENTS = sorted(path.name for path in (FOLDER / "components").iterdir())


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """By overlay and components; all of the latter that go together."""
    folder = tmp_path_factory.mktemp("kustomize")
    found = {}
    for overlay, components in itertools.product(OVERLAYS, [(), *((c,) for c in COMPONENTS), ALL]):
        own = folder / "-".join([overlay, *components])
        own.mkdir()
        up = os.path.relpath(FOLDER, own)
        listed = [f"{up}/components/{component}" for component in components]
        kustomization = {"resources": [f"{up}/{overlay}"], "components": listed}
        (own / "kustomization.yaml").write_text(yaml.safe_dump(kustomization))
        found[overlay, components] = Rendered(kustomize(own))
    return found


ALL = ("autoscaling", "image-volume", "podmonitor", "prometheusrule")


def test_each_is_sound(built):
    assert len(built) == 14
    for which, rendered in built.items():
        assert_sound(rendered)
        assert ("backend" in rendered.containers) == (which[0] == "sidecar"), which


def test_each_fits_the_schemas(built, kubernetes_schema, custom_schemas):
    for which, rendered in built.items():
        versions = ["1.37"] if "image-volume" in which[1] else ["1.30", "1.37"]
        for manifest, version in itertools.product(rendered.objects, versions):
            if not is_custom(manifest):
                assert kubernetes_schema.validate(manifest, version, strict=True), which
    custom = [m for rendered in built.values() for m in rendered.objects if is_custom(m)]
    assert sorted(m["kind"] for m in custom) == ["PodMonitor"] * 4 + ["PrometheusRule"] * 4
    assert custom_schemas.problems(custom) == [None] * 8
    assert all(set(m["spec"]) <= custom_schemas.known_keys(m) for m in custom)


def test_check_has_nothing_to_report(built, tmp_path):
    for which, rendered in built.items():
        done = kyc_gate("check", rendered.write(tmp_path / "kyc-gate.yaml"))
        assert done.returncode == 0 and "nothing to report" in done.stdout, (which, done.stdout)


def test_the_gateways_bootstrap_is_the_sidecars_but_for_the_backend(built):
    ours, theirs = built["gateway", ()].bootstrap, sidecar_bootstrap()
    [backend] = [c for c in ours["static_resources"]["clusters"] if c["name"] == "backend"]
    assert backend["type"] == "STRICT_DNS"
    for bootstrap in (ours, theirs):
        resources = bootstrap["static_resources"]
        resources["clusters"] = [c for c in resources["clusters"] if c["name"] != "backend"]
        manager = resources["listeners"][0]["filter_chains"][0]["filters"][0]["typed_config"]
        [judged, other] = manager["route_config"]["virtual_hosts"][0]["routes"]
        assert [header["name"] for header in other["match"]["headers"]] == [":method"]
        manager["route_config"]["virtual_hosts"][0]["routes"] = [judged]
    assert ours == theirs


def test_envoy_accepts_the_gateways(built, validate, tmp_path):
    write_certificate(tmp_path)
    path = tmp_path / "envoy.yaml"
    path.write_text(yaml.safe_dump(here(built["gateway", ()].bootstrap, tmp_path)))
    accepted, log = validate(path)
    assert accepted, log


def test_a_new_bootstrap_makes_new_pods(built):
    [volume] = [v for v in built["gateway", ()].pod["volumes"] if "configMap" in v]
    assert volume["configMap"]["name"].startswith("kyc-gate-bootstrap-")


def test_an_image_volume_holds_the_module_and_no_program(built):
    """Such volumes are mounted noexec, so what is run comes another way."""
    for overlay in OVERLAYS:
        rendered = built[overlay, ("image-volume",)]
        assert rendered.init_containers.keys() == {"tools"}
        [volume] = [volume["name"] for volume in rendered.pod["volumes"] if "image" in volume]
        mounts = [m for c in rendered.pod["containers"] for m in c["volumeMounts"] if m["name"] == volume]
        [filename] = {m["mountPath"] for m in mounts}
        assert filename == "/var/lib/kyc-gate/kyc_gate.wasm" and mounts[0]["subPath"] == "plugin.wasm"


class Module(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"a module")

    def log_message(self, *_):
        pass


@pytest.mark.parametrize("served", [b"a module", b"another one"])
def test_a_module_with_another_digest_is_not_taken(built, served, tmp_path):
    """The init container's own command, with this machine's shell and curl."""
    container = built["gateway", ("url",)].init_containers["kyc-gate"]
    command = [word.replace("/module/", f"{tmp_path}/") for word in container["command"]]
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Module)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    url = f"http://127.0.0.1:{server.server_port}/kyc_gate.wasm"
    environment = {**os.environ, "URL": url, "SHA256": hashlib.sha256(served).hexdigest()}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=30)
    server.shutdown()
    is_good = served == b"a module"
    assert (done.returncode == 0) == is_good == (tmp_path / "kyc_gate.wasm").exists(), done.stderr


def test_the_adapters_rule_makes_the_autoscalers_metric(built):
    [rules] = yaml.safe_load_all((FOLDER / "components/autoscaling/prometheus-adapter.values").read_text())
    [rule] = rules["rules"]["custom"]
    [metric] = built["gateway", ("autoscaling",)].of("HorizontalPodAutoscaler")["spec"]["metrics"]
    assert metric["pods"]["metric"]["name"] == rule["name"]["as"]
    assert rule["seriesQuery"].startswith("kyc_gate_requests{")
