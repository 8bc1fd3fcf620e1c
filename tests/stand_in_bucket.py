"""A stand-in for an object store's server: objects in memory, on this machine alone."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class _Handler(BaseHTTPRequestHandler):
    objects: dict[str, bytes]

    def log_message(self, *_: object) -> None:
        """Nothing is printed."""

    def do_PUT(self) -> None:
        """Store an object."""
        self.objects[self.path] = self.rfile.read(int(self.headers["Content-Length"]))
        self._reply(200, b"", {"ETag": '"e"'})

    def do_HEAD(self) -> None:
        """What an object is."""
        self.do_GET()

    def do_GET(self) -> None:
        """An object or a range of it."""
        content = self.objects.get(self.path)
        if content is None:
            self._reply(404, b"<Error><Code>NoSuchKey</Code></Error>", {})
            return
        span = re.fullmatch(r"bytes=(\d*)-(\d*)", self.headers.get("Range", ""))
        if span is None:
            self._reply(200, content, {"ETag": '"e"'})
            return
        first = int(span[1]) if span[1] else max(0, len(content) - int(span[2]))
        end = int(span[2]) + 1 if span[1] and span[2] else len(content)
        end = min(end, len(content))
        extent = f"bytes {first}-{end - 1}/{len(content)}"
        self._reply(206, content[first:end], {"ETag": '"e"', "Content-Range": extent})

    def _reply(self, status: int, content: bytes, headers: dict[str, str]) -> None:
        self.send_response(status)
        stamp = {"Last-Modified": "Fri, 27 Nov 2026 00:00:00 GMT", "Content-Length": str(len(content))}
        for name, value in (stamp | headers).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(content)


@contextmanager
def bucket(objects: dict[str, bytes]) -> Iterator[str]:
    """Serve these objects (``/bucket/key`` -> content); the address of the server."""
    handler = type("Handler", (_Handler,), {"objects": objects})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
