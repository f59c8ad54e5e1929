"""REL-ID V3 payloads of an invented person, with dates that stay right whenever the demo runs."""

import base64
import copy
import datetime
import json
import pathlib
import random
import uuid

TEMPLATE = pathlib.Path(__file__).parents[2] / "tests/data/relid-v3-passport.json"


def clean() -> dict:
    """A valid passport whose holder passed the face match."""
    today = datetime.date.today()
    issued = today - datetime.timedelta(days=4 * 365)
    return _payload(issued, issued + datetime.timedelta(days=10 * 365))


def expired() -> dict:
    """The same, expired a year ago: every check passes, none of them looks at the calendar."""
    today = datetime.date.today()
    return _payload(today - datetime.timedelta(days=11 * 365), today - datetime.timedelta(days=365))


def face_mismatch() -> dict:
    """A valid passport that is, going by the face match, somebody else's."""
    payload = clean()
    payload["kyc_info"]["face_matcher_result"] = {"score": 0.8412, "score_percent": 22}
    return payload


def _payload(issued: datetime.date, expires: datetime.date) -> dict:
    payload = copy.deepcopy(json.loads(TEMPLATE.read_text()))
    payload["request_info"]["requester_id"] = str(uuid.uuid4())
    document = payload["kyc_info"]["document"]
    identity = document["identity_data"]
    born = datetime.date.fromisoformat(identity["Date of birth"])
    today = datetime.date.today()
    identity["Date of issue"] = issued.isoformat()
    identity["Date of expiry"] = expires.isoformat()
    identity["Age"] = str(today.year - born.year - ((today.month, today.day) < (born.month, born.day)))
    identity["MRZ strings"] = _mrz(identity, born, expires)
    _set_source_values(document, "Date of expiry", expires.isoformat())
    _add_evidence(document)
    _add_pictures(payload)
    return payload


def _set_source_values(document: dict, name: str, value: str) -> None:
    for field in document["identity_data_details"]["0"]:
        if field["field_name"] == name:
            details = field["field_details"]
            details["field_value"] = value
            details["field_source_and_values"] = dict.fromkeys(details["field_source_and_values"], value)


def _add_evidence(document: dict) -> None:
    """What a good scanner reports beside the test data: the given names of each source, and a look at the photo."""
    names = document["identity_data"]["Given name(s)"]
    details = {"field_value": names, "field_status": "OK", "field_source_and_values": dict.fromkeys("MVR", names)}
    document["identity_data_details"]["0"].append({"field_name": "Given name(s)", "field_details": details})
    [authenticity] = [c for c in document["document_status"]["checks_performed"] if c["check_name"] == "Authenticity"]
    authenticity["check_detail"].append({"element": "Photo embed type", "status": "OK", "detail": ""})


def _add_pictures(payload: dict) -> None:
    """Pictures of a plausible size; the same noise at each run."""
    images = payload["kyc_info"]["document"]["document_info"]["document_images"]
    images["front_page"] = _picture(1, 180_000)
    images["portrait_image"] = _picture(2, 24_000)
    images["visualportrait_image"] = _picture(3, 18_000)
    payload["kyc_info"]["liveness_check"]["video"]["autocapture_result"]["selfie_image"] = _picture(4, 60_000)


def _picture(seed: int, size: int) -> str:
    return base64.b64encode(b"\xff\xd8\xff\xe0" + random.Random(seed).randbytes(size)).decode()


def _mrz(identity: dict, born: datetime.date, expires: datetime.date) -> str:
    """ICAO 9303-4, TD3: two lines of 44, with their check digits."""
    state = identity["Issuing state code"]
    names = identity["Surname"] + "<<" + identity["Given name(s)"].replace(" ", "<")
    number = identity["Document number"].ljust(9, "<")
    number += _check_digit(number)
    birth = born.strftime("%y%m%d")
    birth += _check_digit(birth)
    expiry = expires.strftime("%y%m%d")
    expiry += _check_digit(expiry)
    optional = "<" * 14
    optional += _check_digit(optional)
    composite = _check_digit(number + birth + expiry + optional)
    upper = f"P<{state}{names}".ljust(44, "<")
    lower = number + identity["Nationality code"] + birth + identity["Sex"] + expiry + optional + composite
    return f"{upper}^{lower}"


def _check_digit(text: str) -> str:
    """ICAO 9303-3, 4.9: weights 7, 3, 1; letters count from 10, the filler is 0."""
    total = sum((0 if letter == "<" else int(letter, 36)) * (7, 3, 1)[i % 3] for i, letter in enumerate(text))
    return str(total % 10)
