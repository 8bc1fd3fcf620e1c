"""Machine code from Python (numba), stored for the next process under a hash of the sources that it is made from.

numba itself tells old machine code from new by the age of the one file that a function stands in; what that function
calls in other files may have changed all the same.
"""

import hashlib
import importlib.util
import os
import re
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar, cast

from numba import config, njit

_NUMBA: Any = config
Function = TypeVar("Function", bound=Callable[..., Any])

_IMPORTS = re.compile(r"^(?:from|import) (screen\.[\w.]+)", re.MULTILINE)
_PACKAGE = Path(__file__).parents[1]


def compiled(function: Function) -> Function:
    """Compile at the first call; machine code is stored where there is a folder to write to, else made anew.

    It is stored by the processor and by the hash of the function's module and of all that this module imports of ours.
    ``NUMBA_CACHE_DIR`` names another folder.
    """
    folder = _folder(sources_digest(function.__module__))
    if folder is None:
        return cast(Function, njit(nogil=True)(function))
    before = _NUMBA.CACHE_DIR
    _NUMBA.CACHE_DIR = str(folder)
    try:
        made: Any = njit(nogil=True, cache=True)(function)
    except RuntimeError:  # a function without a file that numba could name machine code by
        made = njit(nogil=True)(function)
    finally:
        _NUMBA.CACHE_DIR = before
    return cast(Function, made)


@cache
def sources_digest(module: str) -> str:
    """16 hex digits over the source of a module and of every module of ours that it leads to."""
    found: dict[str, bytes] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        source = _source(name)
        if name not in found and source is not None:
            found[name] = source
            waiting += _IMPORTS.findall(source.decode("utf-8"))
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(f"{name} {len(found[name])}\n".encode() + found[name])
    return digest.hexdigest()[:16]


def _source(module: str) -> bytes | None:
    try:
        spec = importlib.util.find_spec(module)
    except (ModuleNotFoundError, ValueError):
        return None
    there = spec is not None and spec.origin is not None and Path(spec.origin).is_file()
    return Path(str(spec.origin)).read_bytes() if spec is not None and there else None


def _folder(digest: str) -> Path | None:
    """The first folder that can be written to: the user's choice, beside the package's byte code, the user's cache."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    chosen = [Path(_NUMBA.CACHE_DIR)] if _NUMBA.CACHE_DIR else []
    for base in (*chosen, _PACKAGE / "__pycache__", home / "crescreen"):
        folder = base / f"machine-code-{digest}"
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError:
            continue
        if os.access(folder, os.W_OK):
            return folder
    return None
