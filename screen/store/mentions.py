"""Take an erased patient's id out of texts that quote it: names of files, options, notes."""

import json
import re
import secrets
from collections.abc import Iterable
from typing import Any

from screen.store import tables
from screen.store.database import Store

ERASED = "(erased)"
_LONG = 6
"""An id of as many signs is looked for inside words too; a shorter one stands alone, or it would be found anywhere."""


def unname(store: Store, ids: list[str]) -> set[str]:
    """Take these ids out of every text column declared in :mod:`screen.store.tables`. Call inside a transaction.

    Returns
    -------
    Ids of source files whose name or options quoted one: they carry a new id, since the old one was made from these.
    """
    pattern = mention(ids)
    renamed = set()
    for source, name, options in store.sql("SELECT source_id, name, options FROM source_files").rows():
        if pattern.search(name) or _without(options, pattern) != options:
            _rename_source(store, source)
            renamed.add(source)
    for table in tables.TABLES:
        for column in table.quotes:
            _take_out(store, table.name, column, pattern)
    return renamed


def _rename_source(store: Store, source: str) -> None:
    new = secrets.token_hex(8)
    holding = [table.name for table in tables.TABLES if table.kind == "source"] + ["source_files", "run_patients"]
    for name in (*holding, "evidence", "searched"):
        store.run(f"UPDATE {name} SET source_id = $new WHERE source_id = $old", new=new, old=source)


def mention(ids: Iterable[str]) -> re.Pattern[str]:
    """Finds these ids in a text, in any spelling."""
    forms = []
    for one in ids:
        parts = [re.escape(part) for part in re.split(r"[\W_]+", one) if part] or [re.escape(one)]
        form = r"[\W_]+".join(parts)
        forms.append(form if len(one) >= _LONG else rf"(?<![A-Za-z0-9]){form}(?![A-Za-z0-9])")
    return re.compile("|".join(forms), re.IGNORECASE)


def _take_out(store: Store, table: str, column: str, pattern: re.Pattern[str]) -> None:
    values = store.sql(f"SELECT DISTINCT {column} AS held FROM {table} WHERE {column} IS NOT NULL")["held"].to_list()
    for held in values:
        new = [_without(one, pattern) for one in held] if isinstance(held, list) else _without(held, pattern)
        if new != held:
            store.run(f"UPDATE {table} SET {column} = $new WHERE {column} = $held", new=new, held=held)


def _without(text: str, pattern: re.Pattern[str]) -> str:
    """A text without the ids; of JSON the strings alone, so that it stays JSON."""
    if text.startswith(("{", "[")) and pattern.search(text):
        try:
            return json.dumps(_cleaned(json.loads(text), pattern), sort_keys=True)
        except ValueError:
            pass
    return pattern.sub(ERASED, text)


def _cleaned(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, dict):
        return {pattern.sub(ERASED, name): _cleaned(held, pattern) for name, held in value.items()}
    if isinstance(value, list):
        return [_cleaned(held, pattern) for held in value]
    return pattern.sub(ERASED, value) if isinstance(value, str) else value
