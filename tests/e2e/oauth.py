"""An OAuth server as a process of its own that can be stopped, started again and told to misbehave: token introspection
(RFC 7662) and client credentials (RFC 6749).

Run as a program it serves `POST /introspect` and `/token`; `PUT /behaviour` changes what they do next.
"""

import base64
import contextlib
import json
import socket
import subprocess
import sys
import time
import urllib.parse
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import ClassVar

AUTHORITY, CLIENT, SECRET = "login.test", "kyc-gate", "client s3cret+/"
# RFC 6749 section 2.3.1: name and secret are written as in a form first.
BASIC = "Basic " + base64.b64encode(b"kyc-gate:client%20s3cret%2B%2F").decode()


class Server(ThreadingHTTPServer):
    # Tests open many connections at once.
    request_queue_size = 128


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    behaviour: ClassVar[dict] = {}
    seen: ClassVar[list] = []
    granted = 0

    def do_GET(self):
        if self.path == "/seen":
            return self._answer(200, json.dumps(Handler.seen))
        return self._call("")

    def do_PUT(self):
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.path == "/seen":
            Handler.seen.clear()
        else:
            Handler.behaviour = json.loads(body)
        return self._answer(200, "{}")

    def do_POST(self):
        self._call(self.rfile.read(int(self.headers["content-length"])).decode())

    def _call(self, body):
        form = dict(urllib.parse.parse_qsl(body, strict_parsing=bool(body)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        Handler.seen.append({"path": self.path, "method": self.command, "form": form, "headers": headers})
        wanted = Handler.behaviour.get(self.path.partition("?")[0], {})
        time.sleep(wanted.get("seconds", 0))
        if "body" in wanted or "status" in wanted:
            return self._answer(wanted.get("status", 200), wanted.get("body", "{}"))
        if self.path == "/introspect":
            known = headers.get("authorization") == BASIC and headers["host"] == AUTHORITY
            answer = wanted.get("tokens", {}).get(form.get("token"), {"active": False})
            return self._answer(200 if known else 401, json.dumps(answer))
        Handler.granted += 1
        token = wanted.get("token", f"granted-{Handler.granted}")
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": wanted.get("expires_in", 3600)}
        return self._answer(200, json.dumps(answer))

    def _answer(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("content-type", "application/json")
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        with contextlib.suppress(OSError):
            self.wfile.write(body)

    def log_message(self, *_):
        pass


class OAuth:
    """The process, seen from the tests."""

    def __init__(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._process = None
        self.start()

    def start(self):
        self._process = subprocess.Popen([sys.executable, __file__, str(self.port)])
        end = time.monotonic() + 10
        while time.monotonic() < end:
            with contextlib.suppress(OSError):
                return self.seen()
            time.sleep(0.02)
        raise AssertionError("the OAuth server does not start")

    def stop(self):
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = None

    def behave(self, path=None, **behaviour):
        """How one path answers from now on: `seconds` to wait first, `status` and `body`; for `/introspect` the answers
        by `tokens`, for `/token` the `token` and `expires_in`. Without a path: as at first."""
        self._request("PUT", "/behaviour", json.dumps({path: behaviour} if path else {}).encode())

    def forget(self):
        """Forgets the calls that were seen."""
        self._request("PUT", "/seen", b"")

    def seen(self, path=None):
        return [call for call in json.loads(self._request("GET", "/seen")) if path in (None, call["path"])]

    def _request(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, method=method)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read()


if __name__ == "__main__":
    Server(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
