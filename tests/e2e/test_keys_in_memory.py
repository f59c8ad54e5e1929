"""Keys of a configuration that is gone are gone from Envoy's memory. That is for the library as it ships: one that is
not optimised leaves copies of its variables on the stack."""

import re
from pathlib import Path

from relid import DECISIONS, Envelope
from resources import native_only
from test_sds import Folder, by_sds, in_force

from envoy import eventually
from gate import encrypted

pytestmark = native_only
OLD = Envelope(key=bytes(range(100, 132)), name="OLD_KEY")
NEW = Envelope(key=bytes(range(180, 212)), name="NEW_KEY")


def occurrences(pid, secret):
    """How often the bytes stand in what the process can write."""
    count = 0
    with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
        for start, end in re.findall(r"^(\w+)-(\w+) rw", Path(f"/proc/{pid}/maps").read_text(), re.MULTILINE):
            begin, size = int(start, 16), int(end, 16) - int(start, 16)
            try:
                memory.seek(begin)
                count += memory.read(size).count(secret)
            except (OSError, OverflowError):
                # Reserved, or the kernel's.
                continue
    return count


def test_a_key_that_was_replaced(start_alone):
    gateway = start_alone(encrypted(OLD), env=OLD.env | NEW.env, delivery="ecds", concurrency=2)
    for _ in range(8):
        assert gateway.post(OLD.seal(DECISIONS["accept"])).status == 200
    assert occurrences(gateway.pid, OLD.key) > 0, "not found where it must be"
    gateway.reconfigure(encrypted(NEW))
    assert gateway.post(NEW.seal(DECISIONS["accept"])).status == 200
    assert eventually(lambda: occurrences(gateway.pid, OLD.key) == 0, 20)
    assert occurrences(gateway.pid, NEW.key) > 0


def test_a_key_that_was_replaced_by_sds(start_alone, tmp_path):
    """Each worker lets go of it with its next request. Of the text that came, Envoy keeps copies of its own."""
    folder = Folder(tmp_path / "secrets")
    folder.put(kyc_key=OLD.key.hex())
    gateway = start_alone(by_sds(folder, "kyc-key"), concurrency=2)
    for _ in range(8):
        assert gateway.post(OLD.seal(DECISIONS["accept"])).status == 200
    assert occurrences(gateway.pid, OLD.key) > 0, "not found where it must be"
    folder.put(kyc_key=NEW.key.hex())
    assert in_force(gateway, 2)

    def gone():
        assert gateway.post(NEW.seal(DECISIONS["accept"])).status == 200
        return occurrences(gateway.pid, OLD.key) == 0

    assert eventually(gone, 20)
    assert occurrences(gateway.pid, NEW.key) > 0
