"""An Envoy in which every metric of the gate's can count, and posts that make each of them do so."""

import base64
import json

import yaml
from backend import Answer
from credentials import STATIC, TOKEN
from credentials import bearer as bearer_of
from oauth import AUTHORITY as ISSUER
from oauth import SECRET, OAuth
from relid import DECISIONS, GCM, REQUESTER, Envelope, payload
from resources import NATIVE, ROOT, Setup
from settings import api, settings
from store import AUTHORITY as STORE
from store import PATH, Store
from store import TOKEN as STORE_TOKEN

from envoy import Gateway
from gate import encrypted

OLD = Envelope(name="KYC_OLD_KEY", key=bytes(range(32, 64)))
ENV = {**GCM.env, **OLD.env, "OAUTH_SECRET": SECRET, "STORE_TOKEN": STORE_TOKEN}
# Fails where it is evaluated: no document tells that.
SHOES = {"name": "shoe-size", "when": "document.fields['Shoe size'] == '46'", "then": "review"}
_DOCUMENT = ("kyc_info", "document")
_REQUESTER = ("request_info", "requester_id")


class Services:
    """What the gate calls."""

    def __init__(self):
        self.store, self.oauth = Store(settings(20)), OAuth()
        self.oauth.behave("/introspect", tokens={"good": {"active": True}})

    def stop(self):
        self.store.stop()
        self.oauth.stop()

    def clusters(self):
        return {"login": self.oauth.port, "settings": self.store.port}


def everything():
    """A configuration that leaves nothing off."""
    oauth = {"cluster": "login", "timeoutMs": 1500}
    parameters = {"client_id": "kyc-gate", "client_secret": "env:OAUTH_SECRET", "grant_type": "client_credentials"}
    store = {"cluster": "settings", "path": PATH, "authority": STORE, "bearer": "env:STORE_TOKEN"}
    introspection = {"path": "/introspect", "authority": ISSUER, "clientId": "kyc-gate", "cacheSeconds": 0}
    return {
        **encrypted(),
        **api(store={**store, "pollSeconds": 1, "timeoutMs": 1000}),
        "requestEncryption": {**GCM.config(), "previousKeys": [f"env:{OLD.name}"]},
        "decision": {"onReject": "respond"},
        "authorization": {**STATIC, "introspection": {**oauth, **introspection, "clientSecret": "env:OAUTH_SECRET"}},
        "accessTokenEndpoint": {
            "cluster": "login",
            "url": f"https://{ISSUER}/token",
            "method": "POST",
            "postParameters": [{"name": name, "value": value} for name, value in parameters.items()],
        },
        "headers": [{"headerName": "authorization", "headerValue": "Bearer __ACCESS_TOKEN_PLACEHOLDER__"}],
        "responseBody": {},
        "replay": {"action": "flag"},
        "profiles": [
            {"name": "wallet", "match": {"appIds": ["wallet"]}, "shippedRules": False},
            {"name": "shod", "match": {"appIds": ["shod"]}, "rules": [SHOES]},
        ],
    }


class Watched(Gateway):
    """`names` is how Envoy calls the metrics: with the shipped labels, without ("plain", as in Istio), or natively also
    in Envoy's namespace for such modules ("own", as in Envoy Gateway)."""

    def __init__(self, config, names="labels", **options):
        self.names = names
        super().__init__(Setup(config, **options))
        self.backend.answer = Answer()

    def _bootstrap(self):
        bootstrap = super()._bootstrap()
        if self.names == "labels":
            bootstrap["stats_config"] = yaml.safe_load((ROOT / "envoy/envoy.yaml").read_text())["stats_config"]
        if self.names == "own":
            assert NATIVE
            text = json.dumps(bootstrap).replace('"metrics_namespace": "wasmcustom"', '"metrics_namespace": ""')
            bootstrap = json.loads(text)
            bootstrap["layered_runtime"]["layers"][0]["static_layer"] = {}
        return bootstrap


def posts():
    """Sealed posts, each with its `authorization`, which together have each panel of the dashboard show something."""
    numbers = iter(range(1_000_000))

    def post(*changes, seal=GCM.seal, token=TOKEN):
        return seal(payload((_REQUESTER, f"{REQUESTER}-{next(numbers)}"), *changes)), token

    data = (*_DOCUMENT, "identity_data")
    status = (*_DOCUMENT, "document_status")
    app = ("request_info", "app_id")
    yield from (post((app, name)) for name in ("wallet", "shod"))
    yield post(((*status, "overall_document_status"), "ERROR"))
    yield post(((*status, "error_list"), ["Expired Document"]))
    yield post(((*data, "Date of issue"), ""), ((*data, "Nationality"), ""), ((*data, "Nationality code"), ""))
    yield post(((*data, "Date of birth"), "the other day"))
    yield post(((*status, "error_list"), ["Document number: check digit"]))
    yield post(seal=OLD.seal)
    yield post(token="good")
    yield post(token="bad")
    yield DECISIONS["accept"], TOKEN
    yield from ((body, TOKEN) for body in (b"!", base64.b64encode(bytes(64)), GCM.seal(b"{}")))
    again = GCM.seal(payload((_REQUESTER, "the-same")))
    yield from [(again, TOKEN)] * 2


def drive(gateway, rounds=1):
    """Sends them all, and what is no post; the statuses of the posts."""
    statuses = []
    for _ in range(rounds):
        for body, token in posts():
            statuses.append(gateway.post(body, [(b"authorization", bearer_of(token))]).status)
        gateway.request("GET", "/other")
    return statuses
