"""An Envoy that takes one set-up after the other.

Compiling the module takes Envoy seconds, all else far less; and V8 keeps what it has compiled as long as some VM uses
it. So a service of Envoy's own keeps the module, and each set-up gets a listener, clusters and a VM of its own.
"""

from dataclasses import replace

from backend import Backend
from resources import NATIVE, Setup, clusters, filter_of, listener, service_of

from envoy import LISTENERS_REJECTED, Gateway, Refused, eventually


class Shared(Gateway):
    """Has no set-up before it is told to `become` one."""

    def __init__(self, setup):
        self._process_of = self._process_key(setup)
        super().__init__(replace(Setup(), **self._process_of))

    @staticmethod
    def _process_key(setup):
        names = ["concurrency", "log_level", "module_log_level", "module"]
        if NATIVE:
            # Envoy's own environment can't be changed any more.
            names += ["env", "literal_env"]
        return {name: getattr(setup, name) for name in names} | {"drain_seconds": 0}

    @staticmethod
    def may_be(setup):
        """Whether a set-up can have a listener in an Envoy that it doesn't own."""
        return setup.delivery == "static" and setup.drain_seconds == Setup.drain_seconds

    def can_become(self, setup):
        return self.may_be(setup) and self._process_key(setup) == self._process_of and self.alive()

    def become(self, setup):
        """`Refused` if Envoy doesn't take it: then it has none."""
        self._leave()
        self.setup, self.backend, self.review = setup, Backend(), Backend()
        self._begin = self._log.stat().st_size
        self.admin("/reset_counters", b"")
        self._publish("clusters", "cluster.v3.Cluster", clusters(setup, self.backend.port, self.review.port))
        taken, warming = "cluster_manager.cds.update_success", "cluster_manager.warming_clusters"
        assert eventually(lambda: self._number(taken) and not self._number(warming))
        self._listen()

    def _leave(self):
        """When it returns, no VM of the set-up before is left that could call or log anything."""
        self._publish("listeners", "listener.v3.Listener", [])
        gone = ("total_listeners_active", 0), ("total_listeners_draining", 0)
        assert eventually(lambda: all(self._number(f"listener_manager.{name}") == left for name, left in gone))
        for backend in (self.backend, self.review):
            backend.stop()

    def _listen(self):
        name = f"gate-{self._version}"
        # The secrets can't be in Envoy's own environment any more, which natively they are from the beginning.
        setup = replace(self.setup, env={}, literal_env={**self.setup.literal_env, **self.setup.env})
        mine = listener(setup, self._access, filter_of(setup, vm_id=name), name=name)
        self._publish("listeners", "listener.v3.Listener", [mine])
        eventually(lambda: self._listener_in_force(0) or self._number(LISTENERS_REJECTED), 30)
        if not self._listener_in_force(0):
            raise Refused(self.whole_log())
        self.port = self._port_of(name)

    def _start(self):
        self._publish("clusters", "cluster.v3.Cluster", [])
        self._publish("listeners", "listener.v3.Listener", [])
        super()._start()

    def _started(self):
        """Nobody listens yet."""

    def _bootstrap(self):
        bootstrap = super()._bootstrap()
        del bootstrap["static_resources"]
        if not NATIVE:
            bootstrap["bootstrap_extensions"] = [service_of(replace(self.setup, config={}))]
        sources = {"cds_config": self._source("clusters"), "lds_config": self._source("listeners")}
        bootstrap["dynamic_resources"] = sources
        return bootstrap
