"""Serve the view on this machine until it is interrupted."""

import ipaddress
import os
import socket
import sys
import webbrowser
from collections.abc import Callable

from screen.errors import InputError
from screen.settings import Settings
from screen.store import open_store
from screen.view.access import KEY, Keys, allowed_hosts
from screen.view.application import application

PORT = 8787
LOOPBACK = "127.0.0.1"
READERS = 64
"""Connections at once; a further one is told to come back."""


def serve(
    settings: Settings,
    host: str = LOOPBACK,
    port: int = PORT,
    *,
    browse: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> None:
    """Show the store in a browser until an interrupt.

    Parameters
    ----------
    host : an IP address of this machine, or localhost; any but loopback lets others reach the view
    port : 0 takes a free one
    browse : start the browser, where there is a screen
    say : takes each line for the person who started it

    Raises
    ------
    InputError
        No such address or port here, or another program has the port.
    StoreError
        The store cannot be opened.
    """
    import uvicorn

    with open_store(settings.store):
        pass  # what is wrong with the store is said now, not on each page
    keys, bound = Keys(), _bind(host, port)
    port = bound.getsockname()[1]
    for line in _greeting(host, port, keys):
        say(line)
    if browse and _has_screen():
        webbrowser.open(_address(host, port, keys.opened))
    pages = application(settings, allowed_hosts(host, port), keys)
    # No access log: addresses hold patients' ids.
    config = uvicorn.Config(
        pages,
        http="h11",
        ws="none",
        loop="asyncio",
        lifespan="off",
        access_log=False,
        log_level="error",
        server_header=False,
        proxy_headers=False,
        limit_concurrency=READERS,
        timeout_graceful_shutdown=2,
    )
    with bound:
        uvicorn.Server(config).run(sockets=[bound])


def _bind(host: str, port: int) -> socket.socket:
    where = LOOPBACK if host == "localhost" else host
    try:
        family = socket.AF_INET6 if ipaddress.ip_address(where).version == 6 else socket.AF_INET
    except ValueError:
        raise InputError(
            f"{host[:80]!r} is no IP address", where="--host", remedy="leave it out, or give one such as 0.0.0.0"
        ) from None
    made = socket.socket(family)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        made.bind((where, port))
    except (OSError, OverflowError) as fault:
        made.close()
        raise InputError(
            f"cannot listen at {host}, port {port}: {getattr(fault, 'strerror', None) or fault}",
            where="--port",
            remedy="take another port, or any free one: crescreen view --port 0",
        ) from None
    return made


def _greeting(host: str, port: int, keys: Keys) -> list[str]:
    lines = [f"the view, until Ctrl-C: {_address(host, port, keys.printed)}"]
    if host != "localhost" and not ipaddress.ip_address(host).is_loopback:
        lines.append(
            f"--host {host}: other machines can reach it, unencrypted, and whoever has the address with its key reads "
            "every patient in the store"
        )
    lines.append(
        "addresses of pages hold patients' ids, and a browser's history has them afterwards: on a shared machine use "
        "a private window"
    )
    return lines


def _address(host: str, port: int, key: str) -> str:
    name = LOOPBACK if host == "localhost" or ipaddress.ip_address(host).is_unspecified else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}/?{KEY}={key}"


def _has_screen() -> bool:
    return sys.platform in ("darwin", "win32") or bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))
