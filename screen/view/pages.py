"""Pages as HTML: templates of the view, and the reports' own within the view's frame."""

from collections.abc import Callable, Mapping
from functools import lru_cache

import polars as pl

from screen import indications, resources
from screen.errors import InputError
from screen.report.content.patient_sample import indication_of
from screen.report.formats.rendering import as_framed, environment
from screen.report.report_kinds import KINDS
from screen.untrusted_text import visible
from screen.view.addresses import WORDS, address, changed
from screen.view.cohort_map import cohort_map
from screen.view.drug_page import drug_page
from screen.view.home import command, home
from screen.view.plate_wells import plates
from screen.view.reading import Reading
from screen.view.search import search
from screen.view.shortlist_page import shortlist_page
from screen.view.table_kinds import TABLES, table_of
from screen.view.tables import Wanted, found, shown, wanted_of

Fields = Mapping[str, str]
Page = Callable[[Reading, Fields], str]
FRAMED = ("patient", "indication", "organoid", "drug", "lab")
"""Kinds of reports that are pages as they are."""
ASSETS = {
    "style.css": ("style.css", "text/css"),
    "organoid.css": ("organoid.css", "text/css"),
    "view.css": ("view/view.css", "text/css"),
    "tables.js": ("tables.js", "text/javascript"),
    "view.js": ("view/view.js", "text/javascript"),
    "lab.css": ("lab.css", "text/css"),
}
"""Name in an address -> file and type: no other file is handed out."""


@lru_cache
def asset(name: str) -> tuple[str, str]:
    """Text and type of a style sheet or script."""
    file, media = ASSETS[name]
    return (resources.folder("templates") / file).read_text(encoding="utf-8"), media


def page(template: str, **values: object) -> str:
    """A template of the view."""
    return environment(WORDS).get_template(f"view/{template}.html").render(to=address, changed=changed, **values)


def home_page(reading: Reading, _fields: Fields) -> str:
    """What is in the store, what is ranked, what is next."""
    return page("home", home=home(reading))


def search_page(reading: Reading, fields: Fields) -> str:
    """Patients, drugs and trials that hold a text."""
    return page("search", hits=search(reading, fields.get("q", "")))


def report_page(kind: str) -> Page:
    """The page of a report: its own sections, from its own record, within the view's frame."""

    def made(reading: Reading, fields: Fields) -> str:
        subject = required(fields, "id")
        return as_framed(
            reading.report(kind, subject),
            "view/frame.html",
            WORDS,
            to=address,
            commands=_commands(reading, kind, subject),
        )

    return made


def table_page(name: str) -> Page:
    """A page of a table."""

    def made(reading: Reading, fields: Fields) -> str:
        kind = table_of(name)
        return page("table", table=shown(kind, reading, wanted_of(kind, fields)))

    return made


def drug(reading: Reading, fields: Fields) -> str:
    """A drug: what it is, its scores over the patients, what is recorded of it."""
    about = drug_page(reading, required(fields, "id"))
    of_drug = {"drug": about.drug_id}
    scores, records = TABLES["scores"], TABLES["evidence"]
    return page(
        "drug",
        drug=about,
        scores=shown(scores, reading, wanted_of(scores, of_drug)) if about.scores else None,
        records=shown(records, reading, wanted_of(records, of_drug)) if about.records else None,
    )


def cohort(reading: Reading, fields: Fields) -> str:
    """A cohort's heat map, and the same patients as a table."""
    kind = TABLES["cohort"]
    table = shown(kind, reading, wanted_of(kind, fields))
    code = indications.require(required(fields, "indication"), "indication")
    return page("cohort", table=table, map=cohort_map(reading, code, table, fields.get("drugs") or "1"))


def wells(reading: Reading, fields: Fields) -> str:
    """The plates of a plan, a treatment lit, and its wells as a table."""
    kind, plan = TABLES["wells"], required(fields, "plan")
    drawn = plates(reading, plan, fields.get("treatment", ""))
    return page("plates", table=shown(kind, reading, wanted_of(kind, fields)), plates=drawn)


def shortlist(reading: Reading, fields: Fields) -> str:
    """Drugs chosen by hand, ending in a command line."""
    return page("shortlist", shortlist=shortlist_page(reading, fields))


def rows_of(reading: Reading, name: str, fields: Fields) -> tuple[Wanted, pl.DataFrame]:
    """What an address wants of a table and all rows that it does, for a download."""
    kind = table_of(name)
    wanted = wanted_of(kind, fields)
    return wanted, found(kind, kind.rows(reading, wanted.fields), wanted)


def fault_page(what: str, remedy: str | None) -> str:
    """What is wrong, and what to do about it."""
    return page("fault", what=visible(what), remedy=visible(remedy or ""))


def required(fields: Fields, name: str) -> str:
    """A field that an address has to have.

    Raises
    ------
    InputError
        It is not there.
    """
    value = fields.get(name, "")
    if not value:
        raise InputError(f"the address lacks ?{name}=", where="view", remedy="start from the first page, /")
    return value


def _commands(reading: Reading, kind: str, subject: str) -> list[str]:
    """How the same report is written as a file, and what comes after it."""
    if kind == "organoid":
        return []
    if kind == "lab":
        return [command(reading.store, "report", "lab", "--", subject)]
    made = [command(reading.store, "report", KINDS[kind].name, "--", subject)]
    if kind == "drug":
        return made
    if kind == "indication":
        return [*made, command(reading.store, "organoid", "plan", subject)]
    code = indication_of(reading.store, subject)
    return [*made, command(reading.store, "organoid", "plan", code, f"--patient={subject}")]


PAGES: dict[str, Page] = {
    "": home_page,
    "search": search_page,
    **{kind: report_page(kind) for kind in FRAMED},
    **{name: table_page(name) for name in TABLES},
    "drug": drug,
    "drug_report": report_page("drug"),
    "cohort": cohort,
    "wells": wells,
    "shortlist": shortlist,
}
"""By path."""
