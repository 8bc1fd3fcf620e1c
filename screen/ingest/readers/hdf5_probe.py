"""Read an HDF5 file to its end in a process of its own: the library can loop for ever over a damaged one."""

import subprocess
import sys
from functools import lru_cache
from pathlib import Path

from screen.errors import InputError

_SECONDS = 30.0
_SECONDS_A_MEGABYTE = 0.2
_WALK = """
import sys, h5py
def read(name, item):
    dict(item.attrs)
    if isinstance(item, h5py.Dataset):
        step = max(1, 1_000_000 // max(1, item.size // max(1, item.shape[0]))) if item.shape else 1
        for start in range(0, item.shape[0] if item.shape else 1, step):
            item[start:start + step] if item.shape else item[()]
with h5py.File(sys.argv[1], "r") as file:
    dict(file.attrs)
    file.visititems(read)
    print(" ".join(sorted(file)))
"""


def top_groups(path: Path) -> list[str]:
    """Names at the root of an HDF5 file that can be read to its end.

    Raises
    ------
    InputError
        It cannot, or not within half a minute and a fifth of a second a megabyte.
    """
    return list(_top_groups(path, path.stat().st_size, path.stat().st_mtime_ns))


@lru_cache(maxsize=16)
def _top_groups(path: Path, _size: int, _changed: int) -> tuple[str, ...]:
    # Looked at to be recognised and again to be read.
    bound = _SECONDS + _SECONDS_A_MEGABYTE * path.stat().st_size / 1e6
    try:
        done = subprocess.run(
            [sys.executable, "-c", _WALK, str(path)], capture_output=True, text=True, timeout=bound, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputError(
            f"damaged: it cannot be read to its end within {bound:.0f} seconds",
            where=str(path),
            remedy="fetch it again",
        ) from None
    if done.returncode:
        fault = (done.stderr.strip().splitlines() or [f"reading it ended with {done.returncode}"])[-1]
        raise InputError(
            f"not a whole AnnData file: {fault}",
            where=str(path),
            remedy="fetch it again, or write it with a current anndata",
        )
    return tuple(done.stdout.split())
