import pytest
from resources import MODULE, Setup

from envoy import CRASHES, Gateway, Refused
from shared import Shared

RUNNING_AT_ONCE = 4


class Pool:
    """Envoys by set-up, so that tests with the same one share it. The least recently used one takes the next set-up,
    or makes room."""

    def __init__(self):
        self._running = {}
        self._vacant = []

    def get(self, setup, in_use):
        gateway = self._running.pop(setup.key(), None)
        if gateway and (gateway.setup != setup or not gateway.alive()):
            # A test has reconfigured or ended it.
            gateway.stop()
            gateway = None
        gateway = gateway or self._made(setup, in_use)
        self._running[setup.key()] = gateway
        return gateway.fresh()

    def _made(self, setup, in_use):
        if not Shared.may_be(setup):
            self._make_room(in_use)
            return Gateway(setup)
        gateway = self._shared(setup, in_use)
        try:
            gateway.become(setup)
        except Refused:
            self._vacant.append(gateway)
            raise
        return gateway

    def _shared(self, setup, in_use):
        for gateway in self._vacant:
            if gateway.can_become(setup):
                self._vacant.remove(gateway)
                return gateway
        if len(self._running) >= RUNNING_AT_ONCE:
            for key in self._idle(in_use):
                if self._running[key].can_become(setup):
                    return self._running.pop(key)
        self._make_room(in_use)
        return Shared(setup)

    def _make_room(self, in_use):
        for key in self._idle(in_use)[: max(0, len(self._running) - RUNNING_AT_ONCE + 1)]:
            self._running.pop(key).stop()

    def _idle(self, in_use):
        return [key for key, gateway in self._running.items() if gateway not in in_use]

    def stop(self):
        for gateway in [*self._running.values(), *self._vacant]:
            gateway.stop()


@pytest.fixture(scope="session")
def pool():
    if not MODULE.exists():
        pytest.exit(f"{MODULE} is missing: run scripts/build first", returncode=2)
    pool = Pool()
    yield pool
    pool.stop()


@pytest.fixture
def start(pool):
    """Starts an Envoy with this plugin configuration, or hands out the one that has it; `alone`, one that no other test
    uses. No test may crash its VM."""
    used, own = [], []

    def start(config, alone=False, **options):
        setup = Setup(config, **options)
        gateway = Gateway(setup) if alone else pool.get(setup, used)
        (own if alone else used).append(gateway)
        return gateway

    yield start
    try:
        for gateway in used + own:
            assert gateway.alive()
            assert not [crash for crash in CRASHES if crash in gateway.log()], gateway.log()
    finally:
        for gateway in own:
            gateway.stop()


@pytest.fixture
def start_alone(pool):
    """Starts an Envoy for this test alone, which may end it or crash its VM."""
    started = []

    def start_alone(config, **options):
        started.append(Gateway(Setup(config, **options)))
        return started[-1]

    yield start_alone
    for gateway in started:
        gateway.stop()


@pytest.fixture(params=["h1", "h2"])
def protocol(request):
    return request.param
