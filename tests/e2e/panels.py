"""What the panels of the dashboard show after some minutes of a load that changes: a program that prints it as JSON."""

import json
import math
import random
import sys
import time
from concurrent.futures import ThreadPoolExecutor

from credentials import TOKEN
from credentials import bearer as bearer_of
from prometheus import SHIPPED, Prometheus
from relid import GCM, REQUESTER, payload
from watched import ENV, OLD, Services, Watched, everything, posts

STEP = 3
_DATA = ("kyc_info", "document", "identity_data")
# What fails how much, so that there are scores of all kinds.
SLIPS = {"Date of issue": 5, "Nationality": 4, "Nationality code": 4, "Date of expiry": 2, "Date of birth": 1}


def customer(number, chance, seal):
    """A post of somebody, with a slip here and there."""
    changes = [((*_DATA, name), "") for name, weight in SLIPS.items() if chance.random() < weight / 40]
    app = chance.choice(["wallet", "bank", "bank"])
    ids = [(("request_info", "requester_id"), f"{REQUESTER}-{number}"), (("request_info", "app_id"), app)]
    return seal(payload(*ids, *changes)), TOKEN


def load(gateways, seconds):
    """Mostly customers, in waves; now and then one of every kind. A third of the way, the sender switches its key."""
    chance, begun = random.Random(7), time.monotonic()
    number = 0
    with ThreadPoolExecutor(2) as clients:
        while (past := time.monotonic() - begun) < seconds:
            seal = OLD.seal if past < seconds / 3 else GCM.seal
            many = 6 + round(4 * math.sin(past / 12))
            batch = [customer(number + at, chance, seal) for at in range(many)]
            if chance.random() < 0.06:
                batch += list(posts())
            number += many
            list(clients.map(lambda post: send(chance.choice(gateways), *post), batch))
            for gateway in gateways:
                gateway.request("GET", "/other")
            time.sleep(0.3)


def send(gateway, body, token):
    return gateway.post(body, [(b"authorization", bearer_of(token))]).status


def shown(prometheus, panel, begun, ended):
    variables = {"$__rate_interval": "15s", "$__range": f"{ended - begun:.0f}s"}
    variables |= {"$namespace": ".*", "$job": ".*", "$instance": ".*"}
    answers = []
    for target in panel["targets"]:
        expression = target["expr"]
        for variable, value in variables.items():
            expression = expression.replace(variable, value)
        at = {"time": ended} if target["instant"] else {"start": begun + 15, "end": ended, "step": STEP}
        answers.append({"legend": target["legendFormat"], "series": prometheus.query(expression, **at)})
    return answers


def main(seconds):
    dashboard = json.loads((SHIPPED / "dashboard.json").read_text())
    services, running = Services(), []
    try:
        for _ in range(2):
            running.append(Watched(everything(), env=ENV, clusters=services.clusters()))
        prometheus = Prometheus({"kyc-gate": {f"gate-{at}": gateway for at, gateway in enumerate(running)}})
        running.append(prometheus)
        begun = time.time()
        load(running[:-1], seconds)
        ended = time.time()
        panels = [
            {**panel, "answers": shown(prometheus, panel, begun, ended) if panel["type"] != "row" else []}
            for panel in dashboard["panels"]
        ]
        json.dump({"title": dashboard["title"], "panels": panels}, sys.stdout)
    finally:
        for process in running:
            process.stop()
        services.stop()


if __name__ == "__main__":
    main(int(sys.argv[1]))
