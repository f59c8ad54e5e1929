"""The four posts and what has to become of each."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import passport
import report
from backend import Seen


@dataclass
class Case:
    title: str
    payload: Callable[[], dict]
    decision: str | None
    failed: list[str]
    rules: list[str]
    backend: str | None
    status: int
    result: bool | None
    tampered: bool = False


CASES = [
    Case("A clean passport", passport.clean, "accept", [], [], "backend", 200, True),
    Case(
        "A valid passport, but the selfie shows somebody else",
        passport.face_mismatch,
        "review",
        ["hasMatchingFaceProof"],
        [],
        "manual-review",
        200,
        True,
    ),
    Case("A passport that expired a year ago", passport.expired, "reject", [], ["expired-document"], None, 200, False),
    Case("A clean passport, one byte of the ciphertext changed", passport.clean, None, [], [], None, 400, None, True),
]


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def differences(
    case: Case, payload: dict, line: dict, audit: dict | None, arrived: Seen | None, answer: Answer
) -> Iterator[str]:
    """What is not as expected, in words."""
    request = payload["request_info"]
    if answer.status != case.status:
        yield f"the client got {answer.status} instead of {case.status}"
    if case.decision is None:
        if line.get("decision") in ("accept", "review", "reject"):
            yield f"decided {line['decision']} about a body that nobody could decrypt"
        if b"urn:kyc-gate:unreadable-body" not in answer.body:
            yield "the problem is not unreadable-body"
    elif line.get("decision") != case.decision:
        yield f"decided {line.get('decision')} instead of {case.decision}"
    if case.result is not None:
        confirmation = _parse(answer.body)
        if confirmation.get("result") is not case.result or confirmation.get("user_id") != request["user_id"]:
            yield "the confirmation to REL-ID is wrong"
        if case.backend is None and confirmation.get("reference_number") != request["requester_id"]:
            yield "the gate's own confirmation lacks the requester id"
    if (arrived.backend if arrived else None) != case.backend:
        yield f"it went to {arrived.backend if arrived else 'no backend'} instead of {case.backend or 'no backend'}"
    failed = report.names(line.get("failed_checks"))
    if case.decision and failed != case.failed:
        yield f"the failed checks are {failed} instead of {case.failed}"
    if case.decision and (audit or {}).get("rules") != case.rules:
        yield f"the audit line doesn't tell that the rules {case.rules} fired"
    if arrived:
        yield from _body_differences(case, payload, arrived)


def _body_differences(case: Case, payload: dict, arrived: Seen) -> Iterator[str]:
    if [value for name, value in arrived.headers if name == "x-kyc-decision"] != [case.decision]:
        yield "the backend didn't get exactly one decision header"
    rewritten = _parse(arrived.body)
    document = payload["kyc_info"]["document"]
    kyc = rewritten.get("kyc", {})
    if (kyc.get("decision"), kyc.get("failedChecks")) != (case.decision, case.failed):
        yield "the rewritten body doesn't tell the decision"
    if [value for name, value in arrived.headers if name == "x-kyc-score"] != [str(kyc.get("score"))]:
        yield "the backend didn't get exactly the gate's score"
    if rewritten.get("customer", {}).get("dob") != document["identity_data"]["Date of birth"]:
        yield "the rewritten body lacks the date of birth"
    if rewritten.get("document", {}).get("portrait") != document["document_info"]["document_images"]["portrait_image"]:
        yield "the portrait was not passed on unchanged"
    if document["identity_data"]["Document number"].encode() in arrived.body:
        yield "the document number is not masked"


def _parse(body: bytes) -> dict:
    try:
        found = json.loads(body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
