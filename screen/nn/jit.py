"""Machine code from Python (numba), kept for the next process where there is a folder to keep it in."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

from numba import njit

Function = TypeVar("Function", bound=Callable[..., Any])


def compiled(function: Function) -> Function:
    """Compile at the first call; machine code is kept where numba finds a folder it may write to, else made anew.

    It is kept by the processor and the age of the function's file; ``NUMBA_CACHE_DIR`` names another folder.
    """
    try:
        made: Any = njit(nogil=True, cache=True)(function)
    except RuntimeError:
        made = njit(nogil=True)(function)
    return cast(Function, made)
