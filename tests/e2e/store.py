"""A settings service like Rebilly's, as a process of its own that can be stopped, started again and told to misbehave.

Run as a program it serves `GET` and `PUT /kyc-settings`; `PUT /behaviour` changes what it does next.
"""

import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

PATH, AUTHORITY, TOKEN = "/organizations/acme/kyc-settings", "settings.test", "store-token"


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    document = b""
    behaviour: ClassVar[dict] = {}
    seen: ClassVar[list] = []

    def do_GET(self):
        if self.path == "/seen":
            return self._answer(200, json.dumps(Handler.seen).encode())
        return self._call(b"")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/behaviour":
            Handler.behaviour = json.loads(body)
            return self._answer(200, b"{}")
        return self._call(body)

    def _call(self, body):
        known = self.headers["authorization"] == f"Bearer {TOKEN}" and self.headers["host"] == AUTHORITY
        Handler.seen.append([self.command, self.path, known, self.headers["content-type"], body.decode()])
        time.sleep(Handler.behaviour.get("seconds", 0))
        status = Handler.behaviour.get(self.command, 200 if known and self.path == PATH else 401)
        if status == 200 and self.command == "PUT":
            Handler.document = body
        self._answer(status, Handler.behaviour.get("body", "").encode() or Handler.document)

    def _answer(self, status, body):
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


class Store:
    """The process, seen from the tests."""

    def __init__(self, document):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._process = None
        self.start(document)

    def start(self, document):
        arguments = [sys.executable, __file__, str(self.port), json.dumps(document)]
        self._process = subprocess.Popen(arguments)
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                return self.seen()
            time.sleep(0.02)
        raise AssertionError("the store does not start")

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def behave(self, **behaviour):
        """Statuses by method, a body to answer with, seconds to wait first."""
        self._request("PUT", "/behaviour", json.dumps(behaviour).encode())

    def put(self, document):
        """Somebody else changes the settings."""
        self._request("PUT", PATH, json.dumps(document).encode())

    def seen(self):
        return json.loads(self._request("GET", "/seen"))

    def _request(self, method, path, body=None):
        headers = {"authorization": f"Bearer {TOKEN}", "host": AUTHORITY}
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()


if __name__ == "__main__":
    Handler.document = sys.argv[2].encode()
    ThreadingHTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
