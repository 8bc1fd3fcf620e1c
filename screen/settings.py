"""Every decision a user may change, read once in ``cli.py`` and printed in every report."""

import tomllib
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Any, Literal

from screen.errors import InputError


@dataclass(frozen=True)
class Training:
    """How a model is fitted. Defaults were set on cell lines alone."""

    model: str = "pair-gp"
    """What is trained: ``pair-gp`` or a network of the zoo, such as ``dsn-adv``. The rule that chose the default is in
    MODELS.md."""
    dataset: str = ""
    """Response dataset; empty takes the one with most pairs among those measured as AUC."""
    head: Literal["binary", "regression"] = "regression"
    """Binary: AUC below the median of the lineage. Regression: AUC itself."""
    folds: int = 5
    """Groups of cell lines; one member of the ensemble is trained without each."""
    seeds: int = 2
    hidden: tuple[int, int] = (512, 256)
    code: int = 128
    """Width of the shared and of each private code (DeepCRE, Methods)."""
    align_with: Literal["indication", "all"] = "indication"
    """Patients of the indication (tumour-type adaptive), or of every indication in the same source."""
    align_epochs: int = 40
    """Passes over the cell lines: reconstruction and orthogonality only."""
    adversarial_epochs: int = 20
    """Passes with the alignment loss: the critic (WGAN-GP) of DSN-adv, or that of another model."""
    orthogonality: float = 0.1
    """Weight of the mean squared overlap of shared and private codes."""
    mmd: float = 1.0
    """Weight of the maximum mean discrepancy, for the models that are aligned by it."""
    adversarial_rate: float = 1e-4
    critic_steps: int = 5
    """Critic steps before each step of the encoders."""
    gradient_penalty: float = 10.0
    align_batch: int = 64
    align_rate: float = 1e-3
    tune_epochs: int = 40
    encoder_rate: float = 1.2e-3
    """Learning rate at its height; it falls to nought over the epochs, as the head's does."""
    head_rate: float = 1.2e-2
    tune_lines: int = 16
    """Cell lines a step; each brings all its measured drugs."""
    gene_dropout: float = 0.5
    """Share of a line's genes left out of a fine-tuning step."""
    dropout: float = 0.1
    average: float = 0.98
    """Fine-tuned weights are a running average over steps; this is what it keeps of itself at each."""
    patience: int = 20
    """Epochs without a better validation loss before fine-tuning ends."""
    weight_decay: float = 1e-2
    """Of every optimiser but those with a critic."""


@dataclass(frozen=True)
class Ranking:
    """The decisions the papers leave open (see the README)."""

    library: Literal["trained", "screened", "all"] = "trained"
    """Which drugs are scored: measured in the model's data set, in any data set, or every structure."""
    efficient_fraction: float = 0.05
    """EDP: the best ceil(fraction x scored drugs) of each patient."""
    efficient_by: Literal["score", "selective"] = "score"
    indication_drugs: int = 10
    """EDI: this many drugs with most efficient patients; ties at the last rank all enter."""
    gene_coverage_floor: float = 0.8
    """A profile with a smaller share of the model's genes is refused."""
    excluded_drugs: tuple[str, ...] = ()
    """Left out of Qualified (names), listed with the reason."""


@dataclass(frozen=True)
class Cluster:
    """Where tasks run: training members, evaluation folds, shards of a library."""

    kind: Literal["local", "slurm"] = "local"
    """Local: processes of this machine. SLURM: job arrays, results in the folder beside the store."""
    partition: str = ""
    """Empty takes the cluster's default."""
    minutes: int = 20
    """Of work in one job: small tasks are grouped. SLURM ends a job after six times that."""
    cores: int = 1
    """Of a job."""
    memory_gib: int = 8
    """Of a job."""
    options: tuple[str, ...] = ()
    """Further options of sbatch, as ``account=lab``."""


@dataclass(frozen=True)
class Settings:
    """All settings of one invocation."""

    store: Path = Path("crescreen.duckdb")
    seed: int = 0
    device: Literal["auto", "cpu", "cuda"] = "auto"
    workers: int = 0
    """Processes for training; 0 takes one per core."""
    training: Training = field(default_factory=Training)
    ranking: Ranking = field(default_factory=Ranking)
    cluster: Cluster = field(default_factory=Cluster)

    @property
    def work(self) -> Path:
        """Folder beside the store where unfinished training waits to be resumed."""
        return self.store.with_name(f"{self.store.name}.work")

    def changed(
        self, *, seeds: int | None = None, cluster: Literal["local", "slurm"] | None = None, **changes: Any
    ) -> "Settings":
        """A copy with some fields changed; ``seeds`` is a field of training, ``cluster`` its kind."""
        training = self.training if seeds is None else replace(self.training, seeds=seeds)
        where = self.cluster if cluster is None else replace(self.cluster, kind=cluster)
        return replace(self, training=training, cluster=where, **changes)

    def printed(self) -> dict[str, Any]:
        """What a report prints: the decisions, without paths."""
        return {"seed": self.seed, "training": asdict(self.training), "ranking": asdict(self.ranking)}


def read_settings(path: Path | None) -> Settings:
    """Settings from a TOML file with the fields of this module, tables ``[training]``, ``[ranking]``, ``[cluster]``."""
    if path is None:
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError("no such settings file", where=str(path), remedy="check --settings") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise InputError(f"not a TOML file: {fault}", where=str(path)) from None
    training: Training = _section(Training, given.pop("training", {}), path)
    ranking: Ranking = _section(Ranking, given.pop("ranking", {}), path)
    cluster: Cluster = _section(Cluster, given.pop("cluster", {}), path)
    top: Settings = _section(Settings, given, path)
    return replace(top, store=Path(top.store), training=training, ranking=ranking, cluster=cluster)


def _section(kind: type[Any], values: Any, path: Path) -> Any:
    names = {f.name for f in fields(kind)}
    unknown = sorted(set(values) - names) if isinstance(values, dict) else [str(values)]
    if unknown:
        raise InputError(
            f"unknown setting {unknown[0]!r}", where=str(path), remedy=f"known here: {', '.join(sorted(names))}"
        )
    return kind(**{k: tuple(v) if isinstance(v, list) else v for k, v in values.items()})
