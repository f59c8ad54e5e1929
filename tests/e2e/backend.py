"""A raw HTTP/1.1 backend that records exactly what reached it, and when."""

import asyncio
import socket
import struct
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field

HEAD_LIMIT = 1 << 20

_loop = asyncio.new_event_loop()
threading.Thread(target=_loop.run_forever, name="backends", daemon=True).start()


@dataclass
class Seen:
    """One request as it arrived: header names, order and duplicates untouched."""

    method: str
    target: str
    headers: list
    first_byte_at: float
    body: bytes = b""
    trailers: list = field(default_factory=list)

    def values(self, name):
        return [value for key, value in self.headers if key.lower() == name.encode()]

    def value(self, name):
        """The only value of a header, or None; two of them is a failure in itself."""
        values = self.values(name)
        assert len(values) < 2, f"{name} arrived {len(values)} times: {values}"
        return values[0].decode("latin-1") if values else None

    def named(self, prefix):
        """The headers whose name starts so, - and _ being the same, as they are to a CGI backend."""
        return {
            key.decode("latin-1"): value.decode("latin-1")
            for key, value in self.headers
            if key.lower().replace(b"_", b"-").startswith(prefix.encode())
        }


@dataclass
class Answer:
    """What the backend says; `early` says it before it has read the body. With `trailers`, even none, the body goes in
    chunks. `missing` bytes that were announced never come, and `slowly` there is a pause before the last byte."""

    status: int = 200
    body: bytes = b'{"result":true}'
    headers: tuple = ()
    early: bool = False
    close: bool = False
    trailers: tuple | None = None
    missing: int = 0
    slowly: float = 0
    # Waits so long before it answers.
    seconds: float = 0
    # Resets the connection after so many bytes of the request's body, or of the answer.
    reset_at: int | None = None
    cut: int | None = None
    # Closes the connection after the answer without having said so.
    hang_up: bool = False
    # Tells in a header which post it answers.
    echo: bool = False

    def encode(self, seen):
        length = [b"content-length: %d" % (len(self.body) + self.missing)]
        framing = length if self.trailers is None else [b"transfer-encoding: chunked"]
        lines = [f"HTTP/1.1 {self.status} Whatever".encode(), *framing]
        lines += [name + b": " + value for name, value in self.headers]
        if self.close:
            lines.append(b"connection: close")
        if self.echo:
            lines.append(b"x-echo: " + b"".join(seen.values("x-kyc-requester-id")))
        return (b"\r\n".join(lines) + b"\r\n\r\n" + self._framed())[: self.cut]

    def _framed(self):
        if self.trailers is None:
            return self.body
        half = len(self.body) // 2
        chunks = [b"%x\r\n%s\r\n" % (len(chunk), chunk) for chunk in (self.body[:half], self.body[half:]) if chunk]
        return b"".join(chunks) + b"0\r\n" + b"".join(b"%s: %s\r\n" % pair for pair in self.trailers) + b"\r\n"

    async def write(self, writer, seen):
        sent = self.encode(seen)
        if self.slowly:
            writer.write(sent[:-1])
            await writer.drain()
            await asyncio.sleep(self.slowly)
            sent = sent[-1:]
        writer.write(sent)
        await writer.drain()


class Backend:
    def __init__(self):
        self.seen = []
        self.answer = Answer()
        # Comes before it, one for each request.
        self.turns = []
        self.port = 0
        self._connections = set()
        self._listen()

    def _listen(self):
        server = asyncio.start_server(self._serve, "127.0.0.1", self.port, limit=HEAD_LIMIT)
        self._server = asyncio.run_coroutine_threadsafe(server, _loop).result()
        self.port = self._server.sockets[0].getsockname()[1]

    def stop(self):
        _loop.call_soon_threadsafe(self._server.close)

    @contextmanager
    def down(self):
        """Nobody listens, and whatever was on its way is reset."""
        asyncio.run_coroutine_threadsafe(self._fall(), _loop).result()
        try:
            yield
        finally:
            self._listen()

    async def _fall(self):
        self._server.close()
        for writer in self._connections:
            writer.transport.abort()

    def only(self):
        assert len(self.seen) == 1, f"the backend saw {len(self.seen)} requests"
        return self.seen[0]

    @contextmanager
    def answering(self, answer):
        before, self.answer = self.answer, answer
        try:
            yield
        finally:
            self.answer = before

    async def _serve(self, reader, writer):
        self._connections.add(writer)
        try:
            while await self._exchange(reader, writer):
                pass
        except (asyncio.IncompleteReadError, ConnectionError):
            pass
        finally:
            self._connections.discard(writer)
            writer.close()

    async def _exchange(self, reader, writer):
        first = await reader.read(1)
        if not first:
            return False
        arrived = time.monotonic()
        request_line, *lines = (first + await reader.readuntil(b"\r\n\r\n")).split(b"\r\n")[:-2]
        method, target, _ = request_line.decode("latin-1").split(" ")
        seen = Seen(method, target, [_header(line) for line in lines], arrived)
        # Listed before its body is read, so that a request cut short is seen as well.
        self.seen.append(seen)
        answer = self.turns.pop(0) if self.turns else self.answer
        if answer.early:
            await answer.write(writer, seen)
        if answer.reset_at is not None:
            await reader.readexactly(answer.reset_at)
            return self._reset(writer)
        await self._read_body(reader, seen)
        await asyncio.sleep(answer.seconds)
        if not answer.early:
            await answer.write(writer, seen)
        if answer.cut is not None:
            return self._reset(writer)
        return not (answer.close or answer.hang_up or answer.missing)

    @staticmethod
    def _reset(writer):
        # Unread bytes, or these options, make the kernel send RST in place of FIN.
        writer.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        return False

    @staticmethod
    async def _read_body(reader, seen):
        if b"chunked" in seen.values("transfer-encoding"):
            while size := int(await reader.readline(), 16):
                seen.body += await reader.readexactly(size)
                await reader.readexactly(2)
            while (line := await reader.readline()) != b"\r\n":
                seen.trailers.append(_header(line.rstrip(b"\r\n")))
        elif length := seen.value("content-length"):
            seen.body = await reader.readexactly(int(length))


def _header(line):
    name, _, value = line.partition(b":")
    return name, value.strip(b" \t")
