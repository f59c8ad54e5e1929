import pytest
from envoy import CRASHES, MODULE, Gateway, Setup

RUNNING_AT_ONCE = 8


class Pool:
    """Envoys by setup, so that tests with the same one share it. The least recently used one makes room."""

    def __init__(self):
        self._running = {}

    def get(self, setup):
        gateway = self._running.pop(setup.key(), None)
        if gateway and (gateway.setup != setup or not gateway.alive()):
            # A test has reconfigured or ended it.
            gateway.stop()
            gateway = None
        if gateway is None:
            while len(self._running) >= RUNNING_AT_ONCE:
                self._running.pop(next(iter(self._running))).stop()
            gateway = Gateway(setup)
        self._running[setup.key()] = gateway
        return gateway.fresh()

    def stop(self):
        for gateway in self._running.values():
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
    """Starts an Envoy with this plugin configuration, or hands out the one that has it. No test may crash its VM."""
    used = []

    def start(config, **options):
        used.append(pool.get(Setup(config, **options)))
        return used[-1]

    yield start
    for gateway in used:
        assert gateway.alive()
        assert not [crash for crash in CRASHES if crash in gateway.log()], gateway.log()


@pytest.fixture(params=["h1", "h2"])
def protocol(request):
    return request.param
