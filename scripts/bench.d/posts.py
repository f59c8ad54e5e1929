"""The posts that are sent: a passport, as large as its pictures make it, in the envelopes of the scenarios."""

import base64
import copy
import json
import random
import sys

from machine import ROOT

# Before what is installed: the wheel that Envoy comes in has a package `envoy` too.
sys.path.insert(0, str(ROOT / "tests/e2e"))

from relid import PASSPORT, Envelope

GCM = Envelope("AES/GCM/NoPadding")
CBC = Envelope("AES/CBC/PKCS5Padding")
# By the kind of post; the key is in the environment of whoever opens it. `fields` differs in what goes upstream.
ENVELOPES: dict[str, Envelope | None] = {"plain": None, "gcm": GCM, "cbc": CBC, "fields": GCM}
KEYS = GCM.env

KYC_PATH = "/kyc"
OTHER_PATH = "/other"
# Of the pictures, in what is left after the fields.
SHARES = {"front_page": 0.6, "portrait_image": 0.1, "visualportrait_image": 0.1}
ROOM = 32 << 20


def configuration(kind: str) -> dict:
    """The gate's, and the peer's: decrypt, score, assert, and rewrite, with the whole payload in the new body or with
    some fields only."""
    envelope = ENVELOPES[kind]
    template = {
        "decision": "${decision}",
        "score": "${score}",
        "failedChecks": "${failed_checks}",
        "customer": {"id": "${user_id}", "name": "${name}", "dob": "${dob}", "documentNumber": "${doc_no|mask}"},
    }
    if kind != "fields":
        template["payload"] = "${payload}"
    encryption = {"requestEncryption": envelope.config()} if envelope else {}
    return {**encryption, "requestBody": template, "limits": {"maxBodyBytes": ROOM}}


def payload(size: int) -> bytes:
    """A V3 payload of exactly so many bytes."""
    post = copy.deepcopy(PASSPORT)
    if size < 2 * len(_text(post)):
        _strip(post)
    images = post["kyc_info"]["document"]["document_info"]["document_images"]
    selfie = post["kyc_info"]["liveness_check"]["video"]["autocapture_result"]
    for name in SHARES:
        images[name] = "x"
    selfie["selfie_image"] = ""
    left = size - len(_text(post))
    for seed, (name, share) in enumerate(SHARES.items()):
        images[name] = "x" + _picture(seed, int(left * share))
    selfie["selfie_image"] = _picture(9, size - len(_text(post)))
    text = _text(post)
    assert len(text) == size, f"a payload can't be made {size} bytes long"
    return text


def _text(post: dict) -> bytes:
    return json.dumps(post, ensure_ascii=False).encode()


def _strip(post: dict) -> None:
    """Leaves what the checks need."""
    document = post["kyc_info"]["document"]
    document["document_info"] = {
        "document_type_code": document["document_info"]["document_type_code"],
        "document_images": {},
    }
    document["document_status"] = {"overall_document_status": "OK"}
    document.pop("identity_data_details", None)
    for name in ("MRZ strings", "Surname and given names", "Age", "Issuing state name"):
        document["identity_data"].pop(name, None)


def _picture(seed: int, length: int) -> str:
    """So many characters of base64."""
    return base64.b64encode(random.Random(seed).randbytes(length * 3 // 4 + 3)).decode()[:length]


def request(path: str, body: bytes, *headers: str) -> bytes:
    """A whole HTTP/1.1 request, with the headers that any client sends."""
    lines = [
        f"POST {path} HTTP/1.1",
        "host: kyc.bank.example",
        "user-agent: relid-idv/3.0",
        "accept: application/json",
        "content-type: application/json",
        f"content-length: {len(body)}",
        *headers,
    ]
    return "\r\n".join([*lines, "", ""]).encode() + body


def sealed(kind: str, size: int) -> bytes:
    """A body of the kind, of a payload of so many bytes."""
    envelope = ENVELOPES[kind]
    text = payload(size)
    return envelope.seal(text) if envelope else text
