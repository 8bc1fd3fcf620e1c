"""Parquet in object stores (``s3://``, ``gs://``, ``az://``), read and written by polars; nothing is fetched unasked.

Credentials and endpoints come from the environment, by the names that the providers' tools use (``AWS_REGION``,
``AWS_ENDPOINT_URL``, ``GOOGLE_SERVICE_ACCOUNT``, ...).
"""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from screen.errors import InputError

if TYPE_CHECKING:
    import polars as pl

_REMOTE = re.compile(r"^(s3a?|gs|gcs|az|abfss?|adl):/+")
_TRIES: dict[str, Any] = {"max_retries": 2}
_LONGEST = 300


def address(place: Path) -> str | None:
    """The address of an object, of a path such as ``s3:/bucket/name``; None for a file of this machine.

    A path has lost one of the two slashes.

    >>> address(Path("s3://bucket/a.parquet"))
    's3://bucket/a.parquet'
    >>> address(Path("/data/a.parquet")) is None
    True
    """
    text = place.as_posix()
    return _REMOTE.sub(r"\1://", text) if _REMOTE.match(text) else None


def here(place: Path) -> Path:
    """The absolute path of a file of this machine; the address of an object stays as it is."""
    return place if address(place) else place.absolute()


def scan(place: Path) -> "pl.LazyFrame":
    """A Parquet file of this machine or of an object store, unread."""
    import polars as pl

    return pl.scan_parquet(place if (remote := address(place)) is None else remote, storage_options=_options(place))


def write(frame: "pl.DataFrame", place: Path) -> None:
    """Write Parquet into an object store: it is there whole or not at all.

    Raises
    ------
    InputError
        Not Parquet, or the store refuses it or cannot be reached.
    """
    remote = address(place)
    if remote is None or place.suffix != ".parquet":
        raise InputError(
            f"{place.name!r} cannot be written into an object store",
            where=remote or str(place),
            remedy="end the name with .parquet",
        )
    with refusals(place):
        frame.write_parquet(remote, storage_options=_options(place))


@contextmanager
def refusals(place: Path) -> Iterator[None]:
    """What an object store refuses becomes one ``InputError`` with its words; of a file of this machine, nothing."""
    import polars as pl

    remote = address(place)
    try:
        yield
    except (OSError, ValueError, pl.exceptions.PolarsError) as fault:
        if remote is None:
            raise
        raise InputError(
            f"the object store does not give it: {_words(fault)}",
            where=remote,
            remedy="check the name, the network and the credentials in the environment (AWS_*, GOOGLE_*, AZURE_*)",
        ) from None


def _options(place: Path) -> dict[str, Any] | None:
    return dict(_TRIES) if address(place) else None


def _words(fault: Exception) -> str:
    first = (str(fault).strip().splitlines() or [type(fault).__name__])[0]
    return first.removeprefix("object-store error: ")[:_LONGEST]
