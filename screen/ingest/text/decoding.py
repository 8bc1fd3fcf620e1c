"""Bytes of a file as text: unpacked within bounds, its encoding found, every line ended by a line feed."""

import gzip
import re
import zlib
from dataclasses import dataclass
from pathlib import Path

from screen.errors import InputError

_BLOCK = 1 << 22
_SMALL = 1 << 26
"""Bytes below which a file may have been packed as tightly as gzip can."""
_RATIO = 100
"""Text tables are packed 3 to 50 times smaller; more is a file made to fill the memory."""
_LETTERS = frozenset("–—‘’“”•…·äöüßéèêëáàâíîïóôúûçñøåÄÖÜÉαβγδκµμ°±®™")
"""Letters outside ASCII that texts on drugs and patients hold."""
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029]")
_CONTROL_SHARE = 0.01
_UTF8 = "utf-8-sig"
_BOMS = ((b"\xff\xfe\x00\x00", "utf-32"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))


@dataclass(frozen=True)
class Decoded:
    """The text of a file."""

    text: str
    """Lines end in a line feed; a carriage return is left only where it stands within a line."""
    encoding: str

    @property
    def notes(self) -> tuple[str, ...]:
        """What a user must know of the encoding."""
        if self.encoding == _UTF8:
            return ()
        if self.encoding.startswith("utf"):
            return (f"read as {self.encoding.upper()}",)
        return (f"not UTF-8: read as {self.encoding}, letters outside ASCII are doubtful",)


def read_bytes(path: Path, limit: int = -1) -> bytes:
    """The bytes of a file, decompressed when it is gzip.

    Raises
    ------
    InputError
        Cut or damaged, or packed more than a hundredfold (beyond 64 MiB).
    """
    try:
        if not is_gzip(path):
            with path.open("rb") as plain:
                return plain.read(limit)
        with gzip.open(path) as packed:
            return packed.read(limit) if limit >= 0 else _unpacked(packed, path)
    except (EOFError, zlib.error, OSError) as fault:
        raise InputError(
            f"cannot be read to its end ({fault}): cut or damaged", where=str(path), remedy="fetch it again"
        ) from None


def is_gzip(path: Path) -> bool:
    """Whether a file begins like gzip."""
    with path.open("rb") as stream:
        return stream.read(2) == b"\x1f\x8b"


def _unpacked(packed: gzip.GzipFile, path: Path) -> bytes:
    most = max(_SMALL, _RATIO * path.stat().st_size)
    blocks, size = [], 0
    while block := packed.read(_BLOCK):
        size += len(block)
        if size > most:
            raise InputError(
                f"unpacks to more than {most:,} bytes, {_RATIO} times its size",
                where=str(path),
                remedy="is it the file you mean? unpack it yourself and look",
            )
        blocks.append(block)
    return b"".join(blocks)


def decode(raw: bytes, where: str, *, cut: bool = False) -> Decoded:
    """Text from bytes.

    Parameters
    ----------
    raw : the whole file, or its beginning
    cut : only the beginning: the last letter may be cut

    Raises
    ------
    InputError
        NUL bytes or many control characters: no text.
    """
    encoding = _wide(raw)
    if encoding is None and b"\x00" in raw:
        raise InputError("holds NUL bytes: not a text file", where=where, remedy="fetch it again, or save it as UTF-8")
    if encoding is None:
        text, encoding = _narrow(raw, cut)
    else:
        text = raw.decode(encoding, "replace" if cut else "strict").removeprefix("\ufeff")
    if not cut and encoding != _UTF8 and len(_CONTROLS.findall(text)) > _CONTROL_SHARE * len(text):
        raise InputError("mostly control characters: not a text file", where=where, remedy="fetch it again")
    return Decoded(_lines_ended(text), encoding)


def read_decoded(path: Path) -> Decoded:
    """The whole text of a file.

    Raises
    ------
    InputError
        Damaged, or no text.
    """
    return decode(read_bytes(path), str(path))


def printable(text: str) -> str:
    """Text with control characters as blanks; tabs and line ends stay."""
    return text if text.isascii() and text.isprintable() else _CONTROLS.sub(" ", text)


def _wide(raw: bytes) -> str | None:
    """UTF-16 or UTF-32 by its mark, or by every other byte being NUL."""
    marked = next((name for mark, name in _BOMS if raw.startswith(mark)), None)
    if marked or b"\x00" not in raw[:4096]:
        return marked
    even, odd = raw[:4096:2], raw[1:4096:2]
    if even.count(0) > 0.8 * len(even) and not odd.count(0):
        return "utf-16-be"
    return "utf-16-le" if odd.count(0) > 0.8 * len(odd) and not even.count(0) else None


def _narrow(raw: bytes, cut: bool) -> tuple[str, str]:
    try:
        return raw.decode(_UTF8), _UTF8
    except UnicodeDecodeError as fault:
        if cut and fault.start >= len(raw) - 4:
            return raw[: fault.start].decode(_UTF8), _UTF8
    # Mac Roman and Windows-1252 read any byte, one of them wrongly: the letters that result tell which.
    texts = {name: raw.decode(name, "replace") for name in ("cp1252", "mac_roman")}
    fit = {name: _fit(text) for name, text in texts.items()}
    best = "mac_roman" if fit["mac_roman"] > max(fit["cp1252"], 0) else "cp1252"
    return texts[best], best


def _fit(text: str) -> int:
    return sum(1 if letter in _LETTERS else -1 for letter in text if not letter.isascii())


def _lines_ended(text: str) -> str:
    if "\r" not in text:
        return text
    text = re.sub("\r+\n", "\n", text)
    return text if "\n" in text else text.replace("\r", "\n")
