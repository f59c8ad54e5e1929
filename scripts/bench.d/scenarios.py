"""What is compared, and the Envoys that it takes."""

import pathlib
from dataclasses import dataclass

import bootstrap
import idle
import posts
from processes import Backend, Envoy, Peer, Process, Way

# How Envoy talks to the peer: the mode of the body, and whether by a Unix domain socket. Over TCP where not.
MODES = {
    "duplex": ("FULL_DUPLEX_STREAMED", False),
    "duplex-unix": ("FULL_DUPLEX_STREAMED", True),
    "buffered": ("BUFFERED", False),
}


# The gate as the Wasm module, and as the native one.
GATES = ["gate", "native"]


@dataclass(frozen=True)
class Scenario:
    """One kind of post on one way."""

    name: str
    label: str
    way: str
    # What is posted, and where.
    kind: str
    path: str = posts.KYC_PATH


@dataclass(frozen=True)
class Programs:
    """What was built."""

    # By name. Where nothing else is said, the first one is the Wasm gate and the second one the native one.
    modules: dict[str, pathlib.Path]
    folder: pathlib.Path
    envoy: list[str]

    def binary(self, name: str) -> pathlib.Path:
        return self.folder / name


def all_scenarios(modules: dict[str, pathlib.Path]) -> list[Scenario]:
    found = [
        Scenario("none", "no filter but `envoy.filters.http.buffer`", "buffer", "gcm"),
        Scenario("bare", "no filter at all", "bare", "gcm", posts.OTHER_PATH),
        Scenario("idle", "a Wasm filter that does nothing", "idle", "gcm", posts.OTHER_PATH),
        Scenario("bypass", "through the gate, no KYC path", "gate-gcm", "gcm", posts.OTHER_PATH),
    ]
    kinds = {"plain": "plaintext", "gcm": "AES-256-GCM", "cbc": "AES-256-CBC", "fields": "AES-256-GCM, fields only"}
    for kind, label in kinds.items():
        found.append(Scenario(kind, f"the gate, {label}", f"gate-{kind}", kind))
        found.append(Scenario(f"native-{kind}", f"the native gate, {label}", f"native-{kind}", kind))
        for module in list(modules)[2:]:
            found.append(Scenario(f"{kind}@{module}", f"{module}, {label}", f"gate-{kind}@{module}", kind))
        found += [Scenario(name, f"the peer ({_mode(name)}), {label}", name, kind) for name in peer_of(kind)]
    return found


def peer_of(name: str) -> list[str]:
    """The peer's scenarios that do the same as one of the gate's. All modes for the cipher that matters most."""
    kind = name.partition("@")[0].removeprefix("native-")
    return [f"peer-{kind}-{mode}" for mode in (MODES if kind in ("gcm", "fields") else ["duplex"])]


def _mode(name: str) -> str:
    return name.split("-", 2)[2]


def start(
    scenarios: list[Scenario], programs: Programs, folder: pathlib.Path, started: list[Process]
) -> dict[str, Way]:
    """The ways of the scenarios, by name. What is started is put on the list at once."""
    backend = Backend(programs.binary("backend"), folder)
    started.append(backend)
    modules = programs.modules
    ways: dict[str, Way] = {}
    for way in dict.fromkeys(scenario.way for scenario in scenarios):
        what, _, rest = way.partition("-")
        peer, address, filters = None, None, []
        if what == "buffer":
            filters = [bootstrap.buffer()]
        elif what in GATES:
            kind, _, name = rest.partition("@")
            module = modules[name or list(modules)[GATES.index(what)]]
            filters = [bootstrap.gate(module, posts.configuration(kind), posts.KEYS)]
        elif what == "idle":
            filters = [bootstrap.idle(idle.write(folder / "idle.wasm"))]
        elif what == "peer":
            kind, _, mode = rest.partition("-")
            configuration = posts.configuration(kind)
            peer = Peer(programs.binary("peer"), folder, way, configuration, posts.KEYS)
            started.append(peer)
            body_mode, unix = MODES[mode]
            filters = [bootstrap.external_processor(body_mode)]
            address = bootstrap.unix(peer.socket) if unix else bootstrap.local(peer.port)
        document = bootstrap.bootstrap(filters, backend.port, address)
        ways[way] = Way(Envoy(programs.envoy, folder, way, document, posts.KEYS), peer)
        started.append(ways[way].envoy)
    return ways
