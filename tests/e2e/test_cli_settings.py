"""`kyc-gate settings` against a real gate."""

import json

from kyc_gate import kyc_gate
from settings import PATH, TOKEN, api, get, put, revision, scored, settings, verdict


def begin(start, **more):
    gateway = start({**api(), **more})
    assert put(gateway, settings(10)).status == 200
    return gateway.fresh()


def command(gateway, verb, *arguments, token=TOKEN, path="", **options):
    return kyc_gate(
        "settings", verb, f"http://localhost:{gateway.port}{path}", *arguments, KYC_GATE_TOKEN=token, **options
    )


def test_get_prints_the_settings_in_force(start):
    gateway = begin(start)
    done = command(gateway, "get")
    assert (done.returncode, json.loads(done.stdout)) == (0, settings(10))
    told = f"revision {revision(settings(10))} is in force, until Envoy stops: the gate has no store\n"
    assert done.stderr == told
    assert command(gateway, "get", path=PATH).stdout == done.stdout


def test_put_is_in_force_for_the_next_post(start, tmp_path):
    gateway = begin(start)
    new = tmp_path / "new.json"
    new.write_text(json.dumps(settings(33)))
    assert command(gateway, "diff", new).returncode == 1
    done = command(gateway, "put", new)
    assert done.returncode == 0, done.stderr
    assert "identityProof.thresholds.rejectBelow  more lenient: rejects below 67 points instead of 90" in done.stdout
    assert f"revision {revision(settings(33))} is in force" in done.stderr
    assert get(gateway).json() == settings(33)
    assert scored(gateway) == (revision(settings(33)), verdict(33))
    assert command(gateway, "diff", new).returncode == 0
    again = command(gateway, "put", new)
    assert (again.returncode, again.stdout) == (0, "") and "nothing to change" in again.stderr


def test_put_with_another_prefix_and_from_stdin(start):
    gateway = begin(start, decision={"headerPrefix": "x-id-"})
    done = command(gateway, "put", "-", stdin=json.dumps(settings(12)))
    assert done.returncode == 0 and "until Envoy stops" in done.stderr, done.stderr
    assert get(gateway).json() == settings(12)


def test_what_must_not_change_does_not(start, tmp_path):
    gateway = begin(start)
    new, report = tmp_path / "new.json", tmp_path / "report.json"
    new.write_text(json.dumps(settings(20)))
    revisions = {"settings": "0" * 16, "config": "0" * 16}
    manifest = {"version": "0", "command": "", "input_sha256": "", "baseline": revisions, "proposed": revisions}
    report.write_text(json.dumps({"manifest": manifest}))
    for arguments, why in [
        (["--if-match", "0123456789abcdef"], f"revision {revision(settings(10))} is in force, not 0123456789abcdef"),
        (["--with-report", report], f"is about a proposal of revision {'0' * 16}, not {revision(settings(20))}"),
    ]:
        done = command(gateway, "put", new, *arguments)
        assert (done.returncode, done.stdout) == (1, "") and why in done.stderr, done.stderr
    manifest["proposed"] = {**revisions, "settings": revision(settings(20))}
    report.write_text(json.dumps({"manifest": manifest}))
    assert "is about a change from settings of revision" in command(gateway, "put", new, "--with-report", report).stderr
    assert get(gateway).json() == settings(10)
    manifest["baseline"] = {**revisions, "settings": revision(settings(10))}
    report.write_text(json.dumps({"manifest": manifest}))
    assert command(gateway, "put", new, "--with-report", report).returncode == 0
    assert get(gateway).json() == settings(20)


def test_why_not_is_told_in_words(start, tmp_path):
    gateway = begin(start)
    new = tmp_path / "new.json"
    new.write_text('{"identityProof": {"weights": {"isTampred": 1}}}')
    for done, status, why in [
        (command(gateway, "get", token=""), 2, "put its token into the environment variable KYC_GATE_TOKEN"),
        (command(gateway, "get", token="wrong"), 2, "the credentials in the environment aren't the gate's"),
        (command(gateway, "put", new), 2, "isTampered is probably meant"),
        (command(gateway, "get", path="/kyc"), 2, "is this a gate's settings API?"),
    ]:
        assert (done.returncode, done.stdout) == (status, ""), done.stderr
        assert why in done.stderr
        assert TOKEN not in done.stderr
    assert get(gateway).json() == settings(10)
