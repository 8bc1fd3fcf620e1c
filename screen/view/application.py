"""The web application: a path to a page, a fault to a page that says what to do, nothing that writes."""

import logging
from collections.abc import Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp

from screen.errors import InputError, ScreenError, StoreBusy
from screen.report.formats.rendering import as_html, file_name
from screen.report.record_data import as_json
from screen.settings import Settings
from screen.view import pages
from screen.view.access import Guard, Keys
from screen.view.downloads import MEDIA, as_file, headers
from screen.view.reading import Reading, reading
from screen.view.remembered import Remembered, state_of
from screen.view.table_kinds import TABLES

_LOG = logging.getLogger("screen.view")
_MANY = 8
"""Fields of an address."""
Endpoint = Callable[[Request], Response]
Handler = Callable[[Reading, dict[str, str]], Response]


def application(settings: Settings, hosts: frozenset[str], keys: Keys) -> ASGIApp:
    """The view of a store.

    Parameters
    ----------
    hosts : names that a request may give this machine, see :func:`screen.view.access.allowed_hosts`
    keys : of this start
    """
    remembered = Remembered()

    def route(path: str, handler: Handler) -> Route:
        return Route(path, _endpoint(settings, remembered, handler), methods=["GET"])

    routes = [Route(f"/{name}", _asset, methods=["GET"]) for name in pages.ASSETS]
    routes += [route(f"/{name}", _html(name, page)) for name, page in pages.PAGES.items()]
    routes += [route(f"/{name}.{form}", _table(name, form)) for name in TABLES for form in MEDIA]
    routes += [route(f"/{kind}.{form}", _report(kind, form)) for kind in pages.FRAMED for form in ("html", "json")]
    return Guard(Starlette(routes=routes, exception_handlers={HTTPException: _no_page}), hosts, keys)


def _endpoint(settings: Settings, remembered: Remembered, handler: Handler) -> Endpoint:
    """A handler with the store open; a plain function, which Starlette runs in a thread of its own."""

    def answer(request: Request) -> Response:
        try:
            fields = dict(request.query_params)
            if len(fields) > _MANY:
                raise InputError(
                    f"{len(fields)} fields in the address", where="view", remedy=f"at most {_MANY} are read"
                )
            # A page made before costs no look into the store; after any write to its file it is made anew.
            key = _page_key(request.scope["path"].removeprefix("/"), fields)
            if held := remembered.held(state_of(Path(settings.store)), key):
                return HTMLResponse(held)
            with reading(settings, remembered) as open_reading:
                return handler(open_reading, fields)
        except StoreBusy:
            return _fault(
                "A run is writing to the store; pages come back when it is done.",
                "Load this page again in a moment.",
                503,
            )
        except InputError as fault:
            return _fault(fault.what, fault.remedy, 400)
        except ScreenError as fault:
            return _fault(fault.what, fault.remedy, 404)
        except Exception as fault:
            # An id may stand in the address and in the fault's words: neither goes into a log.
            _LOG.error("%s on the page %s", type(fault).__name__, request.scope["path"])
            return _fault("Something went wrong on this page.", "The other pages are not touched by it.", 500)

    return answer


def _html(name: str, page: pages.Page) -> Handler:
    def answer(reading: Reading, fields: dict[str, str]) -> Response:
        key = _page_key(name, fields)
        return HTMLResponse(reading.remembered.get(reading.state, key, lambda: page(reading, fields)))

    return answer


def _page_key(name: str, fields: dict[str, str]) -> tuple[object, ...]:
    return ("page", name, *sorted(fields.items()))


def _table(name: str, form: str) -> Handler:
    def answer(reading: Reading, fields: dict[str, str]) -> Response:
        wanted, rows = pages.rows_of(reading, name, fields)
        kind = TABLES[name]
        return Response(
            as_file(kind, rows, wanted, form), media_type=MEDIA[form], headers=headers(kind, wanted.fields, form)
        )

    return answer


def _report(kind: str, form: str) -> Handler:
    def answer(reading: Reading, fields: dict[str, str]) -> Response:
        record = reading.report(kind, pages.required(fields, "id"))
        text = as_html(record) if form == "html" else as_json(record)
        name = file_name(record, form)
        media = "text/html" if form == "html" else MEDIA["json"]
        return Response(text, media_type=media, headers={"content-disposition": f'attachment; filename="{name}"'})

    return answer


def _asset(request: Request) -> Response:
    text, media = pages.asset(request.scope["path"].lstrip("/"))
    return Response(text, media_type=media)


def _no_page(_request: Request, fault: Exception) -> Response:
    status = fault.status_code if isinstance(fault, HTTPException) else 500
    return _fault("There is no such page.", "Start from the first page, or search.", status)


def _fault(what: str, remedy: str | None, status: int) -> Response:
    return HTMLResponse(pages.fault_page(what, remedy), status)
