"""Clients that post without a pause while something happens, and an account of every post."""

import itertools
import threading
import time
from collections import Counter
from dataclasses import dataclass

from client import Http1
from relid import payload


@dataclass
class Sent:
    """One post: its requester id, the status of the answer, or why there was none."""

    requester_id: str
    status: int | None = None
    error: str | None = None
    # Of which post the backend said that it answers it.
    echo: str | None = None
    body: bytes = b""


class Load:
    """Posts over and over until the block ends.

        with Load(gateway, seal) as load:
            load.wait(100)
            gateway.reconfigure(...)
            load.wait(100)
        load.assert_nothing_lost()

    `seal` makes a body of a payload; `load.switch` replaces it while the load goes on, as a sender switches its key.
    Connections are kept until Envoy says `connection: close`. A post is never sent twice: what a client can't know to
    be unanswered stays an error here.
    """

    def __init__(self, gateway, seal=bytes, clients=4, headers=(), make=None, pause=0):
        self.gateway, self._seal = gateway, seal
        self.sent = []
        self._rounds = [0] * clients
        self._make = make or (lambda requester_id: payload((("request_info", "requester_id"), requester_id)))
        self._headers = [*headers, (b"content-type", b"application/json")]
        self._pause = pause
        self._numbers = itertools.count()
        self._stop, self._kept = threading.Event(), threading.Event()
        self._threads = [threading.Thread(target=self._client, args=(at,), daemon=True) for at in range(clients)]

    def __enter__(self):
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self._stop.set()
        for thread in self._threads:
            thread.join(30)
        assert not any(thread.is_alive() for thread in self._threads), "a client hangs"

    def _client(self, at):
        connection = None
        while not self._stop.is_set() and (connection or not self._kept.is_set()):
            sent = Sent(f"load-{at}-{next(self._numbers)}")
            body = self._seal(self._make(sent.requester_id))
            try:
                # Connecting is no part of a post: nothing was sent yet.
                connection = connection or Http1(self.gateway.port)
                self.sent.append(sent)
                response = connection.request("POST", "/kyc", self._headers, body)
                sent.echo, sent.body = response.value("x-echo"), response.body
                # Last, since it tells that there is an answer.
                sent.status = response.status
                if response.value("connection") == "close":
                    connection = self._close(connection)
            except OSError as error:
                sent.error = repr(error)
                connection = self._close(connection)
            self._rounds[at] += 1
            time.sleep(self._pause)
        self._close(connection)

    @staticmethod
    def _close(connection):
        if connection:
            connection.__exit__()

    def switch(self, seal, seconds=60):
        """Returns once no post made by the earlier `seal` is on its way."""
        self._seal = seal
        before, end = [*self._rounds], time.monotonic() + seconds
        while any(now == then for now, then in zip(self._rounds, before, strict=True)):
            assert time.monotonic() < end, "a client hangs"
            time.sleep(0.01)

    def keep_connections(self):
        """From here on clients post on the connections that they have; one that Envoy ends is the client's last.

        As for a pod that Kubernetes has taken out of its service. Whoever connects when a listener closes may still be
        waiting to be accepted, and is cut off by the kernel, whatever Envoy does.
        """
        self._kept.set()

    def answered(self):
        return [sent for sent in self.sent if sent.status is not None]

    def wait(self, count, seconds=60):
        """Until so many more posts have been answered."""
        target, end = len(self.answered()) + count, time.monotonic() + seconds
        while len(self.answered()) < target:
            assert time.monotonic() < end, f"{len(self.answered())} of {target} posts answered"
            time.sleep(0.01)

    def statuses(self):
        return Counter(sent.status for sent in self.sent)

    def errors(self):
        return [sent for sent in self.sent if sent.error]

    def forwarded(self):
        """How often each post reached a backend, by the requester id that the gate asserts."""
        return Counter(seen.value("x-kyc-requester-id") for seen in self.gateway.seen_posts())

    def unscored(self):
        """What reached a backend without a decision."""
        scored = ("accept", "review", "reject")
        return [seen for seen in self.gateway.seen_posts() if seen.value("x-kyc-decision") not in scored]

    def assert_opened_with(self, key, other):
        """A hundred posts from now on are opened with one key, `current` or `previous`, and none with the other."""
        with self.gateway.counting() as changed:
            # One post of each client may have been counted before and answered since.
            self.wait(110)
        assert changed[f"kyc_gate.opened_with.{key}"] >= 100 and f"kyc_gate.opened_with.{other}" not in changed

    def assert_nothing_lost(self):
        """Every post was answered with success and forwarded, scored, exactly once."""
        assert not self.errors()
        assert set(self.statuses()) == {200}
        assert self.forwarded() == Counter(sent.requester_id for sent in self.sent)
        assert not self.unscored()

    def assert_accounted(self, *statuses):
        """Some posts failed, but with one of these statuses or a lost connection; none was forwarded unscored or twice,
        and none that succeeded was not forwarded. Needs a backend that echoes."""
        assert set(self.statuses()) <= {200, None, *statuses}, self.statuses()
        assert not self.unscored()
        forwarded = self.forwarded()
        assert not {known: count for known, count in forwarded.items() if count > 1}
        assert forwarded.keys() <= {sent.requester_id for sent in self.sent}
        succeeded = [sent for sent in self.sent if sent.status == 200]
        assert {sent.requester_id for sent in succeeded} <= forwarded.keys()
        assert all(sent.echo == sent.requester_id for sent in succeeded), "an answer of another post"
