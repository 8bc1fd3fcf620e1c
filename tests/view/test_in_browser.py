"""Ten tasks in a browser, each in at most three clicks; a clean console; nothing asked of anybody else."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import pytest

from tests.report.browser import Browser
from tests.view.visitor import View

PATIENT = "SYN-BRCA-003"
_LOADS = 60.0


@dataclass
class Reader:
    """A person at the browser: opens the first page, clicks on what can be read, presses keys."""

    browser: Browser
    view: View
    clicks: int = 0
    opened: list[str] = field(default_factory=list)

    def open(self, page: str, /, **fields: str) -> None:
        """A page by its address; the count of clicks starts anew."""
        self.clicks = 0
        self._go(f"{page}{'?' if fields else ''}{urlencode(fields)}")

    def enter(self) -> None:
        """By the address printed at the start."""
        self.browser.call("Page.navigate", url=f"http://127.0.0.1:{self.view.port}/?key={self.view.key}")
        self._wait("location.search === '' && document.querySelector('nav.bar') !== null")

    def click(self, text: str, within: str = "body", *, leaves: bool = True) -> None:
        """The first link, button or summary that says so."""
        at = self.browser.value(
            f"""(() => {{
              const all = [...document.querySelectorAll({json.dumps(within)} + " :is(a, button, summary)")];
              const one = all.find((e) => e.textContent.trim() === {json.dumps(text)})
                ?? all.find((e) => e.textContent.includes({json.dumps(text)}));
              if (!one) return null;
              one.scrollIntoView({{ block: "center" }});
              window.left = true;
              const box = one.getClientRects()[0];
              return [box.x + box.width / 2, box.y + box.height / 2, one.tagName];
            }})()"""
        )
        assert at, f"nothing to click on says {text!r} at {self.browser.value('location.href')}"
        self.clicks += 1
        for kind in ("mousePressed", "mouseReleased"):
            self.browser.call("Input.dispatchMouseEvent", type=kind, x=at[0], y=at[1], button="left", clickCount=1)
        if leaves and at[2] != "SUMMARY":
            self._wait("window.left === undefined && document.readyState === 'complete'")

    def type(self, field_name: str, text: str) -> None:
        """Into the field of this name."""
        self.browser.value(f"document.querySelector('main [name={field_name}], nav [name={field_name}]').focus()")
        self.browser.call("Input.insertText", text=text)

    @property
    def text(self) -> str:
        """What can be read."""
        return str(self.browser.value("document.body.innerText"))

    def _go(self, target: str) -> None:
        self.browser.value("window.left = true")
        self.browser.call("Page.navigate", url=f"http://127.0.0.1:{self.view.port}{target}")
        self._wait("window.left === undefined && document.readyState === 'complete'")

    def _wait(self, until: str) -> None:
        end = time.monotonic() + _LOADS
        while True:
            try:
                if self.browser.value(until):
                    return
            except RuntimeError:
                pass  # between two pages
            assert time.monotonic() < end, (until, self.browser.value("location.href"))
            time.sleep(0.05)


@pytest.fixture(scope="module")
def reader(view: View, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    """Somebody who has entered the view."""
    with Browser(tmp_path_factory.mktemp("browser")) as browser:
        one = Reader(browser, view)
        one.enter()
        yield one


@pytest.fixture(autouse=True)
def quiet(reader: Reader) -> Iterator[None]:
    """No error on the console and no request to anybody else, in whichever test."""
    reader.browser.events.clear()
    reader.browser.requested.clear()
    yield
    assert [one for one in reader.browser.events if one["method"] != "Network.loadingFailed"] == []
    ours = f"127.0.0.1:{reader.view.port}"
    others = {one for one in reader.browser.requested if urlsplit(one).netloc != ours and not one.startswith("data:")}
    assert others == set()


def test_which_patients_stand_out_for_an_approved_parp_inhibitor(reader: Reader) -> None:
    reader.open("/")
    reader.type("q", "olaparib")
    reader.click("Find")
    reader.click("Olaparib", "main")
    assert "stands out" in reader.text
    assert "SYN-BRCA" in reader.text
    assert reader.clicks <= 3


def test_is_a_trial_recruiting_for_this_drug_here(reader: Reader) -> None:
    reader.open("/")
    reader.click("Evidence", "nav")
    reader.type("q", "recruiting BRCA")
    reader.click("Filter")
    assert "BRCA" in reader.text
    assert "Recruiting" in reader.text or "No row holds these words" in reader.text
    assert reader.clicks <= 3


def test_why_is_this_drug_not_scored(reader: Reader) -> None:
    reader.open("/")
    reader.click("Not scored", "nav")
    assert "structure" in reader.text
    assert reader.clicks <= 3


def test_what_speaks_against_the_first_drug_of_this_patient_and_how_sure_its_score_is(reader: Reader) -> None:
    reader.open("/")
    reader.click("patients", "main")
    reader.click("SYN-", "main table")
    assert "What speaks against" in reader.text or "What to watch" in reader.text
    assert "90%" in reader.text
    assert reader.clicks <= 3


def test_in_which_indications_a_compound_stands_out(reader: Reader) -> None:
    reader.open("/")
    reader.click("Drugs", "nav")
    reader.type("q", "olaparib")
    reader.click("Filter")
    assert {"BRCA", "STAD"} <= set(reader.text.split())
    assert reader.clicks <= 3


def test_which_drugs_share_its_mechanism(reader: Reader) -> None:
    reader.open("/")
    reader.type("q", "olaparib")
    reader.click("Find")
    reader.click("Olaparib", "main")
    reader.click("drugs of this mechanism")
    assert "Niraparib" in reader.text
    assert reader.clicks <= 3


def test_where_on_the_plate_is_a_treatment(reader: Reader) -> None:
    reader.open("/")
    plan = json.loads(reader.view.get("/plans.json").text)["rows"][0]["plan_id"]
    reader.click("Plans", "nav")
    reader.click(plan, "main")
    reader.click("its plates, well by well")
    assert reader.clicks <= 3
    lit = "document.querySelectorAll('#plates td.lit').length"
    assert reader.browser.value(lit) == 0
    reader.browser.value("document.querySelector('#plates td[data-treatment] a').focus()")
    assert reader.browser.value(lit) > 2


def test_the_table_seen_is_downloaded(reader: Reader, tmp_path: Path) -> None:
    reader.browser.call("Page.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    reader.open("/drugs", q="mtor")
    reader.click("csv", leaves=False)
    assert reader.clicks == 1
    end = time.monotonic() + _LOADS
    while not (found := list(tmp_path.glob("*.csv"))):
        assert time.monotonic() < end
        time.sleep(0.05)
    assert found[0].read_bytes() == reader.view.get("/drugs.csv", q="mtor", sort="-higher").body


def test_two_patients_are_compared(reader: Reader) -> None:
    reader.open("/patient", id=PATIENT)
    reader.type("other", "SYN-STAD-004")
    reader.click("Compare")
    assert "Two patients compared" in reader.text
    assert "SYN-STAD-004" in reader.text
    assert reader.clicks == 1


def test_the_map_and_the_table_below_light_up_together(reader: Reader) -> None:
    reader.open("/cohort", indication="STAD")
    reader.browser.value("document.querySelector('#heat tbody tr th a').focus()")
    assert reader.browser.value("document.querySelectorAll('table.grid tr.lit').length") == 1
    assert reader.browser.value("document.querySelectorAll('#heat tr.lit').length") == 1


def test_keys_alone_lead_to_the_page_and_through_it(reader: Reader) -> None:
    reader.open("/")
    reader.browser.press("Tab")
    assert reader.browser.value("document.activeElement.textContent") == "To the page"
    assert reader.browser.value("getComputedStyle(document.activeElement).position") == "static"
    reader.browser.press("Tab")
    assert reader.browser.value("document.activeElement.closest('nav') !== null")


ADDRESSES = (
    "/",
    "/drugs",
    "/unscored",
    "/evidence",
    "/plans",
    "/results",
    "/curves",
    "/figures",
    "/shortlist?indication=BRCA&add=olaparib",
    "/search?q=SYN",
    "/patients?indication=STAD",
    "/cohort?indication=STAD",
    "/patient?id=SYN-BRCA-003",
    "/indication?id=BRCA",
)


@pytest.mark.parametrize("width", [1280, 400])
def test_no_page_is_wider_than_the_screen_and_every_control_has_a_name(reader: Reader, width: int) -> None:
    call = reader.browser.call
    call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 600)
    wide, nameless = [], []
    for address in ADDRESSES:
        reader.open(address)
        if reader.browser.value("document.documentElement.scrollWidth") > width:
            wide.append(address)
        if reader.browser.value(NAMELESS):
            nameless.append(address)
    call("Emulation.clearDeviceMetricsOverride")
    assert (wide, nameless) == ([], [])


NAMELESS = """[...document.querySelectorAll('a, button, input:not([type=hidden]), select')].filter(
  (e) => !(e.textContent.trim() || e.getAttribute('aria-label') || e.labels?.length)).length
  + (document.querySelectorAll('h1').length !== 1) + (document.querySelectorAll('main').length !== 1)
  + (new Set([...document.querySelectorAll('[id]')].map((e) => e.id)).size
     !== document.querySelectorAll('[id]').length)"""
