"""The view as files: the same pages in one folder, for a share without a server.

Every link leads to a file beside it, so that the folder may be moved, and opened from a disk. What needs the store when
it is clicked, search, filter, other orders of rows, comparisons, the shortlist, is not there; whole tables lie beside
as csv, json, parquet and xlsx. Everything is written into a draft beside the folder, which takes its place at the end.
"""

import json
import os
import re
import shlex
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape, unescape
from pathlib import Path

import markupsafe

from screen import indications
from screen.errors import InputError, ScreenError
from screen.report.content.glossary import RESEARCH_USE
from screen.report.content.provenance import current_run
from screen.settings import Settings
from screen.tasks.progress import Progress, silent
from screen.view import pages
from screen.view.downloads import as_file
from screen.view.reading import Reading, reading
from screen.view.remembered import Remembered
from screen.view.site_addresses import SiteAddresses, Target
from screen.view.table_kinds import TABLES

MARK = "site.json"
"""A folder that holds it was written here and may be written anew."""
_LINK = re.compile(r' (?P<name>href|src)="(?P<address>/[^"]*)"')
_FORM = re.compile(r"<form\b.*?</form>", re.DOTALL)
_ROWS = re.compile(r"<span>.*?</span>", re.DOTALL)
_SEARCH = "<span>A copy in files: without search, filter and shortlist.</span>"


@dataclass(frozen=True)
class Site:
    """What was written."""

    index: str
    indications: tuple[str, ...]
    patients: int
    files: int
    megabytes: float


def report_site(settings: Settings, codes: Sequence[str], out: Path, progress: Progress = silent) -> Site:
    """Write the pages of indications and all their patients into a folder; one that was written here is replaced.

    The store is open for reading all the while: a command that writes waits.

    Parameters
    ----------
    codes : none: every indication that is ranked

    Raises
    ------
    InputError
        The folder holds something else.
    StoreError
        An indication is not ranked.
    """
    _require_site(out)
    for left in out.parent.glob(f".{out.name}.*.draft"):
        if not Path("/proc", left.name.split(".")[-2]).exists():
            shutil.rmtree(left, ignore_errors=True)  # of a call that was killed
    draft = out.with_name(f".{out.name}.{os.getpid()}.draft")
    draft.mkdir(parents=True)
    try:
        with reading(settings, Remembered()) as open_reading:
            site = _write(open_reading, _codes(open_reading, codes), draft, out, progress)
        _put_in_place(draft, out)
    finally:
        shutil.rmtree(draft, ignore_errors=True)
    return site


def _write(open_reading: Reading, codes: tuple[str, ...], draft: Path, out: Path, progress: Progress) -> Site:
    patients = [one for code in codes for one in _patients(open_reading, code)]
    addresses = SiteAddresses(frozenset(codes), frozenset(patients))
    roots = [Target("", "", ()), *(Target("patient", "", (("id", one),)) for one in patients)]
    waiting, known, size, written = list(roots), set(roots), 0, 0
    while waiting:
        target = waiting.pop(0)
        content = _content(open_reading, target)
        if not target.form:
            content, leads = _as_file(content.decode(), addresses)
            new = [one for one in dict.fromkeys(leads) if one not in known]
            known.update(new)
            waiting += new
        (draft / addresses.file(target)).write_bytes(content)
        size, written = size + len(content), written + 1
        progress("writing pages", written, len(known))
    about = {"purpose": RESEARCH_USE, "indications": codes, "patients": len(patients), "files": written}
    (draft / MARK).write_text(json.dumps(about, indent=1) + "\n", "utf-8")
    return Site(str(out / "index.html"), codes, len(patients), written, round(size / 2**20, 1))


def _content(open_reading: Reading, target: Target) -> bytes:
    name = f"{target.page}.{target.form}"
    if name in pages.ASSETS:
        return pages.asset(name)[0].encode()
    try:
        if target.form:
            wanted, rows = pages.rows_of(open_reading, target.page, target.values)
            return as_file(TABLES[target.page], rows, wanted, target.form)
        return _without_folder(pages.PAGES[target.page](open_reading, target.values), open_reading.store.path).encode()
    except ScreenError as fault:
        return pages.fault_page(fault.what, fault.remedy).encode()


def _without_folder(text: str, store: Path) -> str:
    """Commands name the store without the folders it lies in: who reads a copy has others."""
    full, name = (str(markupsafe.escape(shlex.quote(str(one)))) for one in (store, store.name))
    return text.replace(full, name)


def _as_file(text: str, addresses: SiteAddresses) -> tuple[bytes, list[Target]]:
    """A page whose links lead to files beside it, and what they lead to; other links and all forms are taken out."""
    leads: list[Target] = []

    def turned(found: re.Match[str]) -> str:
        target = addresses.target(unescape(found["address"]))
        if target is None:
            return ""
        leads.append(target)
        return f' {found["name"]}="{escape(addresses.file(target), quote=True)}"'

    return _LINK.sub(turned, _FORM.sub(_without_form, text)).encode(), leads


def _without_form(found: re.Match[str]) -> str:
    """What a form says besides its fields: the number of rows and their files, or that there is no search."""
    if 'role="search"' in found[0]:
        return _SEARCH
    rows = _ROWS.search(found[0])
    return f'<p class="filter">{rows[0]}</p>' if rows else ""


def _codes(open_reading: Reading, requested: Sequence[str]) -> tuple[str, ...]:
    if requested:
        codes = tuple(dict.fromkeys(indications.require(code, "report site") for code in requested))
    else:
        found = open_reading.store.sql("SELECT indication FROM current_runs ORDER BY indication")["indication"]
        codes = tuple(found.to_list())
    for code in codes:
        current_run(open_reading.store, code)
    return codes


def _patients(open_reading: Reading, code: str) -> Iterator[str]:
    run = current_run(open_reading.store, code).run_id
    yield from open_reading.store.sql(
        "SELECT patient_id FROM run_patients WHERE run_id = $run ORDER BY patient_id", run=run
    )["patient_id"]


def _require_site(out: Path) -> None:
    if out.exists() and not (out / MARK).is_file() and (not out.is_dir() or any(out.iterdir())):
        raise InputError(
            "holds something else than a site written by this command",
            where=str(out),
            remedy="name an empty folder, or one that is not there: crescreen report site --out FOLDER",
        )


def _put_in_place(draft: Path, out: Path) -> None:
    """The draft in the folder's place; a call killed between the two renames leaves the old one beside, as ``.old``."""
    old = out.with_name(f".{out.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    if out.exists():
        out.rename(old)
    draft.rename(out)
    shutil.rmtree(old, ignore_errors=True)
