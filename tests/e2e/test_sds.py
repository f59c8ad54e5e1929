"""Secrets that Envoy gets by SDS, from files that are replaced while posts go on."""

import json
import re
from pathlib import Path

import pytest
from load import Load
from oauth import AUTHORITY, OAuth
from relid import DECISIONS, Envelope, payload
from resources import native_only

from envoy import Refused, eventually
from gate import assert_problem, encrypted

pytestmark = native_only
PAGE = Path(__file__).resolve().parents[2] / "docs/key-rotation.md"
OLD = Envelope(name="kyc-key")
NEW = Envelope(name="kyc-key", key=bytes(range(32, 64)))
ACCEPT = DECISIONS["accept"]
IN_FORCE = "new values of SDS are in force"
SECRET = "type.googleapis.com/envoy.extensions.transport_sockets.tls.v3.Secret"


class Folder:
    """A folder of secrets as Kubernetes or an agent would put them there: each file is replaced by a rename."""

    def __init__(self, path):
        self.path, self._version = path, 0
        path.mkdir()

    def put(self, **values):
        """Values by the names of their secrets, whose hyphens are underscores here: a text, or where Envoy has it
        from. None is a file without it."""
        for name, value in values.items():
            self._version += 1
            name = name.replace("_", "-")
            source = value if isinstance(value, dict) else {"inline_string": value}
            secret = {"@type": SECRET, "name": name, "generic_secret": {"secret": source}}
            staged = self.path / "staged"
            resources = [] if value is None else [secret]
            staged.write_text(json.dumps({"version_info": str(self._version), "resources": resources}))
            staged.rename(self.path / f"{name}.json")

    def source(self, name):
        config = {"path": str(self.path / f"{name}.json"), "watched_directory": {"path": str(self.path)}}
        return {"path_config_source": config, "initial_fetch_timeout": "1s"}


@pytest.fixture
def folder(tmp_path):
    return Folder(tmp_path / "secrets")


def by_sds(folder, *names, **blocks):
    """The first name is that of the key, the others are those of the keys before."""
    block = {"key": f"sds:{names[0]}", "previousKeys": [f"sds:{name}" for name in names[1:]]}
    config = encrypted(OLD, **blocks)
    config["requestEncryption"] |= block
    return config | {"sds": {name: folder.source(name) for name in names}}


def of_the_page(folder):
    """The configuration of the page, with the folder of now."""
    [block] = re.findall(r"^```json\n(.*?)^```$", PAGE.read_text(), re.MULTILINE | re.DOTALL)
    return json.loads(block.replace("/etc/envoy/secrets", str(folder.path)).replace(".yaml", ".json"))


def in_force(gateway, times):
    return eventually(lambda: gateway.log().count(IN_FORCE) >= times)


def test_a_key_is_replaced_under_load(start_alone, folder):
    """The steps of the page: none of the posts fails, none is lost, Envoy isn't touched."""
    folder.put(kyc_key=OLD.key.hex(), kyc_key_previous=OLD.key.hex())
    gateway = start_alone(of_the_page(folder), concurrency=2)
    assert in_force(gateway, 1)
    with Load(gateway, OLD.seal, pause=0.002) as load:
        load.wait(100)
        folder.put(kyc_key=NEW.key.hex())
        assert in_force(gateway, 2)
        load.assert_opened_with("previous", other="current")
        load.switch(NEW.seal)
        load.assert_opened_with("current", other="previous")
        folder.put(kyc_key_previous=NEW.key.hex())
        assert in_force(gateway, 3)
        load.wait(100)
    load.assert_nothing_lost()
    assert gateway.post(OLD.seal(ACCEPT)).status == 400
    assert not any(key.hex() in gateway.whole_log() for key in (OLD.key, NEW.key))


def test_a_value_in_a_file_of_its_own(start_alone, folder, tmp_path):
    """As Kubernetes mounts it, with a line end after it, which is warned of."""
    values = tmp_path / "values"
    values.mkdir()

    def put(key):
        (values / "staged").write_text(f"{key.hex()}\n")
        (values / "staged").rename(values / "key")

    put(OLD.key)
    folder.put(kyc_key={"filename": str(values / "key")})
    gateway = start_alone(by_sds(folder, "kyc-key"))
    assert in_force(gateway, 1)
    assert gateway.post(OLD.seal(ACCEPT)).status == 200
    put(NEW.key)
    assert in_force(gateway, 2)
    assert gateway.post(NEW.seal(ACCEPT)).status == 200
    assert gateway.whole_log().count("SDS secret kyc-key has white space around its value, which is ignored") == 1


def test_the_audit_line_names_the_secret(start_alone, folder):
    folder.put(kyc_key=OLD.key.hex())
    gateway = start_alone(by_sds(folder, "kyc-key"))
    assert gateway.post(OLD.seal(ACCEPT)).status == 200
    [line] = gateway.audit()
    assert line["key_id"] == "kyc-key"


UNUSABLE = {
    "not there": (None, "SDS secret kyc-key is not there yet, or empty"),
    "too short": ("c0ffee", "16, 24 or 32 bytes"),
    "in another encoding": ("kkkkkkkkkkkkkkkkkkkkkkkkkkkkkkkk", "not written in its keyEncoding"),
}


@pytest.mark.parametrize("what", UNUSABLE)
def test_without_the_secret_nothing_goes_through(start_alone, folder, what):
    value, message = UNUSABLE[what]
    folder.put(kyc_key=value)
    gateway = start_alone(by_sds(folder, "kyc-key"), concurrency=2)
    told = "the secrets of SDS can't be used. Until they can, requests are refused as secrets-unavailable"
    assert eventually(lambda: told in gateway.log())
    with gateway.counting() as changed:
        for _ in range(8):
            response = gateway.post(OLD.seal(ACCEPT))
            assert_problem(response, 503, "secrets-unavailable")
            assert response.value("retry-after") == "1"
        assert gateway.request("GET", "/other").status == 503, "nobody knows yet what is a post"
    assert changed == {"kyc_gate.error.secrets-unavailable": 9}
    assert not gateway.backend.seen
    assert gateway.log().count(told) == 1 and message in gateway.log()
    assert value is None or value not in gateway.log()
    assert "kyc_gate_secrets_unavailable" in {line["details"] for line in gateway.access(9)}
    folder.put(kyc_key=OLD.key.hex())
    assert in_force(gateway, 1)
    assert gateway.post(OLD.seal(ACCEPT)).status == 200


def test_what_can_not_be_used_leaves_what_was_before(start_alone, folder):
    folder.put(kyc_key=OLD.key.hex())
    gateway = start_alone(by_sds(folder, "kyc-key"), concurrency=2)
    assert in_force(gateway, 1)
    told = "the secrets of SDS can't be used. Those before stay in force"
    with Load(gateway, OLD.seal, pause=0.002) as load:
        load.wait(20)
        folder.put(kyc_key="c0ffee")
        assert eventually(lambda: told in gateway.log())
        load.wait(60)
    load.assert_nothing_lost()
    folder.put(kyc_key=NEW.key.hex())
    assert in_force(gateway, 2)
    assert gateway.log().count(told) == 1 and "c0ffee" not in gateway.log()
    assert gateway.post(NEW.seal(ACCEPT)).status == 200


def test_all_kinds_of_secrets(start_alone, folder):
    """A header's, the signature's and the audit line's, and one that the bootstrap itself has."""
    folder.put(kyc_key=OLD.key.hex(), signing="5" * 64, backend="first")
    config = by_sds(
        folder,
        "kyc-key",
        headers=[{"headerName": "x-api-key", "headerValue": "sds:backend"}],
        signature={"keyId": "gate", "key": "sds:signing", "keyEncoding": "hex", "algorithm": "hmac-sha256"},
        audit={"userId": "sha256", "userIdKey": "sds:pepper"},
    )
    config["sds"] |= {name: folder.source(name) for name in ("signing", "backend")}
    gateway = start_alone(config, secrets={"pepper": "of the bootstrap"})
    assert in_force(gateway, 1)
    assert gateway.post(OLD.seal(ACCEPT)).status == 200
    first = gateway.backend.only()
    assert first.value("x-api-key") == "first" and first.value("signature")
    gateway.backend.seen.clear()
    folder.put(backend="second")
    assert in_force(gateway, 2)
    assert gateway.post(OLD.seal(ACCEPT)).status == 200
    assert gateway.backend.only().value("x-api-key") == "second"


def test_a_service_is_called_with_the_new_secret(start_alone, folder):
    """By the main thread, which has a plugin too. Its first call comes once the secret is there."""
    folder.put(password=None)
    oauth = OAuth()
    oauth.behave("/token", token="granted", expires_in=1)
    endpoint = {
        "cluster": "login",
        "url": f"https://{AUTHORITY}/token",
        "postParameters": [{"name": "client_secret", "value": "sds:password"}],
    }
    bearer = {"headerName": "authorization", "headerValue": "Bearer __ACCESS_TOKEN_PLACEHOLDER__"}
    config = {"headers": [bearer], "accessTokenEndpoint": endpoint, "sds": {"*": folder.source("password")}}
    gateway = start_alone(config, clusters={"login": oauth.port})

    def called_with(password):
        return eventually(lambda: {"client_secret": password} in [call["form"] for call in oauth.seen("/token")])

    try:
        assert gateway.post(ACCEPT).status == 503 and not oauth.seen("/token")
        folder.put(password="first")
        assert called_with("first")
        assert eventually(lambda: gateway.post(ACCEPT).status == 200)
        folder.put(password="second")
        assert called_with("second")
        assert gateway.post(ACCEPT).status == 200
    finally:
        oauth.stop()


REFUSED = {
    "no source": ({}, "Envoy can't subscribe to SDS secret kyc-key"),
    "not a source": ({"kyc-key": {"nonsense": 1}}, "Envoy can't subscribe to SDS secret kyc-key"),
    "a source of nothing": ({"kyc-kee": {"ads": {}}, "*": {"ads": {}}}, "sds.kyc-kee: never used"),
}


@pytest.mark.parametrize("what", REFUSED)
def test_refused_configurations(start_alone, folder, what):
    sources, message = REFUSED[what]
    with pytest.raises(Refused, match=re.escape(message)):
        start_alone(by_sds(folder, "kyc-key") | {"sds": sources})


def test_all_but_the_secrets_is_checked_at_once(start_alone, folder):
    folder.put(kyc_key=OLD.key.hex())
    with pytest.raises(Refused, match=r"decision\.onReject: must be one of"):
        start_alone(by_sds(folder, "kyc-key", decision={"onReject": "drop"}))


def test_a_new_configuration_with_the_same_secrets(start_alone, folder):
    """It is warmed until its secrets have come: no post meets it without them."""
    folder.put(kyc_key=OLD.key.hex())
    config = by_sds(folder, "kyc-key", headers=[{"headerName": "x-generation", "headerValue": "0"}])
    gateway = start_alone(config, delivery="ecds", concurrency=2)
    with Load(gateway, OLD.seal, pause=0.002) as load:
        for generation in range(1, 6):
            load.wait(20)
            config["headers"][0]["headerValue"] = str(generation)
            gateway.reconfigure(config)
        load.wait(20)
    load.assert_nothing_lost()
    assert gateway.post(OLD.seal(payload((("request_info", "requester_id"), "last")))).status == 200
    assert gateway.backend.seen[-1].value("x-generation") == "5"
