"""What a file is that cannot be read as a table, and what to do about it."""

import re
import zipfile

from screen.errors import InputError
from screen.ingest.file_head import Head

_PACKED = {"bzip2": "bunzip2", "xz": "unxz", "zstandard": "unzstd", "7z": "7z x", "rar": "unrar x"}
_OTHER = {
    "workbook": ("an Excel workbook", "save the sheet as csv"),
    "xls": ("an Excel workbook of the old form (xls) or another Office file", "save the sheet as xlsx or csv"),
    "pdf": ("a PDF document", "take the table out of it as csv"),
    "bam": ("aligned reads (BAM)", "count them first: STAR, featureCounts, salmon"),
    "r-data": ("data of R (rds, RData)", "write it in R: write.csv(x, 'file.csv')"),
    "pickle": ("data of Python (pickle)", "write it in Python: frame.to_csv('file.csv')"),
    "sqlite": ("an SQLite database", "export the table as csv"),
    "parquet": ("a parquet file", "save it as csv"),
    "hdf5": ("an HDF5 file", "save the table as csv"),
}


def not_a_table(head: Head) -> InputError:
    """The complaint about a file that is no table, as far as its beginning tells what it is instead."""
    what, remedy = _what(head)
    return InputError(what, where=str(head.path), remedy=remedy)


def _what(head: Head) -> tuple[str, str]:
    if head.magic == "zip":
        return f"a zip archive{_members(head)}, not a table", f"unpack it (unzip {head.path.name}) and give the files"
    if head.magic in _PACKED:
        return f"packed with {head.magic}", f"unpack it: {_PACKED[head.magic]} {head.path.name}"
    if head.magic in _OTHER:
        what, remedy = _OTHER[head.magic]
        return f"{what}, not a table that can be read here", remedy
    if head.raw[257:262] == b"ustar":
        return "a tar archive, not a table", f"unpack it: tar xf {head.path.name}"
    if re.match(r"\s*<(?:!doctype html|html)", head.text, re.IGNORECASE):
        return "an HTML page, not the data", "the download met a web page: fetch the file itself"
    return "not recognised: the content fits no kind of file known", (
        "name its kind with --as; `crescreen sources` lists the kinds"
    )


def _members(head: Head) -> str:
    try:
        with zipfile.ZipFile(head.path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        return ""
    return f" of {', '.join(names[:3])}{' ...' if len(names) > 3 else ''}" if names else ""
