"""The settings API's client side: documents whose scores can be told apart, and calls."""

import hashlib
import json
from pathlib import Path

from relid import payload

SHIPPED = Path(__file__).parents[2] / "src/scoring/settings/default.json"
TOKEN = "the operators' token"
SHA256 = hashlib.sha256(TOKEN.encode()).hexdigest()
BEARER = (b"authorization", b"Bearer " + TOKEN.encode())
JSON = (b"content-type", b"application/json")
PATH = "/kyc-settings"

_DATA = ("kyc_info", "document", "identity_data")
# Fails issueDate and nationality, and nothing else.
POST = payload(*(((*_DATA, name), "") for name in ("Date of issue", "Nationality", "Nationality code")))


def settings(points):
    """An effective document that takes so many points from `POST`, by two checks, with thresholds of its own."""
    document = json.loads(SHIPPED.read_text())
    identity = document["identityProof"]
    identity["weights"] |= {"issueDate": points // 2, "nationality": points - points // 2}
    identity["thresholds"] = {"rejectBelow": 100 - points, "acceptAbove": 100 - points + points % 2}
    return document


def verdict(points):
    """Score and decision of `POST` by these settings."""
    return str(100 - points), "review" if points % 2 else "accept"


def revision(document):
    """RFC 8785 for documents of ASCII names and small integers."""
    canonical = json.dumps(document, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:16]


def api(**more):
    return {"settingsApi": {"bearerSha256": SHA256, **more}, "decision": {"onReject": "forward"}}


def get(gateway, protocol="h1"):
    return gateway.request("GET", PATH, [BEARER], protocol=protocol)


def put(gateway, document, *headers, protocol="h1"):
    body = document if isinstance(document, bytes) else json.dumps(document).encode()
    return gateway.request("PUT", PATH, [BEARER, JSON, *headers], body, protocol)


def scored(gateway, protocol="h1"):
    """Posts and tells by which revision it was scored, and how."""
    before = gateway.seen_posts()
    assert gateway.post(POST, protocol=protocol).status == 200
    [seen] = [post for post in gateway.seen_posts() if post not in before]
    return seen.value("x-kyc-settings-revision"), (seen.value("x-kyc-score"), seen.value("x-kyc-decision"))
