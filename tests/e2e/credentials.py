"""What callers send to be let in, and what they are told."""

import base64
import hashlib

USER, PASSWORD, TOKEN = "relid", "päss:word cAnArY", "static-token-cAnArY"


def sha256(text):
    return hashlib.sha256(text.encode()).hexdigest()


STATIC = {
    "basic": [{"user": "other", "passwordSha256": sha256("x")}, {"user": USER, "passwordSha256": sha256(PASSWORD)}],
    "bearer": [{"tokenSha256": sha256("old")}, {"tokenSha256": sha256(TOKEN)}],
}


def basic(user=USER, password=PASSWORD, scheme=b"Basic"):
    return scheme + b" " + base64.b64encode(f"{user}:{password}".encode())


def bearer(token=TOKEN, scheme=b"Bearer"):
    return scheme + b" " + token.encode()


def authorization(*values):
    return [(b"authorization", value) for value in values]


def challenges(response):
    return [value.decode() for name, value in response.headers if name.lower() == b"www-authenticate"]
