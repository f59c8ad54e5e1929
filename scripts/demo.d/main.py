"""Four encrypted KYC posts through Envoy and the gate; see scripts/demo."""

import argparse
import base64
import http.client
import json
import pathlib
import secrets
import shlex
import signal
import sys
import time

import passport
import report
from backend import Backend, Seen
from cases import CASES, Answer, Case, differences
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from proxy import ROOT, Bootstrap, Envoy, Failed, NativeBootstrap, taken

OUTPUT = ROOT / "target/demo"


def main() -> int:
    arguments = argparse.ArgumentParser()
    arguments.add_argument("--serve", action="store_true")
    arguments.add_argument("--native", action="store_true")
    arguments.add_argument("envoy", nargs="+")
    options = arguments.parse_args()
    # Told to end, we still have to stop Envoy. A shell's background job starts with Ctrl-C switched off.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    signal.signal(signal.SIGINT, signal.default_int_handler)

    bootstrap = NativeBootstrap() if options.native else Bootstrap()
    busy = {owner: port for owner, port in bootstrap.ports().items() if taken(port)}
    for owner, port in busy.items():
        print(f"port {port} of 127.0.0.1 is taken, it is meant for {owner}: stop what listens there", file=sys.stderr)
    if busy:
        return 1

    seen: list[Seen] = []
    backends = [Backend(name, port, seen) for name, port in bootstrap.cluster_ports.items()]
    envoy = Envoy(options.envoy, bootstrap, OUTPUT / "envoy.log")
    try:
        envoy.wait_ready()
        wrong = run(bootstrap, envoy, seen)
        if options.serve:
            if wrong:
                complain(wrong)
            serve(bootstrap, envoy)
            return 1 if wrong else 0
    except (Failed, OSError, http.client.HTTPException) as failure:
        wrong = [str(failure) or type(failure).__name__]
    except KeyboardInterrupt:
        print()
        return 130
    finally:
        envoy.stop()
        for backend in backends:
            backend.stop()

    if wrong:
        complain(wrong)
        return 1
    return 0


def complain(wrong: list[str]) -> None:
    print(f"\n{report.colour('The demo did not go as it should:', '1;31')}", file=sys.stderr)
    print("\n".join(f"- {problem}" for problem in wrong), file=sys.stderr)
    print(f"Envoy's log: {(OUTPUT / 'envoy.log').relative_to(ROOT)}", file=sys.stderr)


def run(bootstrap: Bootstrap, envoy: Envoy, seen: list[Seen]) -> list[str]:
    size = report.size((ROOT / bootstrap.module).stat().st_size)
    print(f"\nEnvoy {envoy.version()} with {bootstrap.module}, {size}, and {bootstrap.path}")
    wrong = []
    for number, case in enumerate(CASES):
        report.heading(f"{number + 1}. {case.title}")
        problems = run_case(case, number, bootstrap, envoy, seen)
        wrong += [f"{case.title}: {problem}" for problem in problems]
    wrong += show_observability(envoy)
    return wrong


def run_case(case: Case, number: int, bootstrap: Bootstrap, envoy: Envoy, seen: list[Seen]) -> list[str]:
    payload = case.payload()
    plaintext = json.dumps(payload).encode()
    sent = seal(plaintext, bootstrap.request_key, case.tampered)
    spec = bootstrap.gate["requestEncryption"]["cipherSpec"]
    report.row("sent", f"POST /kyc, {report.size(len(sent))}: {spec}, base64: {sent[:24].decode()}…")

    before = len(seen)
    answer = post(bootstrap.port, sent)
    arrived = seen[before] if len(seen) > before else None
    line = envoy.access_line(number)
    if line is None:
        return ["no access log line"]
    requester_id = payload["request_info"]["requester_id"]
    audit = envoy.audit_line(requester_id)
    weights = bootstrap.gate["kycSettings"]["identityProof"]["weights"]
    report.row("decided", report.why(line, audit, arrived, weights))
    if arrived:
        port = bootstrap.cluster_ports[arrived.backend]
        report.row("backend", f"{report.colour(arrived.backend, '36')} (127.0.0.1:{port}) saw")
        report.row("", report.gate_headers(arrived))
        report.row("", report.body(arrived.body))
    else:
        report.row("backend", "saw nothing")
    report.row("client", f"{answer.status} {report.line_of(answer.body)}")
    return list(differences(case, payload, line, audit, arrived, answer))


def seal(plaintext: bytes, key: bytes, tampered: bool = False) -> bytes:
    """As Java's AES/GCM/NoPadding with the nonce put in front, in base64."""
    nonce = secrets.token_bytes(12)
    sealed = bytearray(nonce + AESGCM(key).encrypt(nonce, plaintext, None))
    if tampered:
        sealed[len(sealed) // 2] ^= 1
    return base64.b64encode(bytes(sealed))


def post(port: int, body: bytes) -> Answer:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    try:
        # A client that decides about itself: no such header may get through.
        headers = {"content-type": "application/json", "x-kyc-decision": "accept", "x-kyc-score": "100"}
        connection.request("POST", "/kyc", body, headers)
        response = connection.getresponse()
        return Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
    finally:
        connection.close()


def show_observability(envoy: Envoy) -> list[str]:
    report.heading("Metrics: 127.0.0.1:9901/stats/prometheus")
    counters = ("kyc_gate_requests", "kyc_gate_decision", "kyc_gate_action", "kyc_gate_error")
    counters += ("kyc_gate_check_failed", "kyc_gate_rule_fired")
    lines = [line for line in envoy.admin("/stats/prometheus").splitlines() if line.startswith(counters)]
    lines = [line for line in lines if not line.endswith(" 0")]
    for line in lines:
        print(f"   {line}")

    report.heading("Access log: Envoy's stdout, with the gate's filter state")
    shown = ("status", "decision", "score", "failed_checks", "details", "upstream", "milliseconds")
    for line in envoy.access_lines():
        print("   " + json.dumps({key: line.get(key) for key in shown}))

    report.heading("Audit lines: the gate's log at info, nothing else of the payload in it")
    audits = envoy.audit_lines()
    for line in audits:
        print("   " + json.dumps(line))

    expected = [f'kyc_gate_decision{{kyc_decision="{word}"}} 1' for word in ("accept", "review", "reject")]
    wrong = [f"missing metric: {metric}" for metric in expected if metric not in lines]
    judged = sum(1 for case in CASES if case.decision)
    decided = [line for line in audits if line.get("decision") in ("accept", "review", "reject")]
    if len(decided) != judged:
        wrong.append(f"{len(decided)} audit lines tell a decision, {judged} posts were judged")
    return wrong


def serve(bootstrap: Bootstrap, envoy: Envoy) -> None:
    posts = {"clean": passport.clean, "face-mismatch": passport.face_mismatch, "expired": passport.expired}
    for name, payload in posts.items():
        body = seal(json.dumps(payload()).encode(), bootstrap.request_key)
        (OUTPUT / f"{name}.enc").write_bytes(body)
    directory = OUTPUT.relative_to(ROOT)
    url = f"http://127.0.0.1:{bootstrap.port}"
    report.heading("Still running. Try, from the root of the repository:")
    for name in posts:
        path = shlex.quote(str(pathlib.Path(directory) / f"{name}.enc"))
        print(f"   curl -i {url}/kyc -H 'content-type: application/json' --data-binary @{path}")
    print(f"   curl -i {url}/kyc -H 'content-type: application/json' -d '{{}}'")
    print(f"   curl -s 127.0.0.1:{bootstrap.admin_port}/stats/prometheus | grep kyc_gate")
    print(f"   tail -f {directory / 'envoy.log'}")
    print("Ctrl-C ends it.", flush=True)
    try:
        while envoy.running():
            time.sleep(0.5)
    except KeyboardInterrupt:
        print()
        return
    raise Failed(f"Envoy ended:\n{envoy.last_lines()}")


if __name__ == "__main__":
    sys.exit(main())
