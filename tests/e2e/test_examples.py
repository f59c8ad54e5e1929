"""The bootstraps below envoy/ as they are shipped: who gets in, what the backend sees, what operators see."""

import base64
import datetime
import http.client
import json
import re
import ssl
import time

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.x509.oid import NameOID
from oauth import OAuth
from relid import DECISIONS, GCM, Envelope
from resources import wasm_only
from shipped import Shipped

from envoy import eventually

pytestmark = wasm_only("bootstrap")
KEY = base64.b64encode(GCM.key).decode()
BODY = Envelope().seal(DECISIONS["accept"])


@pytest.fixture(scope="module")
def keys():
    return {name: rsa.generate_private_key(public_exponent=65537, key_size=2048) for name in ("bank", "other")}


@pytest.fixture(scope="module")
def behind_jwt_authn(keys, tmp_path_factory):
    jwks = tmp_path_factory.mktemp("jwt") / "jwks.json"
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(keys["bank"].public_key()))
    jwks.write_text(json.dumps({"keys": [{**public, "kid": "1", "alg": "RS256", "use": "sig"}]}))
    gateway = Shipped("jwt", {"/etc/kyc-gate/jwks.json": jwks}, KYC_REQUEST_KEY=KEY)
    yield gateway
    gateway.stop()


def minted(key, **claims):
    now = int(time.time())
    good = {"iss": "https://login.bank.example", "aud": "kyc", "iat": now, "exp": now + 60}
    claims = {name: value for name, value in (good | claims).items() if value is not None}
    return b"Bearer " + jwt.encode(claims, key, "RS256", headers={"kid": "1"}).encode()


def post(gateway, token=None, *more):
    gateway.fresh()
    headers = [*more, *([(b"authorization", token)] if token else [])]
    return gateway.post(BODY, headers)


def test_jwt_claims_are_compared_with_the_document(behind_jwt_authn, keys):
    gateway = behind_jwt_authn
    holder = json.loads(DECISIONS["accept"])["kyc_info"]["document"]["identity_data"]
    names = {"given_name": holder["Given name(s)"], "family_name": holder["Surname"]}
    assert post(gateway, minted(keys["bank"], **names)).status == 200
    same = gateway.backend.only()
    assert same.value("x-kyc-decision") == "accept" and same.value("authorization") is None
    assert post(gateway, minted(keys["bank"], **names | {"family_name": "Somebody-Else"})).status == 200
    other = gateway.backend.only()
    assert "lastName" in other.value("x-kyc-failed-checks")
    assert other.value("x-claim-last-name") == "Somebody-Else"


def test_jwt_a_client_claims_nothing_itself(behind_jwt_authn, keys):
    gateway = behind_jwt_authn
    forged = [
        (name, b"Somebody-Else") for name in (b"x-claim-last-name", b"X-Claim-First-Name", b"x-claim-date-of-birth")
    ]
    assert post(gateway, minted(keys["bank"]), *forged).status == 200
    seen = gateway.backend.only()
    assert not seen.named("x-claim-")
    assert "lastName" not in (seen.value("x-kyc-failed-checks") or "")


def test_jwt_authn_itself_removes_claims_of_clients(keys, tmp_path):
    """Also without the early removal, so that neither is there in vain."""
    jwks = tmp_path / "jwks.json"
    public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(keys["bank"].public_key()))
    jwks.write_text(json.dumps({"keys": [{**public, "kid": "1"}]}))
    files = {"/etc/kyc-gate/jwks.json": jwks, "- remove: x-claim-last-name": "- remove: x-another"}
    gateway = Shipped("jwt", files, KYC_REQUEST_KEY=KEY)
    try:
        assert post(gateway, minted(keys["bank"]), (b"x-claim-last-name", b"Somebody-Else")).status == 200
        assert not gateway.backend.only().named("x-claim-")
    finally:
        gateway.stop()


REFUSED = {
    "no token": None,
    "another key": lambda keys: minted(keys["other"]),
    "another issuer": lambda keys: minted(keys["bank"], iss="https://login.other.example"),
    "another audience": lambda keys: minted(keys["bank"], aud="shop"),
    "expired": lambda keys: minted(keys["bank"], exp=int(time.time()) - 120),
    "without an end": lambda keys: minted(keys["bank"], exp=None),
    "no signature": lambda keys: b"Bearer " + jwt.encode({"iss": "https://login.bank.example"}, None, "none").encode(),
    "no JWT": lambda keys: b"Bearer abc",
}


@pytest.mark.parametrize("what", REFUSED)
def test_jwt_nobody_else_gets_to_the_gate(behind_jwt_authn, keys, what):
    gateway, mint = behind_jwt_authn, REFUSED[what]
    with gateway.counting() as changed:
        response = post(gateway, mint and mint(keys))
    assert response.status in (401, 403), response
    assert not gateway.backend.seen and not changed


def issue(name, issuer=None, authority=False):
    """A certificate for a DNS name and its key; by itself without an issuer."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    issued_by, signed_by = (issuer[0].subject, issuer[1]) if issuer else (subject, key)
    now = datetime.datetime.now(datetime.timezone.utc)
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(issued_by).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(now - datetime.timedelta(hours=1))
    builder = builder.not_valid_after(now + datetime.timedelta(days=1))
    builder = builder.add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
    builder = builder.add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
    return builder.sign(signed_by, hashes.SHA256()), key


def write(folder, name, issued):
    certificate, key = issued
    pem = serialization.Encoding.PEM
    (folder / f"{name}.crt").write_bytes(certificate.public_bytes(pem))
    plain = key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    (folder / f"{name}.key").write_bytes(plain)


@pytest.fixture(scope="module")
def tls(tmp_path_factory):
    """Certificates: the clients' authority, Envoy's own, REL-ID's, and some that must not get in."""
    folder = tmp_path_factory.mktemp("mtls")
    authority, stranger = issue("clients.bank.example", authority=True), issue("elsewhere.example", authority=True)
    write(folder, "clients", authority)
    write(folder, "tls", issue("kyc.bank.example"))
    write(folder, "relid", issue("relid.bank.example", authority))
    write(folder, "other", issue("other.bank.example", authority))
    write(folder, "sub", issue("x.relid.bank.example", authority))
    write(folder, "stranger", issue("relid.bank.example", stranger))
    write(folder, "self", issue("relid.bank.example"))
    return folder


@pytest.fixture(scope="module")
def behind_mtls(tls):
    gateway = Shipped("mtls", {"/etc/kyc-gate/tls": tls}, KYC_REQUEST_KEY=KEY)
    yield gateway
    gateway.stop()


def post_over_tls(gateway, tls, certificate, headers=()):
    context = ssl.create_default_context(cafile=str(tls / "tls.crt"))
    context.check_hostname = False
    if certificate:
        context.load_cert_chain(tls / f"{certificate}.crt", tls / f"{certificate}.key")
    connection = http.client.HTTPSConnection("127.0.0.1", gateway.port, context=context, timeout=10)
    try:
        connection.request("POST", "/kyc", BODY, {"content-type": "application/json", **dict(headers)})
        return connection.getresponse().status
    finally:
        connection.close()


def test_mtls_the_right_certificate(behind_mtls, tls):
    gateway = behind_mtls.fresh()
    assert post_over_tls(gateway, tls, "relid", {"x-forwarded-client-cert": "DNS=forged.example"}) == 200
    seen = gateway.backend.only()
    assert seen.body == DECISIONS["accept"] and seen.value("x-kyc-decision") == "accept"
    told = seen.value("x-forwarded-client-cert")
    assert "DNS=relid.bank.example" in told and "forged" not in told


@pytest.mark.parametrize("certificate", [None, "other", "sub", "stranger", "self"])
def test_mtls_nobody_else(behind_mtls, tls, certificate):
    gateway = behind_mtls.fresh()
    with gateway.counting() as changed, pytest.raises((ssl.SSLError, OSError)):
        post_over_tls(gateway, tls, certificate)
    assert not gateway.backend.seen and not changed


@pytest.fixture
def login():
    oauth = OAuth()
    yield oauth
    oauth.stop()


def test_credential_injector_gives_the_backend_a_token(login):
    environment = {"KYC_REQUEST_KEY": KEY, "KYC_CLIENT_SECRET": "cAnArY"}
    gateway = Shipped("credential-injector", clusters={"login": login.port}, **environment)
    try:
        assert eventually(lambda: post(gateway, b"Bearer of-the-client").status == 200)
        seen = gateway.backend.only()
        assert seen.body == DECISIONS["accept"] and seen.value("x-kyc-decision") == "accept"
        assert seen.value("authorization") == "Bearer granted-1"
        form = login.seen()[0]["form"]
        assert (form["grant_type"], form["client_secret"]) == ("client_credentials", "cAnArY")
        assert "cAnArY" not in gateway.whole_log()
    finally:
        gateway.stop()


def test_credential_injector_without_a_token(login):
    login.behave("/token", status=500)
    environment = {"KYC_REQUEST_KEY": KEY, "KYC_CLIENT_SECRET": "cAnArY"}
    gateway = Shipped("credential-injector", clusters={"login": login.port}, **environment)
    try:
        assert post(gateway).status == 401
        assert not gateway.backend.seen
    finally:
        gateway.stop()


DEMO = Envelope(key=base64.b64decode("a3ljLWdhdGUgZGVtbyBrZXksIGRvIG5vdCB1c2UgaXQ="))


@pytest.fixture(scope="module")
def shipped():
    """`envoy/envoy.yaml`."""
    gateway = Shipped("")
    yield gateway
    gateway.stop()


def test_scores_have_buckets_that_fit(shipped):
    for decision in DECISIONS.values():
        shipped.post(DEMO.seal(decision))
    time.sleep(6)
    text = shipped.admin("/stats/prometheus?filter=score")
    bounds = re.findall(r'^kyc_gate_score_bucket\{le="(\w+)"\}', text, re.MULTILINE)
    assert bounds == [*map(str, range(5, 101, 5))], text


def test_causes_and_facts_are_labels(shipped):
    text = shipped.admin("/stats/prometheus?filter=unreadable")
    assert 'kyc_gate_unreadable_fact{kyc_fact="liveness_score"}' in text


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE", "post", "get"])
def test_only_get_and_head_go_past_the_gate(shipped, method):
    shipped.fresh()
    assert shipped.request(method, "/other", [], b"").status in (400, 404)
    assert not shipped.backend.seen


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_get_and_head_go_past_the_gate(shipped, method):
    shipped.fresh()
    with shipped.connect("h2") as connection:
        assert connection.request(method, "/other").status == 200
    assert shipped.backend.only().method == method
