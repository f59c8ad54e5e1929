"""The verifying backends of docs/signature.md, against requests that Envoy with the gate signed."""

import base64
import json
import shutil
import subprocess
import sys

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_der_private_key
from pages import ROOT, blocks

sys.path.insert(0, str(ROOT / "tests/e2e"))

from relid import DECISIONS, GCM
from resources import Setup

from envoy import Gateway

SECRET = bytes(range(32))
PRIVATE = base64.b64decode("MC4CAQAwBQYDK2VwBCIEIJ+DYvh6SEqVTm50DFtMDoQikTmiCqirVv9mWG9qfSnF")
PUBLIC = load_der_private_key(PRIVATE, None).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)

# What a backend in that language adds: it reads requests, a JSON object a line, and writes a word for each.
PYTHON = """
import json, sys
for line in sys.stdin:
    r = json.loads(line)
    key, body = base64.b64decode(r["key"]), base64.b64decode(r["body"])
    print(str(signed_by_gate(r["method"], r["path"], r["headers"], body, key)).lower())
"""
JAVASCRIPT = """
for (const line of require("node:fs").readFileSync(0, "utf8").trim().split("\\n")) {
  const r = JSON.parse(line);
  const key = crypto.createPublicKey({ key: Buffer.from(r.key, "base64"), format: "der", type: "spki" });
  console.log(signedByGate(r.method, r.path, r.headers, Buffer.from(r.body, "base64"), key));
}
"""
# Java starts the first class of a file. No JSON in Java's own library: fields behind tabs, headers in pairs.
JAVA = """
class Main {
    public static void main(String[] arguments) throws Exception {
        Scanner lines = new Scanner(System.in).useDelimiter("\\n");
        while (lines.hasNext()) {
            String[] words = lines.next().split("\\t", -1);
            byte[] der = Base64.getDecoder().decode(words[3]);
            var spec = new java.security.spec.X509EncodedKeySpec(der);
            PublicKey key = KeyFactory.getInstance("Ed25519").generatePublic(spec);
            Map<String, String> headers = new HashMap<>();
            for (int at = 4; at + 1 < words.length; at += 2) headers.put(words[at], words[at + 1]);
            byte[] body = Base64.getDecoder().decode(words[2]);
            System.out.println(GateSignature.signedByGate(words[0], words[1], headers, body, key));
        }
    }
}
"""


def as_json(request):
    return json.dumps(request)


def as_words(request):
    pairs = [word for pair in request["headers"].items() for word in pair]
    return "\t".join([request["method"], request["path"], request["body"], request["key"], *pairs])


LANGUAGES = {
    "python": ("hmac-sha256", PYTHON, "main.py", [sys.executable], as_json),
    "js": ("ed25519", JAVASCRIPT, "main.js", ["node"], as_json),
    "java": ("ed25519", JAVA, "Main.java", ["java"], as_words),
}


def signed_request(algorithm):
    """As the backend saw it."""
    key = SECRET if algorithm == "hmac-sha256" else PRIVATE
    block = {"keyId": "gate-2026", "key": "env:SIGNATURE_KEY", "keyEncoding": "base64", "algorithm": algorithm}
    config = {"requestEncryption": GCM.config(), "signature": block, "decision": {"onReject": "forward"}}
    gateway = Gateway(Setup(config, env={**GCM.env, "SIGNATURE_KEY": base64.b64encode(key).decode()}))
    try:
        assert gateway.post(GCM.seal(DECISIONS["reject"])).status == 200
        seen = gateway.backend.only()
    finally:
        gateway.stop()
    return {
        "method": seen.method,
        "path": seen.target,
        "headers": {name.decode().lower(): value.decode() for name, value in seen.headers},
        "body": base64.b64encode(seen.body).decode(),
        "key": base64.b64encode(SECRET if algorithm == "hmac-sha256" else PUBLIC).decode(),
    }


def tampered(request):
    """The same request with one thing wrong with it, many times over."""
    headers = request["headers"]
    created = headers["signature-input"].partition("created=")[2].partition(";")[0]

    def changed(name, value):
        return {**request, "headers": {**headers, name: value}}

    def without(name):
        return {**request, "headers": {key: value for key, value in headers.items() if key != name}}

    def covering(old, new):
        return changed("signature-input", headers["signature-input"].replace(old, new))

    yield changed("x-kyc-decision", "accept")
    yield changed("x-kyc-more", "unsigned")
    yield changed("x-kyc-rules", headers["x-kyc-rules"] + ",another")
    yield from (
        without(name) for name in ("x-kyc-rules", "signature", "signature-input", "content-digest", "x-kyc-decision")
    )
    yield changed("signature", "kyc=:AAAA:")
    yield changed("signature", "kyc=:" + base64.b64encode(bytes(64)).decode() + ":")
    yield changed("signature", headers["signature"].replace("kyc", "other"))
    yield covering("gate-2026", "gate-2025")
    yield covering(created, str(int(created) - 3600))
    yield covering(created, str(int(created) + 1))
    yield covering(' "x-kyc-score"', "")
    yield covering(' "content-digest"', "")
    yield {**request, "path": "/other"}
    yield {**request, "method": "PUT"}
    yield {**request, "body": base64.b64encode(b"{}").decode()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example(language, tmp_path):
    algorithm, rest, name, command, as_line = LANGUAGES[language]
    [example] = [block.text for block in blocks(language) if block.page.name == "signature.md"]
    if not shutil.which(command[0]):
        pytest.skip(f"there is no {command[0]} here")
    before, marker, after = example.partition("class GateSignature") if language == "java" else (example, "", "")
    (tmp_path / name).write_text(before + rest + marker + after)
    request = signed_request(algorithm)
    requests = [request, *tampered(request), request]
    lines = "".join(as_line(each) + "\n" for each in requests)
    done = subprocess.run([*command, tmp_path / name], input=lines, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["true", *["false"] * (len(requests) - 2), "true"]


def test_every_language_is_run():
    found = {kind for kind in ("python", "js", "java") if blocks(kind)}
    assert found == set(LANGUAGES)
