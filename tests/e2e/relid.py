"""REL-ID's side: V3 payloads, and the envelopes they travel in."""

import base64
import copy
import json
import os
import warnings
from dataclasses import dataclass
from pathlib import Path

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.padding import PKCS7

with warnings.catch_warnings():
    # Newer versions keep the old modes elsewhere.
    warnings.simplefilter("ignore")
    try:
        from cryptography.hazmat.decrepit.ciphers.modes import CFB, CFB8
    except ImportError:
        from cryptography.hazmat.primitives.ciphers.modes import CFB, CFB8

DATA = Path(__file__).resolve().parents[1] / "data"
PASSPORT = json.loads((DATA / "relid-v3-passport.json").read_text())
REQUESTER = PASSPORT["request_info"]["requester_id"]
USER = PASSPORT["request_info"]["user_id"]

ENCODINGS = {
    "base64": base64.b64encode,
    "base64url": lambda raw: base64.urlsafe_b64encode(raw).rstrip(b"="),
    "hex": lambda raw: raw.hex().encode(),
    "raw": bytes,
    "jsonString": lambda raw: b'"' + base64.b64encode(raw) + b'"',
}


def payload(*changes):
    """The passport post with some values replaced, given as (path from `kyc_info` or `request_info`, value)."""
    post = copy.deepcopy(PASSPORT)
    for path, value in changes:
        *parents, last = path
        place = post
        for parent in parents:
            place = place[parent]
        place[last] = value
    return json.dumps(post, ensure_ascii=False).encode()


STATUS = ("kyc_info", "document", "document_status")

# One payload for each decision under the shipped settings and rules.
DECISIONS = {
    "accept": payload(),
    "review": payload(((*STATUS, "overall_document_status"), "ERROR")),
    "reject": payload(((*STATUS, "error_list"), ["Expired Document"])),
}


@dataclass(frozen=True)
class Envelope:
    """An encryption block and its key, which is the 32 bytes of `env:KYC_KEY` unless told otherwise."""

    spec: str = "AES/GCM/NoPadding"
    encoding: str = "base64"
    iv: bytes | None = None
    key: bytes = bytes(range(32))
    name: str = "KYC_KEY"

    def config(self, **more):
        return {
            "enable": True,
            "algorithm": "AES",
            "key": f"env:{self.name}",
            "keyEncoding": "hex",
            "ivParamSpec": self.iv.hex() if self.iv else "prefix",
            "cipherSpec": self.spec,
            "blockSizeBytes": 16,
            "bodyEncoding": self.encoding,
            **more,
        }

    @property
    def env(self):
        return {self.name: self.key.hex()}

    @property
    def mode(self):
        return self.spec.split("/")[-2]

    def encode(self, raw):
        return ENCODINGS[self.encoding](raw)

    def seal(self, plaintext):
        return self.encode(self.encrypt(plaintext))

    def encrypt(self, plaintext):
        iv = self.iv or os.urandom(12 if self.mode == "GCM" else 16)
        prefix = b"" if self.iv else iv
        if self.mode == "GCM":
            return prefix + AESGCM(self.key).encrypt(iv, plaintext, None)
        if self.mode == "CBC":
            padder = PKCS7(128).padder()
            plaintext = padder.update(plaintext) + padder.finalize()
        encryptor = self._cipher(iv).encryptor()
        return prefix + encryptor.update(plaintext) + encryptor.finalize()

    def open(self, body):
        """Decrypts an answer."""
        raw = {
            "base64": base64.b64decode,
            "base64url": lambda text: base64.urlsafe_b64decode(text + b"=" * (-len(text) % 4)),
            "hex": lambda text: bytes.fromhex(text.decode()),
            "raw": bytes,
            "jsonString": lambda text: base64.b64decode(json.loads(text)),
        }[self.encoding](body)
        size = 0 if self.iv else (12 if self.mode == "GCM" else 16)
        iv, sealed = self.iv or raw[:size], raw[size:]
        if self.mode == "GCM":
            return AESGCM(self.key).decrypt(iv, sealed, None)
        decryptor = self._cipher(iv).decryptor()
        plaintext = decryptor.update(sealed) + decryptor.finalize()
        if self.mode == "CBC":
            unpadder = PKCS7(128).unpadder()
            plaintext = unpadder.update(plaintext) + unpadder.finalize()
        return plaintext

    def _cipher(self, iv):
        mode = {"CBC": modes.CBC, "CFB": CFB, "CFB8": CFB8, "CTR": modes.CTR}[self.mode]
        return Cipher(algorithms.AES(self.key), mode(iv))


GCM = Envelope()
