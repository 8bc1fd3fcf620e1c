"""Same seed, same numbers: one thread for sums, a private random state."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from screen.errors import no_gpu

if TYPE_CHECKING:
    import torch


@contextmanager
def one_thread() -> Iterator[None]:
    """torch and BLAS on one thread: sums over several depend on how many there are."""
    import torch
    from threadpoolctl import threadpool_limits

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        with threadpool_limits(1):
            yield
    finally:
        torch.set_num_threads(before)


@contextmanager
def seeded(seed: int) -> "Iterator[torch.Generator]":
    """torch's global random state set to ``seed`` and put back afterwards; a generator of its own beside it."""
    import torch

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        yield torch.Generator().manual_seed(seed)


def device_of(requested: str) -> "torch.device":
    """``auto`` takes CUDA where there is one; what was requested is looked for where the work is done."""
    import torch

    if requested == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(requested)


def usable(requested: str) -> "torch.device":
    """As :func:`device_of`, on the machine that works.

    Raises
    ------
    InputError
        CUDA was requested, and there is none.
    """
    import torch

    device = device_of(requested)
    if device.type == "cuda" and not torch.cuda.is_available():
        raise no_gpu()
    return device
