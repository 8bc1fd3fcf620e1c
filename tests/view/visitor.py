"""The view as a visitor meets it: ``crescreen view`` in a process of its own, spoken to over a socket."""

import http.client
import os
import re
import select
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self
from urllib.parse import urlencode, urlsplit

STARTING = 120.0
"""Seconds that a loaded machine may take to start."""


@dataclass(frozen=True)
class Got:
    """One response."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


class View:
    """``crescreen view`` on a store, at a free port."""

    def __init__(self, store: Path, *words: str) -> None:
        command = [
            sys.executable,
            "-m",
            "screen.cli",
            "--store",
            str(store),
            "view",
            "--port",
            "0",
            "--no-open",
            *words,
        ]
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment)
        self.says = self._first_lines()
        found = re.search(r"http://127\.0\.0\.1:(\d+)/\?key=(\S+)", self.says)
        assert found, self.says
        self.port, self.key = int(found[1]), found[2]
        self.cookie = ""

    def __enter__(self) -> Self:
        self._enter()
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.communicate()

    def get(self, page: str, /, *, method: str = "GET", headers: dict[str, str] | None = None, **fields: object) -> Got:
        """A page of the view, with the cookie unless ``headers`` have another."""
        target = page + (f"?{urlencode({k: str(v) for k, v in fields.items()})}" if fields else "")
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=120)
        try:
            connection.request(method, target, headers={"Cookie": self.cookie, **(headers or {})})
            response = connection.getresponse()
            named = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, named, response.read())
        finally:
            connection.close()

    def end(self) -> str:
        """What it wrote on standard error until it was told to end."""
        self._process.terminate()
        return self._process.communicate(timeout=60)[1].decode()

    def _enter(self) -> None:
        until = time.monotonic() + STARTING
        while True:
            try:
                entered = self.get("/", key=self.key)
                break
            except ConnectionRefusedError:
                assert time.monotonic() < until
                time.sleep(0.1)
        assert entered.status == 200, entered.text
        self.cookie = entered.headers["set-cookie"].partition(";")[0]

    def _first_lines(self) -> str:
        assert self._process.stdout
        read, until = b"", time.monotonic() + STARTING
        while b"private window" not in read and time.monotonic() < until:
            if select.select([self._process.stdout], [], [], 1.0)[0]:
                more = os.read(self._process.stdout.fileno(), 65_536)
                if not more:
                    break
                read += more
        return read.decode()


def links(page: str) -> list[str]:
    """Addresses that a page of the view links to, of its own origin."""
    from html import unescape

    found = [unescape(one) for one in re.findall(r'href="([^"]+)"', page)]
    return [one for one in found if not urlsplit(one).scheme and not one.startswith("#")]
