"""Which addresses of the view a folder of files holds, and what their files are called."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from screen.report.file_names import safe_name
from screen.view.downloads import MEDIA
from screen.view.pages import ASSETS
from screen.view.table_kinds import TABLES

WHOLE = ("unscored", "evidence", "plans", "results", "curves", "figures")
"""Tables of which the first page is taken, and all rows as files."""
TURNED = {"patients": ("indication",), "cohort": ("indication", "drugs"), "drugs": ("indication",)}
"""Tables of which every page is taken, with the fields that they heed."""
SUBJECTS = ("patient", "indication", "drug", "organoid", "lab")
"""Pages of one subject, its id in the field ``id``."""
_LONGEST = 100
"""Characters of a file's name, without its ending."""


@dataclass(frozen=True)
class Target:
    """One page or file of the view."""

    page: str
    """Empty: the first page."""
    form: str
    """Empty: a page, else the ending of a download."""
    fields: tuple[tuple[str, str], ...]

    @property
    def values(self) -> dict[str, str]:
        """The fields of its address."""
        return dict(self.fields)


@dataclass
class SiteAddresses:
    """From addresses to the files of one site."""

    codes: Collection[str]
    """Indications that it holds."""
    patients: Collection[str]
    """Their patients."""
    _names: dict[Target, str] = field(default_factory=dict)
    _taken: set[str] = field(default_factory=set)

    def target(self, address: str) -> Target | None:
        """What an address of the view leads to; ``None`` where the site does not hold it."""
        parts = urlsplit(address)
        page, _, form = parts.path.removeprefix("/").partition(".")
        fields = dict(parse_qsl(parts.query))
        if parts.path.removeprefix("/") in ASSETS:
            return Target(page, form, ()) if not fields else None
        if (form and form not in MEDIA) or fields.pop("q", ""):
            return None
        if page in TABLES and fields.get("sort", TABLES[page].sort) == TABLES[page].sort:
            fields.pop("sort", None)
        if form or fields.get("page") == "1":
            fields.pop("page", None)
        if fields.get("drugs") == "1":
            fields.pop("drugs")
        return Target(page, form, tuple(sorted(fields.items()))) if self._holds(page, form, fields) else None

    def _holds(self, page: str, form: str, fields: Mapping[str, str]) -> bool:
        if page == "":
            return not fields and not form
        if page in WHOLE:
            return not fields
        if page in TURNED:
            of_all = page == "drugs" and "indication" not in fields
            return set(fields) <= {*TURNED[page], "page"} and (of_all or fields.get("indication") in self.codes)
        if page == "wells":
            return set(fields) == {"plan"}
        if form or page not in SUBJECTS or set(fields) != {"id"}:
            return False
        limits = {"patient": self.patients, "indication": self.codes}
        return page not in limits or fields["id"] in limits[page]

    def file(self, target: Target) -> str:
        """The name of its file, beside all others; told apart from every other one where letters' case is ignored."""
        if target not in self._names:
            name = self._free(target)
            self._taken.add(name.lower())
            self._names[target] = name
        return self._names[target]

    def _free(self, target: Target) -> str:
        if not target.page:
            return "index.html"
        if f"{target.page}.{target.form}" in ASSETS:
            return f"{target.page}.{target.form}"
        subject = ".".join(
            value if name in ("id", "indication", "plan") else name + value for name, value in target.fields
        )
        name = (safe_name(target.page, subject) if subject else target.page)[:_LONGEST]
        ending = target.form or "html"
        if f"{name}.{ending}".lower() in self._taken:
            digest = hashlib.sha256(repr(target).encode()).hexdigest()[:8]
            name = f"{name[: _LONGEST - 9]}-{digest}"
        return f"{name}.{ending}"
