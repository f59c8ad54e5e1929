"""The shipped bootstraps of one file each, run as they are but for ports and files."""

import json

import yaml
from resources import NATIVE_MODULE, ROOT, WASM_MODULE, Setup

from envoy import Gateway


class Shipped(Gateway):
    """An Envoy with `envoy/<name>/envoy.yaml`. `files` maps paths in it to paths here, `clusters` names to ports."""

    def __init__(self, name, files=(), clusters=(), **env):
        self._text = (ROOT / "envoy" / name / "envoy.yaml").read_text()
        for shipped, tested in (("kyc_gate.wasm", WASM_MODULE), ("libkyc_gate.so", NATIVE_MODULE)):
            self._text = self._text.replace(f"dist/{shipped}", str(tested))
        for there, here in dict(files).items():
            assert there in self._text
            self._text = self._text.replace(there, str(here))
        self._ports = dict(clusters)
        super().__init__(Setup(env=env))

    def _bootstrap(self):
        bootstrap = yaml.safe_load(self._text)
        resources = bootstrap["static_resources"]
        for place in (bootstrap["admin"], resources["listeners"][0]):
            place["address"]["socket_address"] = {"address": "127.0.0.1", "port_value": 0}
        ports = {"backend": self.backend.port, **self._ports}
        if any(cluster["name"] == "manual-review" for cluster in resources["clusters"]):
            ports["manual-review"] = self.review.port
        for cluster in resources["clusters"]:
            [endpoint] = cluster["load_assignment"]["endpoints"][0]["lb_endpoints"]
            endpoint["endpoint"]["address"]["socket_address"]["port_value"] = ports.pop(cluster["name"])
        assert not ports, json.dumps(ports)
        return bootstrap
