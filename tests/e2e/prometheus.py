"""A real Prometheus that scrapes Envoys once a second and evaluates the shipped rules on them, with windows of seconds
in place of hours."""

import contextlib
import functools
import json
import re
import shlex
import shutil
import socket
import subprocess
import tempfile
import time
import urllib.parse
import urllib.request
from pathlib import Path

import yaml
from resources import ROOT

from envoy import eventually

SHIPPED = ROOT / "envoy/observability"
RULES = ("names.rules.yaml", "kyc-gate.rules.yaml", "kyc-gate.alerts.yaml")
# What the durations of the shipped rules become. A week is long enough for what is written for it to be past.
SECONDS = {"15s": 1, "1m": 3, "2m": 3, "5m": 10, "10m": 12, "15m": 14, "30m": 16, "1h": 18, "1d": 25, "1w": 9000}
DURATION = re.compile(r"(\[|offset |for: |interval: )(\d+[smhdw])\b")


@functools.cache
def programs():
    """The folder with prometheus and promtool; see the script."""
    script = shlex.quote(str(ROOT / "scripts/lib/prometheus.sh"))
    command = f'. {script}; ensure_prometheus && printf %s "$PROMETHEUS"'
    return Path(subprocess.check_output(["bash", "-c", command], text=True))


def promtool(*arguments, **options):
    """Runs it; the process that has ended."""
    command = [programs() / "promtool", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, **options)


def in_seconds(rules):
    """Rules with short windows; a duration that isn't known is a KeyError."""
    return DURATION.sub(lambda found: f"{found[1]}{SECONDS[found[2]]}s", rules)


class Prometheus:
    """`jobs` are the Envoys by job and instance. `past` is a text in OpenMetrics' format that was scraped before."""

    def __init__(self, jobs, past=None):
        self._folder = Path(tempfile.mkdtemp(prefix="kyc-gate-prometheus-"))
        self._port = _free_port()
        self._process = None
        for name in RULES:
            (self._folder / name).write_text(in_seconds((SHIPPED / name).read_text()))
        self._configure(jobs)
        if past:
            self._remember(past)
        self._start()

    def _configure(self, jobs):
        scrapes = [
            {
                "job_name": job,
                "metrics_path": "/stats/prometheus",
                "static_configs": [
                    {"targets": [gateway.admin_address.removeprefix("http://")], "labels": {"instance": instance}}
                    for instance, gateway in gateways.items()
                ],
            }
            for job, gateways in jobs.items()
        ]
        often = {"scrape_interval": "1s", "scrape_timeout": "1s", "evaluation_interval": "1s"}
        config = {"global": often, "rule_files": list(RULES), "scrape_configs": scrapes}
        (self._folder / "prometheus.yaml").write_text(yaml.safe_dump(config))

    def _remember(self, past):
        """Makes blocks of what was before. They end two hours ago at the latest, which Prometheus wants."""
        text = self._folder / "past.txt"
        text.write_text(past)
        made = promtool("tsdb", "create-blocks-from", "openmetrics", text, self._folder / "data")
        assert made.returncode == 0, made.stderr

    def _start(self):
        command = [programs() / "prometheus", "--config.file", self._folder / "prometheus.yaml"]
        command += ["--storage.tsdb.path", self._folder / "data", "--storage.tsdb.retention.time", "30d"]
        command += ["--web.listen-address", f"127.0.0.1:{self._port}", "--log.level", "warn"]
        with (self._folder / "log.txt").open("wb") as log:
            self._process = subprocess.Popen(list(map(str, command)), stdout=log, stderr=log)
        ready = eventually(self._ready, 20)
        if not ready:
            log = (self._folder / "log.txt").read_text()
            self.stop()
            raise AssertionError(log)

    def _ready(self):
        with contextlib.suppress(OSError):
            return b"Ready" in self._get("/-/ready")
        return False

    def _get(self, path):
        with urllib.request.urlopen(f"http://127.0.0.1:{self._port}{path}", timeout=10) as answer:
            return answer.read()

    def stop(self):
        if self._process:
            self._process.terminate()
            self._process.wait(20)
        shutil.rmtree(self._folder, ignore_errors=True)

    def query(self, expression, **more):
        """The series that an expression has now; with `start`, `end` and `step`, over that time."""
        kind = "query_range" if "step" in more else "query"
        query = urllib.parse.urlencode({"query": expression, **more})
        return json.loads(self._get(f"/api/v1/{kind}?{query}"))["data"]["result"]

    def values(self, expression):
        """The values of an expression by their labels, which are a sorted tuple of pairs."""
        return {tuple(sorted(series["metric"].items())): float(series["value"][1]) for series in self.query(expression)}

    def firing(self):
        """The labels of the alerts that fire."""
        alerts = json.loads(self._get("/api/v1/alerts"))["data"]["alerts"]
        return [alert["labels"] for alert in alerts if alert["state"] == "firing"]

    def rule_errors(self):
        """Of the rules that couldn't be evaluated, what Prometheus says."""
        groups = json.loads(self._get("/api/v1/rules"))["data"]["groups"]
        return {
            rule["name"]: rule["lastError"] for group in groups for rule in group["rules"] if rule["health"] == "err"
        }

    def fires(self, alert, seconds=60, **labels):
        """Waits until an alert with these labels fires."""
        wanted = {"alertname": alert, **labels}.items()
        return eventually(lambda: any(wanted <= firing.items() for firing in self.firing()), seconds)

    def settle(self, seconds=2.5):
        """Waits until what has happened is scraped and evaluated."""
        time.sleep(seconds)


def _free_port():
    with socket.create_server(("127.0.0.1", 0)) as server:
        return server.getsockname()[1]
