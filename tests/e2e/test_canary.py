"""Markers in all that is secret: whatever becomes of a post, none is in logs, statistics, dumps or error answers."""

import base64
import hashlib
import itertools
import json
import re

import pytest
from backend import Answer
from oauth import AUTHORITY, OAuth
from relid import DECISIONS, PASSPORT, Envelope

from envoy import eventually
from gate import encrypted

STEM = "qZ7cAnArYx"
_numbers = itertools.count()


def marker():
    """A new one: what is found tells by its number where it came from."""
    return f"{STEM}{next(_numbers):04}"


def key(letter):
    return f"{STEM}-{letter}-{STEM}".ljust(32, letter).encode()


def base64_forms(text):
    """What base64 of a text that contains this one has in it, wherever it stands there."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + text + b"\0\0").decode()
        yield encoded[4 if before else 0 : (before + len(text)) // 3 * 4]


def forms(text):
    raw = text.encode()
    yield from (text, text[::-1], raw.hex(), "".join(f"%{byte:02x}" for byte in raw))
    yield from ("".join(f"\\u{byte:04x}" for byte in raw), "".join(f"\\x{byte:02x}" for byte in raw))
    yield from (", ".join(map(str, raw)), ",".join(map(str, raw)))
    yield from base64_forms(raw)


FORMS = re.compile("|".join(map(re.escape, forms(STEM))), re.IGNORECASE)


def finds(text):
    """Where a marker is, with what is around it."""
    return [text[max(0, found.start() - 80) : found.end() + 40] for found in FORMS.finditer(text)]


def sprinkled(value):
    """The payload with members added that nobody looks at, and marked pictures; its decision stays as it is."""
    if isinstance(value, dict):
        inner = {name: picture(name, sprinkled(member)) for name, member in value.items()}
        return inner | {marker(): marker(), f"{marker()}-number": 7}
    return [sprinkled(member) for member in value] if isinstance(value, list) else value


def picture(name, value):
    image = base64.b64encode(b"\xff\xd8" + marker().encode() * 20).decode()
    return image if isinstance(value, str) and name.endswith(("_image", "_page")) else value


# The gate's to log, or what would end the reading of the payload.
KEPT = {"requester_id", "version", "overall_document_status"}


def marked(value, name=""):
    """The payload with a marker in each text."""
    if isinstance(value, dict):
        return {name: marked(member, name) for name, member in value.items()}
    if isinstance(value, list):
        return [marked(member, name) for member in value]
    return f"{value} {marker()}" if isinstance(value, str) and name not in KEPT else value


def text(value):
    return json.dumps(value).encode()


def post(name, decision="accept", change=sprinkled):
    """A payload of this requester id."""
    value = change(json.loads(DECISIONS[decision]))
    value["request_info"]["requester_id"] = name
    return text(value)


REQUEST, PREVIOUS, ANSWER = (Envelope(key=key(letter), name=f"KYC_{letter}") for letter in "rpa")
STRANGER = Envelope(key=key("s"))
# Tokens and passwords, by what they are for; the first two are callers'.
BEARER, SETTINGS, CLIENT, TOKEN_SERVICE, GRANTED, OPAQUE = (marker() for _ in range(6))
SIGNATURE = key("g")
MAX = 1 << 20
ENV = REQUEST.env | PREVIOUS.env | ANSWER.env
ENV |= {"CLIENT": CLIENT, "TOKEN_SERVICE": TOKEN_SERVICE, "SIGNATURE": SIGNATURE.hex()}

CONFIG = encrypted(
    REQUEST,
    requestEncryption=REQUEST.config(previousKeys=[f"env:{PREVIOUS.name}"]),
    responseDecryption=ANSWER.config(),
    evidence={"claims": {"firstName": {"header": "x-first"}, "lastName": {"header": "x-last"}}},
    requestBody={"who": "${name}", "all": "${payload}", "first": "${first_name|sha256}"},
    responseBody={"resultLocator": "result", "userIdLocator": "user_id"},
    headers=[{"headerName": "authorization", "headerValue": "Bearer __ACCESS_TOKEN_PLACEHOLDER__"}],
    accessTokenEndpoint={
        "cluster": "login",
        "url": f"https://{AUTHORITY}/token",
        "method": "POST",
        "postParameters": [{"name": "client_secret", "value": "env:TOKEN_SERVICE"}],
    },
    authorization={
        "bearer": [{"tokenSha256": hashlib.sha256(BEARER.encode()).hexdigest()}],
        "introspection": {
            "cluster": "login",
            "path": "/introspect",
            "authority": AUTHORITY,
            "clientId": "kyc-gate",
            "clientSecret": "env:CLIENT",
        },
    },
    # The claims are marked, so they fit no document.
    kycSettings={"identityProof": {"weights": {"firstName": 0, "lastName": 0}}},
    settingsApi={"bearerSha256": hashlib.sha256(SETTINGS.encode()).hexdigest()},
    signature={"keyId": "gate", "key": "env:SIGNATURE", "keyEncoding": "hex", "algorithm": "hmac-sha256"},
    replay={"action": "reject"},
    audit={"userId": "sha256"},
    limits={"maxBodyBytes": MAX},
    decision={"onReview": "forward", "onReject": "respond"},
)

BODIES = {
    **{decision: REQUEST.seal(post(decision, decision)) for decision in DECISIONS},
    "again": REQUEST.seal(post("accept")),
    "every text marked": REQUEST.seal(post("marked", change=marked)),
    "by the previous key": PREVIOUS.seal(post("previous")),
    "no V3": REQUEST.seal(text(sprinkled({**PASSPORT, "kyc_info": {"document": {"version": "1.0"}}}))),
    "odd ids": REQUEST.seal(text({**marked(PASSPORT), "request_info": {"user_id": [marker()], "requester_id": "r"}})),
    "no object": REQUEST.seal(text([marker()])),
    "no JSON": REQUEST.seal(f'{{"{marker()}": "{marker()}'.encode()),
    "names twice": REQUEST.seal(b'{"%b":1,"%b":1}' % (STEM.encode(), STEM.encode())),
    "wrong key": STRANGER.seal(post("other")),
    "tampered": REQUEST.seal(post("other"))[:-8] + b"AAAAAAA=",
    "no base64": f"{marker()}!{marker()}".encode(),
    "base64 of nothing": base64.b64encode(marker().encode()),
    "plaintext": post("other"),
    "too large": REQUEST.seal(post("other") + b" " * MAX),
    "empty": b"",
}


@pytest.fixture(scope="module")
def oauth():
    oauth = OAuth()
    yield oauth
    oauth.stop()


def claims():
    return [(b"x-first", marker().encode()), (b"x-last", marker().encode()), (b"cookie", marker().encode())]


BACKEND_ANSWERS = {
    "HTML": f"<p>{marker()}</p>".encode(),
    "another user": text({"result": True, "user_id": marker()}),
    "no result": text({marker(): marker()}),
}
# Names of settings are told to the operator that sent them, values aren't.
DOCUMENTS = [text({"nothing": marker()}), text({"identityProof": {"weights": {"isTampered": marker()}}})]


def exercise(gateway, protocol):
    """All kinds of requests and what came back, by name. The confirmations to REL-ID are encrypted."""
    answers = {}

    def send(name, body, token=BEARER, kind=b"application/json"):
        headers = [(b"content-type", kind), (b"authorization", f"Bearer {token}".encode()), *claims()]
        answers[name] = gateway.post(body, headers, protocol)

    for name, body in BODIES.items():
        send(name, body)
    send("a form", b"x", kind=b"multipart/form-data; boundary=" + STEM.encode())
    for name, body in BACKEND_ANSWERS.items():
        with gateway.backend.answering(Answer(body=body)):
            send(f"the backend answers {name}", REQUEST.seal(post(f"{name} {protocol}")))
    send("an opaque token", BODIES["no V3"], OPAQUE)
    for token, document in itertools.product((SETTINGS, OPAQUE), DOCUMENTS):
        headers = [(b"authorization", f"Bearer {token}".encode()), (b"content-type", b"application/json")]
        answers[f"settings {len(answers)}"] = gateway.request("PUT", "/kyc-settings", headers, document, protocol)
    return answers


PAGES = ("config_dump?include_eds", "stats", "stats/prometheus", "clusters", "listeners", "server_info", "init_dump")


def places(gateway, answers):
    asserted = [seen.named("x-kyc-") | seen.named("signature") for seen in gateway.seen_posts()]
    return {
        "access log": json.dumps(gateway.access(len(answers))),
        "answers": "\n".join(f"{name}: {answer}" for name, answer in answers.items()),
        "decision headers": repr(asserted),
        **{page: gateway.admin(f"/{page}") for page in PAGES},
    }


def start_marked(start, oauth, **options):
    # Only an Envoy of its own has the keys in its environment, as in production; else they are in the configuration.
    gateway = start(CONFIG, alone=True, env=ENV, clusters={"login": oauth.port}, buffer_bytes=4 << 20, **options)
    oauth.behave("/token", token=GRANTED)
    assert eventually(lambda: gateway.stats().get("kyc_gate.access_token.ok"), 15)
    oauth.behave("/introspect", body=json.dumps({"active": True, "username": marker()}))
    return gateway


# What each of them is for would be missed if all were refused for one reason.
STATUSES = {200, 400, 401, 409, 413, 415, 422, 502}


def test_no_marker_is_seen(start, oauth, protocol):
    gateway = start_marked(start, oauth, module_log_level="trace")
    answers = exercise(gateway, protocol)
    assert {answer.status for answer in answers.values()} == STATUSES
    found = {place: finds(text) for place, text in places(gateway, answers).items()}
    found["log"] = finds(gateway.whole_log())
    assert not {place: some[:5] for place, some in found.items() if some}
    # Something was there to be found.
    assert finds(repr(gateway.seen_posts())) and finds(repr(oauth.seen()))


# What Envoy itself prints when it is told to say all (debug, trace): the headers of requests, one to a line.
MARKED_HEADERS = "authorization|content-type|cookie|x-first|x-last"
PRINTED_BY_ENVOY = re.compile(
    rf"^'(?:{MARKED_HEADERS})', '.*'$|\[trace\]\[http\] .* completed header: key=(?:{MARKED_HEADERS}) value=.*$",
    re.MULTILINE,
)


def test_envoy_at_trace_prints_headers_and_nothing_else(start, oauth, protocol):
    gateway = start_marked(start, oauth, log_level="trace", module_log_level="trace")
    exercise(gateway, protocol)
    log = gateway.whole_log()
    assert finds(log)
    assert not finds(PRINTED_BY_ENVOY.sub("", log))


def test_every_form_is_found():
    for before in range(4):
        hidden = f"{'.' * before}{STEM}..".encode()
        for written in (hidden, hidden.hex().encode(), base64.b64encode(hidden), repr(list(hidden)).encode()):
            assert finds(written.decode()), written
