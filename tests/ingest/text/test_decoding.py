"""Bytes to text: unpacked within bounds, encodings told apart, lines ended."""

import gzip
from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest.text import decoding
from screen.ingest.text.decoding import decode, read_bytes


@pytest.mark.parametrize(
    ("raw", "text", "encoding"),
    [
        (b"a\r\nb\r\n", "a\nb\n", "utf-8-sig"),
        (b"a\rb\r", "a\nb\n", "utf-8-sig"),
        (b"a\r\r\nb", "a\nb", "utf-8-sig"),
        (b"a\rb\nc", "a\rb\nc", "utf-8-sig"),
        (b"\xef\xbb\xbfa", "a", "utf-8-sig"),
        ("ä–b".encode("mac_roman"), "ä–b", "mac_roman"),
        ("Cétuximab".encode("cp1252"), "Cétuximab", "cp1252"),
        ("a\tb".encode("utf-16"), "a\tb", "utf-16"),
        ("a\tb\n".encode("utf-16-be"), "a\tb\n", "utf-16-be"),
    ],
)
def test_text_is_found(raw: bytes, text: str, encoding: str) -> None:
    found = decode(raw, "f")
    assert (found.text, found.encoding) == (text, encoding)
    assert bool(found.notes) == (encoding != "utf-8-sig")


@pytest.mark.parametrize("raw", [b"a\x00b,c", bytes(range(256)), b"\x01\x02\x03\xff\x80" * 40])
def test_what_is_no_text(raw: bytes) -> None:
    with pytest.raises(InputError, match=r"NUL|control"):
        decode(raw, "f")


def test_a_letter_cut_at_the_end_of_a_look_is_no_fault() -> None:
    assert decode("aä".encode()[:-1], "f", cut=True).encoding == "utf-8-sig"


def test_a_file_that_unpacks_without_end_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_SMALL", 1000)
    (tmp_path / "f.gz").write_bytes(gzip.compress(b"0" * 10_000_000))
    with pytest.raises(InputError, match="unpacks to more than"):
        read_bytes(tmp_path / "f.gz")


@pytest.mark.parametrize("damage", [lambda raw: raw[:-20], lambda raw: raw[:50] + b"\xff\xff\xff" + raw[53:]])
def test_a_damaged_gzip_is_one_error(tmp_path: Path, damage: object) -> None:
    (tmp_path / "f.gz").write_bytes(damage(gzip.compress(bytes(range(256)) * 50)))  # type: ignore[operator]
    with pytest.raises(InputError, match="cut or damaged"):
        read_bytes(tmp_path / "f.gz")
