"""Clients that put exact bytes on the wire: a raw HTTP/1.1 socket, and HTTP/2 with prior knowledge."""

import json
import socket
import time
from dataclasses import dataclass

import h2.config
import h2.connection
import h2.events
import h2.exceptions

TIMEOUT = 15
AUTHORITY = b"gate.test"


@dataclass
class Response:
    status: int
    headers: list
    body: bytes = b""

    def value(self, name):
        values = [value for key, value in self.headers if key.lower() == name.encode()]
        assert len(values) < 2, f"{name} came {len(values)} times: {values}"
        return values[0].decode("latin-1") if values else None

    def json(self):
        return json.loads(self.body)

    def comparable(self):
        """All that a client can tell two answers apart by, less what changes from one to the next by itself."""
        varying = {b"date", b"x-request-id", b"x-envoy-upstream-service-time"}
        return self.status, sorted(h for h in self.headers if h[0].lower() not in varying), self.body


class Http1:
    """One connection."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._file = self._socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._file.close()
        self._socket.close()

    def send(self, data):
        self._socket.sendall(data)

    def dribble(self, pieces, seconds):
        """Sends the pieces with a pause before each; the time just before the last one."""
        for piece in pieces:
            time.sleep(seconds)
            at = time.monotonic()
            self.send(piece)
        return at

    def request(self, method, path, headers=(), body=b"", authority=AUTHORITY):
        self.send(head(method, path, [*headers, (b"content-length", b"%d" % len(body))], authority) + body)
        return self.response(method)

    def response(self, method="POST"):
        status = int(self._line().split(b" ")[1])
        headers = []
        while line := self._line():
            name, _, value = line.partition(b":")
            headers.append((name, value.strip()))
        response = Response(status, headers)
        if status >= 200 and status != 204 and method != "HEAD":
            response.body = self._body(response)
        return response

    def _line(self):
        line = self._file.readline()
        if not line.endswith(b"\n"):
            raise ConnectionError("closed by Envoy")
        return line.rstrip(b"\r\n")

    def _body(self, response):
        if response.value("transfer-encoding") != "chunked":
            return self._file.read(int(response.value("content-length") or 0))
        body = b""
        while size := int(self._line(), 16):
            body += self._file.read(size)
            self._line()
        while self._line():
            pass
        return body


def head(method, path, headers, authority=AUTHORITY):
    lines = [f"{method} {path} HTTP/1.1".encode(), b"host: " + authority]
    return b"\r\n".join(lines + [name + b": " + value for name, value in headers]) + b"\r\n\r\n"


def chunked(pieces, trailers=()):
    """The chunks of a body, one wire string each, the closing one with the trailers included."""
    end = b"0\r\n" + b"".join(name + b": " + value + b"\r\n" for name, value in trailers) + b"\r\n"
    return [b"%x\r\n%s\r\n" % (len(piece), piece) for piece in pieces] + [end]


class Http2:
    """One connection, many streams. Flow control is respected in both directions."""

    def __init__(self, port):
        self._socket = socket.create_connection(("127.0.0.1", port), TIMEOUT)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        # The point is to send what a well-behaved client wouldn't.
        self._h2 = h2.connection.H2Connection(
            h2.config.H2Configuration(
                header_encoding=None, validate_outbound_headers=False, normalize_outbound_headers=False
            )
        )
        self._responses, self._ended = {}, set()
        self._h2.initiate_connection()
        self._flush()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._socket.close()

    def request(self, method, path, headers=(), body=b"", authority=AUTHORITY):
        stream = self.open(method, path, headers, authority=authority)
        self.send(stream, body, end=True)
        return self.response(stream)

    def open(self, method, path, headers=(), end=False, authority=AUTHORITY):
        stream = self._h2.get_next_available_stream_id()
        pseudo = [(b":method", method.encode()), (b":path", path.encode())]
        pseudo += [(b":scheme", b"http"), (b":authority", authority)]
        self._h2.send_headers(stream, [*pseudo, *((n.lower(), v) for n, v in headers)], end_stream=end)
        self._flush()
        return stream

    def send(self, stream, data, end=False):
        """Stops quietly when the answer came first: the rest is of no use to anybody."""
        try:
            while data and stream not in self._ended:
                room = min(self._h2.local_flow_control_window(stream), self._h2.max_outbound_frame_size)
                if not room:
                    self._receive()
                    continue
                self._h2.send_data(stream, data[:room])
                data = data[room:]
                self._flush()
            if end and stream not in self._ended:
                self._h2.end_stream(stream)
                self._flush()
        except h2.exceptions.StreamClosedError:
            pass

    def trailers(self, stream, headers):
        self._h2.send_headers(stream, headers, end_stream=True)
        self._flush()

    def reset(self, stream):
        self._h2.reset_stream(stream)
        self._flush()

    def response(self, stream):
        while stream not in self._ended:
            self._receive()
        if stream not in self._responses:
            raise ConnectionError("stream reset without an answer")
        return self._responses[stream]

    def _flush(self):
        self._socket.sendall(self._h2.data_to_send())

    def _receive(self):
        data = self._socket.recv(1 << 16)
        if not data:
            raise ConnectionError("closed by Envoy")
        for event in self._h2.receive_data(data):
            stream = getattr(event, "stream_id", None)
            if isinstance(event, h2.events.ResponseReceived):
                headers = dict(event.headers)
                status = int(headers[b":status"])
                self._responses[stream] = Response(status, [h for h in event.headers if h[0] != b":status"])
            elif isinstance(event, h2.events.DataReceived):
                self._responses[stream].body += event.data
                self._h2.acknowledge_received_data(event.flow_controlled_length, stream)
            elif isinstance(event, (h2.events.StreamEnded, h2.events.StreamReset)):
                self._ended.add(stream)
        self._flush()


PROTOCOLS = {"h1": Http1, "h2": Http2}
