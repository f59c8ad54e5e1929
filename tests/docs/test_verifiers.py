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

ALGORITHMS = {"hmac-sha256": SECRET, "ed25519": PRIVATE}
# A header of `headers`, and its value: bytes of UTF-8.
CUSTOMER = ("x-customer", "Zoë ${user_id}")

# What a backend in that language adds: it reads requests, a JSON object a line, and writes a word for each.
PYTHON = """
import json, sys
from cryptography.hazmat.primitives.serialization import load_der_public_key
for line in sys.stdin:
    r = json.loads(line)
    key, body = base64.b64decode(r["key"]), base64.b64decode(r["body"])
    key = key if r["algorithm"] == "hmac-sha256" else load_der_public_key(key)
    signed = signed_by_gate(r["method"], r["authority"], r["target"], r["headers"], body, key, ["x-customer"])
    print(str(signed).lower())
"""
JAVASCRIPT = """
for (const line of require("node:fs").readFileSync(0, "utf8").trim().split("\\n")) {
  const r = JSON.parse(line);
  const bytes = Buffer.from(r.key, "base64");
  const key = r.algorithm === "hmac-sha256"
    ? crypto.createSecretKey(bytes)
    : crypto.createPublicKey({ key: bytes, format: "der", type: "spki" });
  const body = Buffer.from(r.body, "base64");
  console.log(signedByGate(r.method, r.authority, r.target, r.headers, body, key, ["x-customer"]));
}
"""
# Java starts the first class of a file. No JSON in Java's own library: fields behind tabs, headers in pairs.
JAVA = """
class Main {
    public static void main(String[] arguments) throws Exception {
        Scanner lines = new Scanner(System.in, "UTF-8").useDelimiter("\\n");
        while (lines.hasNext()) {
            String[] words = lines.next().split("\\t", -1);
            byte[] bytes = Base64.getDecoder().decode(words[4]);
            Key key = words[5].equals("hmac-sha256")
                ? new javax.crypto.spec.SecretKeySpec(bytes, "HmacSHA256")
                : KeyFactory.getInstance("Ed25519").generatePublic(new java.security.spec.X509EncodedKeySpec(bytes));
            Map<String, String> headers = new HashMap<>();
            for (int at = 6; at + 1 < words.length; at += 2) headers.put(words[at], words[at + 1]);
            byte[] body = Base64.getDecoder().decode(words[3]);
            System.out.println(
                GateSignature.signedByGate(words[0], words[1], words[2], headers, body, key, "x-customer"));
        }
    }
}
"""
# Go's header values are the bytes that came, so they are read back from Latin-1.
GO = """
func main() {
	lines := json.NewDecoder(os.Stdin)
	for {
		var r struct {
			Method, Authority, Target, Body, Key, Algorithm string
			Headers                                         map[string]string
		}
		if lines.Decode(&r) != nil {
			return
		}
		body, _ := base64.StdEncoding.DecodeString(r.Body)
		bytes, _ := base64.StdEncoding.DecodeString(r.Key)
		var key any = bytes
		if r.Algorithm == "ed25519" {
			key, _ = x509.ParsePKIXPublicKey(bytes)
		}
		request := http.Request{Method: r.Method, Host: r.Authority, RequestURI: r.Target, Header: http.Header{}}
		for name, value := range r.Headers {
			latin1 := []byte{}
			for _, character := range value {
				latin1 = append(latin1, byte(character))
			}
			request.Header.Set(name, string(latin1))
		}
		fmt.Println(signedByGate(&request, body, key, "x-customer"))
	}
}
"""


def as_json(request):
    return json.dumps(request)


def as_words(request):
    pairs = [word for pair in request["headers"].items() for word in pair]
    fields = ("method", "authority", "target", "body", "key", "algorithm")
    return "\t".join([*(request[field] for field in fields), *pairs])


def with_main(language, example):
    """The example as a program."""
    if language == "java":
        before, marker, after = example.partition("class GateSignature")
        return before + JAVA + marker + after
    if language == "go":
        more = 'import (\n\t"crypto/x509"\n\t"encoding/json"\n\t"fmt"\n\t"os"\n)\n'
        return example.replace("package main\n", "package main\n\n" + more, 1) + GO
    return example + {"python": PYTHON, "js": JAVASCRIPT}[language]


LANGUAGES = {
    "python": ("main.py", [sys.executable], as_json),
    "js": ("main.js", ["node"], as_json),
    "java": ("Main.java", ["java"], as_words),
    "go": ("main.go", ["go", "run"], as_json),
}


@pytest.fixture(scope="module", params=ALGORITHMS)
def request_of_gate(request):
    return signed_request(request.param)


def signed_request(algorithm):
    """As the backend saw it."""
    private = ALGORITHMS[algorithm]
    block = {"keyId": "gate-2026", "key": "env:SIGNATURE_KEY", "keyEncoding": "base64", "algorithm": algorithm}
    name, value = CUSTOMER
    config = {
        "requestEncryption": GCM.config(),
        "signature": block,
        "decision": {"onReject": "forward"},
        "headers": [{"headerName": name, "headerValue": value}],
    }
    gateway = Gateway(Setup(config, env={**GCM.env, "SIGNATURE_KEY": base64.b64encode(private).decode()}))
    try:
        assert gateway.post(GCM.seal(DECISIONS["reject"]), path="/kyc?a=b?c&d=%20").status == 200
        seen = gateway.backend.only()
    finally:
        gateway.stop()
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in seen.headers}
    return {
        "method": seen.method,
        "authority": headers["host"].upper(),
        "target": seen.target,
        "headers": headers,
        "body": base64.b64encode(seen.body).decode(),
        "key": base64.b64encode(SECRET if algorithm == "hmac-sha256" else PUBLIC).decode(),
        "algorithm": algorithm,
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
    yield from (covering(f' "{name}"', "") for name in ("@authority", "@path", "@query", "content-type", "x-customer"))
    yield changed("x-customer", "Zoë another")
    yield changed("content-type", "application/json; charset=utf-16")
    yield without("content-type")
    yield {**request, "target": "/other?a=b?c&d=%20"}
    yield {**request, "target": "/kyc?a=b&d=%20"}
    yield {**request, "target": "/kyc"}
    yield {**request, "authority": "other.test"}
    yield {**request, "method": "PUT"}
    yield {**request, "body": base64.b64encode(b"{}").decode()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_example(language, request_of_gate, tmp_path):
    name, command, as_line = LANGUAGES[language]
    [example] = [block.text for block in blocks(language) if block.page.name == "signature.md"]
    if not shutil.which(command[0]):
        pytest.skip(f"there is no {command[0]} here")
    (tmp_path / name).write_text(with_main(language, example))
    requests = [request_of_gate, *tampered(request_of_gate), request_of_gate]
    lines = "".join(as_line(each) + "\n" for each in requests)
    done = subprocess.run([*command, tmp_path / name], input=lines, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert done.stdout.split() == ["true", *["false"] * (len(requests) - 2), "true"]


def test_every_language_is_run():
    found = {kind for kind in ("python", "js", "java", "go") if blocks(kind)}
    assert found == set(LANGUAGES)
