"""envoy/reload as it is shipped: a file is renamed, and policy and key are others, without a restart or a lost post."""

import base64
import json

import pytest
import yaml
from load import Load
from relid import DECISIONS, Envelope
from resources import ROOT, WASM_MODULE, Setup, wasm_only

from envoy import Gateway, Refused

pytestmark = wasm_only("bootstrap")
FOLDER = ROOT / "envoy/reload"
SHIPPED_KEY = "a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ="
OLD, NEW = Envelope(key=base64.b64decode(SHIPPED_KEY)), Envelope(key=bytes(range(32)))


class Reloading(Gateway):
    """An Envoy with both files, as they are but for ports and paths. `change` replaces the one with the listener."""

    def __init__(self, linked=False):
        self._text = (FOLDER / "listener.yaml").read_text()
        self._linked = linked
        super().__init__(Setup(delivery="lds", concurrency=2, drain_seconds=2))

    def change(self, *replacements, seconds=30):
        for old, new in replacements:
            assert self._text.count(old) == 1, old
            self._text = self._text.replace(old, new)
        self.reconfigure(None, seconds)

    def _deliver(self):
        self._version += 1
        text = self._text.replace("port_value: 10000", f"port_value: {self._listen_port}")
        text = text.replace("dist/kyc_gate.wasm", str(WASM_MODULE))
        if self._linked:
            self._link(text)
        else:
            staged = self._folder / "staged.yaml"
            staged.write_text(text)
            staged.rename(self._folder / "listener.yaml")

    def _link(self, text):
        """As a volume of a ConfigMap changes: what is renamed is a link to a folder."""
        folder = self._folder / "volume"
        version = folder / f"..{self._version}"
        version.mkdir(parents=True)
        (version / "listener.yaml").write_text(text)
        (folder / "..staged").symlink_to(version.name)
        (folder / "..staged").rename(folder / "..data")
        if not (folder / "listener.yaml").is_symlink():
            (folder / "listener.yaml").symlink_to("..data/listener.yaml")

    def _bootstrap(self):
        bootstrap = yaml.safe_load((FOLDER / "envoy.yaml").read_text())
        bootstrap["admin"]["address"]["socket_address"]["port_value"] = 0
        source = bootstrap["dynamic_resources"]["lds_config"]["path_config_source"]
        assert source["path"] == "envoy/reload/listener.yaml"
        source["path"] = str(self._folder / "listener.yaml")
        if self._linked:
            source["path"] = str(self._folder / "volume/listener.yaml")
            source["watched_directory"] = {"path": str(self._folder / "volume")}
        ports = {"backend": self.backend.port, "manual-review": self.review.port}
        for cluster in bootstrap["static_resources"]["clusters"]:
            [endpoint] = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
            endpoint["endpoint"]["address"]["socket_address"]["port_value"] = ports[cluster["name"]]
        return bootstrap


@pytest.fixture
def reloading(request):
    gateway = Reloading(linked=getattr(request, "param", False))
    yield gateway
    gateway.stop()


def references(gateway):
    return {json.loads(seen.body)["kyc"].get("policy") for seen in gateway.seen_posts()}


@pytest.mark.parametrize("reloading", [False, True], indirect=True, ids=["a file", "a ConfigMap's volume"])
def test_policy_and_key_change_under_load(reloading):
    gateway = reloading
    with Load(gateway, OLD.seal, pause=0.002) as load:
        load.wait(40)
        gateway.change(('"kyc": {\n', '"kyc": { "policy": "second",\n'))
        load.wait(40)
        assert references(gateway) == {None, "second"}
        new_key = base64.b64encode(NEW.key).decode()
        variable = f"KYC_REQUEST_KEY: {SHIPPED_KEY}\n"
        gateway.change(
            ("vm_id: kyc-gate\n", "vm_id: kyc-gate-2\n"),
            (variable, f"KYC_NEXT_KEY: {new_key}\n{' ' * 20}{variable}"),
            ('"key": "env:KYC_REQUEST_KEY",', '"key": "env:KYC_NEXT_KEY", "previousKeys": ["env:KYC_REQUEST_KEY"],'),
        )
        load.switch(NEW.seal)
        load.wait(40)
        gateway.change((', "previousKeys": ["env:KYC_REQUEST_KEY"]', ""))
        load.wait(40)
    load.assert_nothing_lost()
    assert gateway.post(OLD.seal(DECISIONS["accept"])).status == 400


def test_a_file_that_is_wrong_changes_nothing(reloading):
    gateway = reloading
    before = gateway._text
    with pytest.raises(Refused, match=r"decision\.onRejct: unknown key"):
        gateway.change(('"onReject"', '"onRejct"'))
    gateway._text = before
    with pytest.raises(Refused):
        gateway.change(("resources:", "resources: ["), seconds=1)
    gateway.fresh()
    assert gateway.post(OLD.seal(DECISIONS["accept"])).status == 200
    assert gateway.backend.only().value("x-kyc-decision") == "accept"
