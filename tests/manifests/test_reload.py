"""envoy/reload: the local bootstrap in two files. tests/e2e/test_reload.py runs it."""

from judges import kyc_gate
from manifests import RELOAD, load, local_bootstrap


def test_both_files_together_are_the_local_bootstrap():
    [ours], [delivered] = load(RELOAD), load(RELOAD.parent / "listener.yaml")
    [listener] = delivered["resources"]
    assert listener.pop("@type") == "type.googleapis.com/envoy.config.listener.v3.Listener"
    assert ours.pop("node") and ours.pop("dynamic_resources")
    ours["static_resources"]["listeners"] = [listener]
    assert ours == local_bootstrap()


def test_check_has_nothing_to_report():
    done = kyc_gate("check", RELOAD.parent)
    assert done.returncode == 0 and "listener.yaml: kyc-gate: nothing to report" in done.stdout, done.stdout
