"""Who may read what the view shows: this machine, by the names it has, with the key of this start; and never write.

Any page open in a browser can send requests to this machine, and a name of its own can be made to lead here (DNS
rebinding): so each request has to name the view by an address of its own, and to bring the cookie that the address
printed at the start gives in exchange for its key. What is answered is stored nowhere, framed nowhere and passed on
to nobody.
"""

import ipaddress
import secrets
from dataclasses import dataclass, field
from html import escape
from urllib.parse import parse_qs, urlencode

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from screen.report.content.glossary import RESEARCH_USE

HEADERS = {
    "content-security-policy": (
        "default-src 'none'; style-src 'self'; style-src-attr 'unsafe-inline'; script-src 'self'; "
        "img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "no-referrer",
    "cache-control": "no-store",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
"""Of every response, refusals too. Style attributes are the widths of columns; no style sheet or script is inline."""
LONGEST = 2048
"""Characters of a path with its query."""
KEY = "key"
"""Query field of the address printed at the start."""
_LOOPBACK = ("127.0.0.1", "localhost", "[::1]")


@dataclass
class Keys:
    """The secrets of one start."""

    printed: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """In the address printed: for the person at the terminal, as often as needed."""
    opened: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """In the address the browser is started with, which others may see among the processes: it holds once."""
    cookie: str = field(default_factory=lambda: secrets.token_urlsafe(24))
    """What either is exchanged for."""

    def taken(self, key: str) -> bool:
        """Whether a key holds; that of the browser's start is used up by it."""
        if self.opened and _same(key, self.opened):
            self.opened = ""
            return True
        return _same(key, self.printed)


def allowed_hosts(host: str, port: int) -> frozenset[str]:
    """Names of this machine that a request may give: those of loopback, and the address bound if it is one."""
    address = f"[{host}]" if ":" in host else host
    named = () if host == "localhost" or ipaddress.ip_address(host).is_unspecified else (address,)
    return frozenset(f"{name}:{port}" for name in (*_LOOPBACK, *named))


class Guard:
    """Stands before the pages: what it refuses reaches none of them.

    Parameters
    ----------
    pages : the application behind
    hosts : rows of :func:`allowed_hosts`
    keys : of this start
    """

    def __init__(self, pages: ASGIApp, hosts: frozenset[str], keys: Keys) -> None:
        self._pages = pages
        self._hosts = hosts
        self._keys = keys
        port = min(hosts).rpartition(":")[2]
        self._cookie = f"crescreen-{port}"  # cookies do not tell ports apart

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        answered = self._refusal(Request(scope)) or self._pages
        await answered(scope, receive, _with_headers(send))

    def _refusal(self, request: Request) -> Response | None:
        if request.method not in ("GET", "HEAD"):
            response = _plain(405, "The view is for reading: it takes GET and HEAD.")
            response.headers["allow"] = "GET, HEAD"
            return response
        if request.headers.getlist("host") == [] or {h.lower() for h in request.headers.getlist("host")} - self._hosts:
            return _plain(421, "This address is not the view's: open the one printed at its start.")
        if len(request.scope["path"]) + len(request.scope["query_string"]) > LONGEST:
            return _plain(414, f"The address is longer than {LONGEST} characters.")
        if (
            request.headers.get("sec-fetch-site") == "cross-site"
            and request.headers.get("sec-fetch-mode") != "navigate"
        ):
            return _plain(403, "Another site's page may not read the view.")
        return self._without_key(request)

    def _without_key(self, request: Request) -> Response | None:
        fields = parse_qs(request.scope["query_string"].decode("latin-1"), keep_blank_values=True)
        key = fields.pop(KEY, None)
        if key is not None and self._keys.taken(key[-1]):
            return self._entrance(request.scope["path"], fields)
        if key is None and _same(request.cookies.get(self._cookie, ""), self._keys.cookie):
            return None
        return _plain(403, "The view opens with the address printed at its start, with its key.")

    def _entrance(self, path: str, fields: dict[str, list[str]]) -> Response:
        """The cookie, and on to the address without the key.

        A redirect would count as begun by whatever opened the browser, and the cookie would stay behind.
        """
        rest = urlencode(fields, doseq=True)
        target = escape("/" + path.lstrip("/\\") + (f"?{rest}" if rest else ""), quote=True)
        response = HTMLResponse(
            f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>crescreen</title>'
            f'<link rel="icon" href="data:,">'
            f'<meta http-equiv="refresh" content="0; url={target}"></head>'
            f'<body><p><a href="{target}">Open the view</a></p><p>{RESEARCH_USE}</p></body></html>'
        )
        response.set_cookie(self._cookie, self._keys.cookie, httponly=True, samesite="strict", path="/")
        return response


def _plain(status: int, says: str) -> Response:
    return Response(f"{says}\n\n{RESEARCH_USE}\n", status, media_type="text/plain")


def _same(one: str, other: str) -> bool:
    return secrets.compare_digest(one.encode(), other.encode())


def _with_headers(send: Send) -> Send:
    async def sending(message: Message) -> None:
        if message["type"] == "http.response.start":
            added = [(name.encode(), value.encode()) for name, value in HEADERS.items()]
            message = {**message, "headers": [*message.get("headers", ()), *added]}
        await send(message)

    return sending
