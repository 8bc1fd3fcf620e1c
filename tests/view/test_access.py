"""What the view refuses, each to a request that a browser or a program on this machine could send."""

import http.client
import re
import socket
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.report.content.glossary import RESEARCH_USE
from screen.settings import Settings
from screen.view import serve
from screen.view.access import HEADERS, LONGEST, Keys, allowed_hosts
from tests.view.visitor import View

PAGES = ("/", "/patients?indication=STAD", "/nothing", "/style.css", "/patients.csv?indication=STAD", "/patients")


def test_it_listens_at_loopback_alone(view: View) -> None:
    other = next((found[4][0] for found in socket.getaddrinfo(socket.gethostname(), None, socket.AF_INET)), "127.0.0.1")
    if str(other).startswith("127."):
        pytest.skip("NO OTHER ADDRESS: this machine has loopback alone, this check did not run")
    with pytest.raises(OSError, match="refused"):
        socket.create_connection((str(other), view.port), timeout=5)


@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{port}", "127.0.0.1", "127.0.0.1:1", "0.0.0.0:{port}", ""]
)
def test_a_name_that_is_not_the_views_is_refused(view: View, host: str) -> None:
    got = view.get("/", headers={"Host": host.format(port=view.port)})
    assert got.status == 421
    assert "STAD" not in got.text


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "[::1]"])
def test_each_name_of_loopback_is_taken(view: View, name: str) -> None:
    assert view.get("/", headers={"Host": f"{name}:{view.port}"}).status == 200


def test_two_host_headers_are_refused(view: View) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", view.port, timeout=60)
    connection.putrequest("GET", "/", skip_host=True)
    for host in (f"127.0.0.1:{view.port}", "evil.example"):
        connection.putheader("Host", host)
    connection.putheader("Cookie", view.cookie)
    connection.endheaders()
    assert connection.getresponse().status in (400, 421)
    connection.close()


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE"])
def test_only_reading_methods_are_taken(view: View, method: str) -> None:
    got = view.get("/", method=method)
    assert got.status == 405
    assert got.headers["allow"] == "GET, HEAD"


def test_head_is_taken(view: View) -> None:
    assert view.get("/", method="HEAD").status == 200


@pytest.mark.parametrize("page", PAGES)
def test_every_response_has_the_headers(view: View, page: str) -> None:
    headers = view.get(page).headers
    assert {name: headers.get(name) for name in HEADERS} == HEADERS
    assert not [name for name in headers if name.startswith("access-control")]
    assert "server" not in headers


def test_no_inline_script_or_style_sheet_is_allowed_and_nothing_from_elsewhere(view: View) -> None:
    rules = dict(rule.strip().split(" ", 1) for rule in HEADERS["content-security-policy"].split(";"))
    assert rules["default-src"] == rules["base-uri"] == rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == rules["style-src"] == rules["form-action"] == "'self'"


@pytest.mark.parametrize("page", PAGES)
def test_without_the_cookie_nothing_is_shown(view: View, page: str) -> None:
    for cookie in ("", f"crescreen-{view.port}=", f"crescreen-{view.port}=wrong", "crescreen-1=" + view.cookie[-10:]):
        got = view.get(page, headers={"Cookie": cookie})
        assert got.status == 403
        assert "STAD" not in got.text
        assert RESEARCH_USE in got.text


def test_a_wrong_key_is_refused_even_with_the_cookie(view: View) -> None:
    assert view.get("/", key="wrong").status == 403
    assert view.get("/", key="ü").status == 403


def test_the_key_gives_a_cookie_that_scripts_and_other_sites_do_not_get_and_leaves_the_address(view: View) -> None:
    got = view.get("/patients", key=view.key, indication="STAD", headers={"Cookie": ""})
    assert got.status == 200
    flags = got.headers["set-cookie"].lower()
    assert "httponly" in flags
    assert "samesite=strict" in flags
    assert f"crescreen-{view.port}=" in flags
    assert 'url=/patients?indication=STAD"' in got.text
    assert view.key not in got.text


def test_the_entrance_leads_nowhere_else(view: View) -> None:
    got = view.get("//evil.example/%5c", key=view.key)
    assert re.findall(r'url=([^"]*)"', got.text)[0].startswith("/evil.example")


def test_the_key_of_the_browsers_start_holds_once() -> None:
    keys = Keys()
    opened = keys.opened
    assert [keys.taken(opened), keys.taken(opened), keys.taken("")] == [True, False, False]
    assert [keys.taken(keys.printed), keys.taken(keys.printed)] == [True, True]


def test_another_sites_page_may_not_read(view: View) -> None:
    other = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors"}
    assert view.get("/patients.json", indication="STAD", headers=other).status == 403
    assert view.get("/", headers={"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate"}).status == 200
    assert (
        view.get("/", headers={"Origin": "https://evil.example"})
        .headers.keys()
        .isdisjoint({"access-control-allow-origin"})
    )


def test_addresses_and_their_fields_are_bounded(view: View) -> None:
    assert view.get("/search", q="x" * LONGEST).status == 414
    assert view.get("/search", q="x" * 201).status == 400
    assert view.get("/search", **{f"f{n}": 1 for n in range(9)}).status == 400
    assert view.get("/" + "x" * 100_000).status in (400, 414)


@pytest.mark.parametrize(
    "page",
    [
        "/../view.duckdb",
        "/%2e%2e/view.duckdb",
        "/..%2fview.duckdb",
        "/style.css/../../patient.html",
        "/view.duckdb",
        "/templates/patient.html",
        "/etc/passwd",
        "//etc/passwd",
        "/%00",
        "/style.css%00.html",
        "/patients.exe",
    ],
)
def test_no_address_becomes_a_file(view: View, page: str) -> None:
    assert view.get(page).status in (400, 404)


def test_hosts_are_loopback_and_the_address_bound() -> None:
    assert allowed_hosts("127.0.0.1", 5) == allowed_hosts("0.0.0.0", 5) == {"127.0.0.1:5", "localhost:5", "[::1]:5"}
    assert allowed_hosts("10.0.0.7", 5) - allowed_hosts("::", 5) == {"10.0.0.7:5"}


def test_another_address_is_said_to_be_open_to_others(filled_path: Path) -> None:
    with View(filled_path, "--host", "0.0.0.0") as running:
        assert "--host 0.0.0.0: other machines can reach it" in running.says
        assert running.get("/").status == 200
        assert running.get("/", headers={"Host": f"evil.example:{running.port}"}).status == 421


def test_a_port_in_use_and_an_address_that_is_none_are_one_error(filled_path: Path, view: View) -> None:
    with pytest.raises(InputError, match=f"port {view.port}"):
        serve(Settings(store=filled_path), port=view.port, browse=False)
    with pytest.raises(InputError, match="no IP address"):
        serve(Settings(store=filled_path), host="example.org", browse=False)
