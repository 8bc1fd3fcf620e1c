"""Protocol ``alignment``: every composition of the zoo on the cell lines and the patients of one indication.

Before alignment stand the genes, after it the shared codes; ``ae`` and ``dsn`` are the twins that nothing aligns.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from screen.errors import InputError
from screen.evaluate import Row
from screen.evaluate.alignment import alignment_rows
from screen.evaluate.panel import Panel
from screen.learn.composition import ZOO
from screen.progress import Progress
from screen.records import Floats
from screen.settings import Settings, Training
from screen.tasks import complete, cores

PROTOCOL = "alignment"
MEASURED = tuple(name for name, composition in ZOO.items() if composition.network != "none")
_LABEL = "aligning"
_SECONDS = 120.0


@dataclass(frozen=True)
class Task:
    """One composition to be aligned; expression only."""

    model: str
    lines: Floats
    """L x g."""
    patients: Floats
    """P x g."""
    training: Training
    seed: int

    @property
    def key(self) -> str:
        """16 hex digits over the content: same inputs, same file."""
        import torch

        words = (torch.__version__, asdict(ZOO[self.model]), asdict(self.training), self.seed)
        digest = hashlib.sha256(json.dumps(words, sort_keys=True).encode())
        for array in (self.lines, self.patients):
            digest.update(f"{array.shape}".encode() + np.ascontiguousarray(array).tobytes())
        return digest.hexdigest()[:16]


def aligned_rows(panel: Panel, models: Sequence[str], settings: Settings, work: Path, progress: Progress) -> list[Row]:
    """Rows of protocol ``alignment``; codes that were found before are read from ``work``.

    Parameters
    ----------
    models : names of the zoo; none: all that learn a code before responses

    Raises
    ------
    InputError
        A model learns no code of its own, or no indication was named.
    """
    from safetensors.numpy import load_file

    if panel.indication is None:
        raise InputError("alignment is with the patients of an indication", where="evaluate alignment",
                         remedy="name one: crescreen evaluate alignment CODE")
    unknown = [name for name in models if name not in MEASURED]
    if unknown:
        raise InputError(f"{unknown[0]} aligns nothing", where="--models", remedy=f"known: {', '.join(MEASURED)}")
    lines = panel.frame.scale(panel.lines.take(panel.measured))
    tasks = [Task(name, lines, panel.scaled_patients, settings.training, settings.seed) for name in models or MEASURED]
    files = [work / f"alignment-{task.key}.safetensors" for task in tasks]
    missing = {file: task for file, task in zip(files, tasks, strict=True) if not file.exists()}
    work.mkdir(parents=True, exist_ok=True)
    progress(_LABEL, len(tasks) - len(missing), len(tasks))
    for done, _ in enumerate(complete(_content, missing, cores(settings.workers), settings.cluster, _SECONDS), 1):
        progress(_LABEL, len(tasks) - len(missing) + done, len(tasks))
    genes, domain = np.concatenate((lines, panel.scaled_patients)), np.arange(len(lines) + len(panel.patients))
    return [row for file, task in zip(files, tasks, strict=True) for row in alignment_rows(
        genes, load_file(file)["codes"], domain >= len(lines), model=task.model, indication=panel.indication,
        seed=settings.seed)]


def _content(task: Task) -> bytes:
    import torch
    from safetensors.numpy import save

    from screen.learn.align import Domains, align
    from screen.nn.determinism import one_thread, seeded

    with one_thread(), seeded(task.seed):
        X, P = (torch.from_numpy(np.ascontiguousarray(each, np.float32)) for each in (task.lines, task.patients))
        encoder = align(Domains((X,), (P,)), ZOO[task.model], task.training, task.seed)
        with torch.inference_mode():
            codes = encoder(torch.cat((X, P))[None])[0].numpy()
    content: bytes = save({"codes": np.ascontiguousarray(codes)})
    return content
