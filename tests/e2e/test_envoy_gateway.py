"""Envoy Gateway's policies in place, and lost: nothing passes unjudged, and the backend would know."""

import base64
import re

import pytest
from envoy_gateway import HOST, Objects, Translated
from relid import DECISIONS, GCM, payload
from resources import NATIVE, ROOT

SECRET = bytes(range(32))
ENV = {
    "KYC_REQUEST_KEY": base64.b64encode(GCM.key).decode(),
    "KYC_SIGNATURE_KEY": base64.b64encode(SECRET).decode(),
}
JSON = (b"content-type", b"application/json")
# The one in docs/signature.md, as a backend would copy it.
VERIFIER = {}
exec(re.search(r"```python\n(.+?)```", (ROOT / "docs/signature.md").read_text(), re.DOTALL)[1], VERIFIER)


def verified(seen):
    """Whether the backend takes a request for one that the gate has judged."""
    headers = {name.decode().lower(): value.decode("latin-1") for name, value in seen.headers}
    key_id = "kyc-gate-1"
    return VERIFIER["signed_by_gate"](
        seen.method, headers["host"], seen.target, headers, seen.body, SECRET, key_id=key_id
    )


@pytest.fixture(scope="module")
def gateways():
    """By what has happened to the objects."""
    changes = {
        "in place": lambda objects: None,
        "lost": lambda objects: objects.lose_the_policy(),
        "simple routes": lambda objects: objects.lead_everything_to("kyc-backend"),
        "lost, simple routes": lambda objects: (objects.lose_the_policy(), objects.lead_everything_to("kyc-backend")),
        "whole payload": lambda objects: objects.without_template(),
    }
    running = {}

    def get(what):
        if what not in running:
            objects = Objects(NATIVE)
            changes[what](objects)
            running[what] = Translated(objects, **ENV)
        return running[what].fresh()

    yield get
    for gateway in running.values():
        gateway.stop()


def post(gateway, body, protocol="h1", headers=()):
    return gateway.post(body, [JSON, *headers], protocol, authority=HOST)


@pytest.mark.parametrize("decision", ["accept", "review"])
def test_with_the_policy_posts_are_scored_and_signed(gateways, protocol, decision):
    gateway = gateways("in place")
    assert post(gateway, GCM.seal(DECISIONS[decision]), protocol).status == 200
    assert bool(gateway.review.seen) == (decision == "review")
    [seen] = gateway.seen_posts()
    assert seen.value("x-kyc-decision") == decision and b'"documentNumber"' in seen.body
    assert verified(seen)
    [line] = gateway.access()
    assert line["decision"] == decision and (line["failed_checks"] or None) == seen.value("x-kyc-failed-checks")


def test_with_the_policy_nothing_else_passes(gateways, protocol):
    gateway = gateways("in place")
    assert post(gateway, DECISIONS["accept"], protocol).status == 400
    forged = [(b"x-kyc-decision", b"accept")]
    assert gateway.request("POST", "/other", forged, b"{}", protocol, HOST).status == 503
    assert gateway.request("DELETE", "/kyc", forged, b"", protocol, HOST).status == 405
    assert not gateway.backend.seen


def test_a_large_body_fits_the_buffers(gateways, protocol):
    """Envoy Gateway's own limits are 32 KiB for a connection and 64 KiB for an HTTP/2 stream."""
    gateway = gateways("whole payload")
    image = ("kyc_info", "document", "document_info", "document_images", "portrait_image")
    plaintext = payload((image, "A" * 3_000_000))
    assert post(gateway, GCM.seal(plaintext), protocol).status == 200
    [seen] = gateway.seen_posts()
    assert seen.body == plaintext and verified(seen)


def test_without_the_policy_posts_end_at_the_routes(gateways, protocol):
    gateway = gateways("lost")
    forged = [(b"x-kyc-decision", b"accept")]
    for body in (GCM.seal(DECISIONS["accept"]), DECISIONS["accept"]):
        assert post(gateway, body, protocol, forged).status == 503
    assert not gateway.backend.seen and not gateway.review.seen
    assert {line["details"] for line in gateway.access(2)} == {"direct_response"}
    assert gateway.request("GET", "/", [], b"", protocol, HOST).status == 200


def test_without_policy_and_routes_the_backend_refuses(gateways, protocol):
    """The last line: posts reach it, also with all that a genuine one had, and none is taken for the gate's."""
    judged = gateways("simple routes")
    assert post(judged, GCM.seal(DECISIONS["accept"]), protocol).status == 200
    genuine = judged.backend.only()
    assert verified(genuine)
    gateway = gateways("lost, simple routes")
    copied = [
        (name.lower(), value)
        for name, value in genuine.headers
        if name.lower().startswith((b"x-kyc-", b"sig", b"content-d"))
    ]
    for body, headers in (
        (GCM.seal(DECISIONS["accept"]), []),
        (DECISIONS["accept"], [(b"x-kyc-decision", b"accept")]),
        (DECISIONS["reject"], copied),
    ):
        gateway.fresh()
        assert post(gateway, body, protocol, headers).status == 200
        assert not verified(gateway.backend.only())
