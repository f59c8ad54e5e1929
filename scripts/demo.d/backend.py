"""The enterprise backend: remembers what reached it and answers as REL-ID expects."""

import http.server
import json
import threading
from dataclasses import dataclass


@dataclass
class Seen:
    backend: str
    headers: list[tuple[str, str]]
    body: bytes


class Backend:
    """Listens on 127.0.0.1 until stopped; `seen` belongs to all backends of a demo."""

    def __init__(self, name: str, port: int, seen: list[Seen]):
        self.name = name
        self.port = port
        self._server = http.server.ThreadingHTTPServer(("127.0.0.1", port), _handler(name, seen))
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def stop(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def _handler(name: str, seen: list[Seen]) -> type[http.server.BaseHTTPRequestHandler]:
    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._answer({"backend": name})

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length", 0)))
            seen.append(Seen(name, [(key.lower(), value) for key, value in self.headers.items()], body))
            try:
                user_id = json.loads(body)["customer"]["userId"]
            except (ValueError, KeyError, TypeError):
                self._answer({"result": False}, status=400)
                return
            self._answer({"result": True, "reference_number": f"{name}-{len(seen):04}", "user_id": user_id})

        def _answer(self, answer: dict, status: int = 200) -> None:
            body = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    return Handler
