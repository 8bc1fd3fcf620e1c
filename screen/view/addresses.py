"""Where each page is: links by query fields, so that an id may hold any character and never becomes a path."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from screen.report.content import glossary
from screen.report.report_kinds import KINDS


def address(page: str, form: str = "", /, **fields: object) -> str:
    """``/page.form?field=value``; fields without a value are left out.

    >>> address("patients", "csv", indication="STAD", q="", page=1)
    '/patients.csv?indication=STAD&page=1'
    """
    given = {name: str(value) for name, value in fields.items() if value not in (None, "")}
    return f"/{page}{f'.{form}' if form else ''}{'?' if given else ''}{urlencode(given)}"


class LinkedWords:
    """The glossary, where a drug's link leads to its page in the view."""

    def __getattr__(self, name: str) -> Any:
        return getattr(glossary, name)

    def drug_link(self, drug_id: str) -> str:
        """Address of the drug's page."""
        return address("drug", id=drug_id)

    def subject_field(self, kind: str) -> str:
        """The field of a report's data that names its subject in an address."""
        return KINDS[kind].subject_field


WORDS = LinkedWords()


def changed(fields: Mapping[str, object], **new: object) -> dict[str, object]:
    """Fields of an address with some of them changed; a new sort or filter begins at the first page."""
    return {**fields, "page": None, **new}
