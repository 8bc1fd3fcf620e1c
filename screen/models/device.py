"""Whether to score on a GPU."""

import os
import sysconfig
from pathlib import Path
from shutil import which

from screen.errors import InputError, no_gpu


def on_gpu(requested: str, *, builds: bool = False) -> bool:
    """Whether to score on a GPU.

    Parameters
    ----------
    requested : ``auto``, ``cpu`` or ``cuda``
    builds : it takes a kernel that triton builds

    Raises
    ------
    InputError
        Asked for a GPU, and there is none, or triton has no C compiler here.
    """
    if requested == "cuda" and not _has_gpu():
        raise no_gpu()
    if requested == "cuda" and builds and not can_build():
        raise InputError(
            "triton finds no C compiler with Python's headers to start its kernels with",
            where="--device",
            remedy="install gcc and python3-dev, or leave --device out",
        )
    return requested == "cuda" or (requested == "auto" and _has_gpu() and (not builds or can_build()))


def can_build() -> bool:
    """Whether there is what triton builds with."""
    compiler = os.environ.get("CC") or which("gcc") or which("clang")
    return compiler is not None and Path(sysconfig.get_config_var("INCLUDEPY"), "Python.h").is_file()


def _has_gpu() -> bool:
    """Whether torch sees one; torch is only loaded where the system shows a device."""
    if not any(Path("/dev").glob(pattern) for pattern in ("nvidia[0-9]*", "dxg")):
        return False
    import torch

    return torch.cuda.is_available()
