"""On which kernels numbers were computed: another processor's give other last digits."""

import platform
from typing import Any


def kernels(device: str) -> str:
    """Processor kind, BLAS and its kernel, and the GPU where one computed, as a report prints it.

    Parameters
    ----------
    device : ``cpu`` or ``cuda``, settled
    """
    from threadpoolctl import threadpool_info

    found = sorted(
        f"{one['internal_api']} {one['architecture']}" for one in threadpool_info() if one.get("architecture")
    )
    words = [f"{platform.machine()} {_vectors()}".strip(), *dict.fromkeys(found)]
    if device == "cuda":
        import torch

        words.append(torch.cuda.get_device_name(0))
    return ", ".join(words)


def _vectors() -> str:
    """The newest instructions of this processor that numpy has kernels for."""
    import numpy as np

    known: dict[str, Any] = dict(np.show_config(mode="dicts")["SIMD Extensions"])
    return next((str(known[name][-1]) for name in ("found", "baseline") if known.get(name)), "")
