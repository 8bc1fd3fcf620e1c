"""Every decision a user may change: read once for a command, checked, and printed in every report."""

import tomllib
from dataclasses import asdict, field, replace
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import AfterValidator, BeforeValidator, Field
from pydantic.dataclasses import dataclass

from screen.errors import InputError
from screen.settings.field_checks import STRICT, Allowed, explained

T = TypeVar("T")

Count = Annotated[int, Field(ge=1, le=1_000_000)]
Epochs = Annotated[int, Field(ge=0, le=1_000_000)]
Width = Annotated[int, Field(ge=1, le=65_536)]
Rate = Annotated[float, Field(gt=0, le=10)]
Weight = Annotated[float, Field(ge=0, le=1_000_000)]
Share = Annotated[float, Field(ge=0, lt=1)]
Part = Annotated[float, Field(gt=0, le=1)]
Seed = Annotated[int, Field(ge=0, le=2**31 - 1)]
Name = Annotated[str, Field(min_length=1, max_length=500), Allowed("a name")]


def _usable(path: Path) -> Path:
    if path == Path() or "\0" in str(path):
        raise ValueError("no path of a file")
    return path


_RESERVED = ("array", "chdir", "error", "job-name", "open-mode", "output", "parsable", "signal", "wait", "wrap")
"""Options of sbatch that crescreen sets itself, or that would run another command than its tasks."""


def _not_reserved(option: str) -> str:
    # sbatch takes the beginning of an option's name for the option.
    name = option.removeprefix("--").split("=", 1)[0]
    if any(one.startswith(name) for one in _RESERVED):
        raise ValueError("set by crescreen")
    return option


def _one_or_several(names: Any) -> Any:
    # Settings files of before name a single data set.
    return (names,) * bool(names) if isinstance(names, str) else names


@explained("settings", "training.{}".format)
@dataclass(frozen=True, config=STRICT)
class Training:
    """How a model is fitted. Defaults were set on cell lines alone."""

    model: Name = "pair-gp"
    """What is trained: ``pair-gp`` or a network, such as ``dsn-adv``. The rule that chose the default is in
    MODELS.md."""
    dataset: str = ""
    """Response dataset; empty takes the one with most pairs among those measured as AUC."""
    expression: Annotated[tuple[Name, ...], BeforeValidator(_one_or_several), Allowed("names of data sets")] = ()
    """Expression data sets of the cell lines; none takes all. Several are brought to one scale, gene by gene."""
    head: Literal["binary", "regression"] = "regression"
    """Binary: AUC below the median of the lineage. Regression: AUC itself."""
    folds: Annotated[int, Field(ge=2, le=50)] = 5
    """Groups of cell lines; one member of the ensemble is trained without each."""
    seeds: Annotated[int, Field(ge=1, le=100)] = 2
    """Members a fold, of a network: each starts from another seed."""
    hidden: tuple[Width, Width] = (512, 256)
    """Widths of the hidden layers of each encoder."""
    code: Width = 128
    """Width of the shared and of each private code (DeepCRE, Methods)."""
    align_with: Literal["indication", "all"] = "indication"
    """Patients of the indication (tumour-type adaptive), or of every indication in the same source."""
    align_epochs: Epochs = 40
    """Passes over the cell lines: reconstruction and orthogonality only."""
    adversarial_epochs: Epochs = 20
    """Passes with the alignment loss: the critic (WGAN-GP) of DSN-adv, or that of another model."""
    orthogonality: Weight = 0.1
    """Weight of the mean squared overlap of shared and private codes."""
    mmd: Weight = 1.0
    """Weight of the maximum mean discrepancy, for the models that are aligned by it."""
    adversarial_rate: Rate = 1e-4
    """Learning rate of the critic and of the encoders that it is set against."""
    critic_steps: Count = 5
    """Critic steps before each step of the encoders."""
    gradient_penalty: Weight = 10.0
    """Weight of the critic's gradient penalty (WGAN-GP)."""
    align_batch: Count = 64
    """Profiles of each domain in a step of alignment."""
    align_rate: Rate = 1e-3
    """Learning rate of reconstruction and orthogonality."""
    tune_epochs: Count = 40
    """Most passes of fine-tuning over the cell lines."""
    encoder_rate: Rate = 1.2e-3
    """Highest learning rate of the encoder; it falls to zero over the epochs, as the head's does."""
    head_rate: Rate = 1.2e-2
    """Highest learning rate of the head."""
    tune_lines: Count = 16
    """Cell lines a step; each brings all its measured drugs."""
    gene_dropout: Share = 0.5
    """Share of a line's genes left out of a fine-tuning step."""
    dropout: Share = 0.1
    """Share of hidden units left out of a fine-tuning step."""
    average: Share = 0.98
    """Fine-tuned weights are a running average over steps; this is what it retains of itself at each."""
    patience: Count = 20
    """Epochs without a better validation loss before fine-tuning ends."""
    weight_decay: Weight = 1e-2
    """Of every optimiser but those with a critic."""


@explained("settings", "ranking.{}".format)
@dataclass(frozen=True, config=STRICT)
class Ranking:
    """The decisions the papers leave open."""

    library: Literal["trained", "screened", "all"] = "trained"
    """Which drugs are scored: measured in the model's data set, in any data set, or every structure."""
    efficient_fraction: Part = 0.05
    """EDP: the best ceil(fraction x scored drugs) of each patient."""
    indication_drugs: Count = 10
    """EDI: this many drugs with most efficient patients; ties at the last rank all enter."""
    potency_floor: Share = 0.5
    """A drug stands out for a patient from this score on: 0.5, more likely than not below the lineage's median AUC."""
    selective_floor: Share = 0.9
    """And from this place among the reference patients on: 0.9, higher than in nine tenths of them."""
    line_floor: Share = 0.5
    """And from this place among the cell lines of all types on: 0.5, predicted more sensitive than half of those
    measured with the drug. Only where a score can be read back to a response."""
    compounds: Literal["clinical", "all"] = "clinical"
    """Of the drugs that stand out, those never given to people are listed apart (clinical), or not (all)."""
    gene_coverage_floor: Part = 0.8
    """A profile with a smaller share of the model's genes is refused."""
    excluded_drugs: tuple[Name, ...] = ()
    """Left out of Qualified (names), listed with the reason."""


@explained("settings", "cluster.{}".format)
@dataclass(frozen=True, config=STRICT)
class Cluster:
    """Where tasks run: training members, evaluation folds, shards of a library."""

    kind: Literal["local", "slurm"] = "local"
    """Local: processes of this machine. SLURM: job arrays, results in the folder beside the store."""
    partition: Annotated[
        str, Field(pattern=r"^[\w.,-]*$", max_length=200), Allowed("names of partitions, comma between, or empty")
    ] = ""
    """Empty takes the cluster's default."""
    minutes: Count = 20
    """Of work in one job: small tasks are grouped. SLURM ends a job after six times that."""
    cores: Annotated[int, Field(ge=1, le=4096)] = 1
    """Of a job."""
    memory_gib: Annotated[int, Field(ge=1, le=65_536)] = 8
    """Of a job."""
    options: Annotated[
        tuple[Annotated[str, Field(pattern=r"^(--)?[a-z][a-z0-9-]*=[^\n\r]+$"), AfterValidator(_not_reserved)], ...],
        Allowed(f'a list of options of sbatch, each as "account=lab", none of {", ".join(_RESERVED)}'),
    ] = ()
    """Further options of sbatch, as ``account=lab``; not those that crescreen sets (``array``, ``wrap``, ``output``,
    ...)."""


@explained("settings", str)
@dataclass(frozen=True, config=STRICT)
class Settings:
    """All settings of one invocation."""

    store: Annotated[Path, Field(strict=False), AfterValidator(_usable), Allowed("the path of a file")] = Path(
        "crescreen.duckdb"
    )
    """The store; ``--store`` and ``CRESCREEN_STORE`` go before it."""
    seed: Seed = 0
    """Of everything random."""
    device: Literal["auto", "cpu", "cuda"] = "auto"
    """Where to compute: ``auto`` takes a GPU where there is one."""
    workers: Annotated[int, Field(ge=0, le=4096)] = 0
    """Processes for training; 0 takes one per core."""
    strata: Annotated[tuple[Name, ...], Allowed("names of columns")] = ()
    """Columns of clinical tables by which an indication's report parts its patients, beside sex, stage and domain."""
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
        """A copy with some fields changed; ``seeds`` is a field of training, ``cluster`` its kind.

        Raises
        ------
        InputError
            A value that the field does not take.
        """
        training = self.training if seeds is None else replace(self.training, seeds=seeds)
        where = self.cluster if cluster is None else replace(self.cluster, kind=cluster)
        return replace(self, training=training, cluster=where, **changes)

    def printed(self) -> dict[str, Any]:
        """What a report prints: the decisions, without paths."""
        return {"seed": self.seed, "training": asdict(self.training), "ranking": asdict(self.ranking)}


SECTIONS: dict[str, type[Any]] = {"training": Training, "ranking": Ranking, "cluster": Cluster}
"""Tables of the settings file."""


def read_settings(path: Path | None) -> Settings:
    """Settings from a TOML file with the fields of this module, tables ``[training]``, ``[ranking]``, ``[cluster]``.

    Raises
    ------
    InputError
        The file cannot be read, a setting is unknown, or a value is none that its field takes; the message names the
        file, the setting, the value and what is allowed.
    """
    if path is None:
        return Settings()
    given = _parsed(path)
    try:
        sections: dict[str, Any] = {name: _section(name, kind, given.pop(name, {})) for name, kind in SECTIONS.items()}
        return Settings(**_listed(given), **sections)
    except InputError as fault:
        raise InputError(fault.what, where=str(path), remedy=fault.remedy) from None


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise InputError("no such settings file", where=str(path), remedy="check --settings") from None
    except OSError as fault:
        raise InputError(
            f"cannot be read: {fault.strerror}", where=str(path), remedy="name a file that you may read"
        ) from None
    except (ValueError, RecursionError) as fault:  # of tomllib, of Unicode, of a number of 5000 digits
        reason = str(fault) if isinstance(fault, ValueError) else "nested too deeply"
        raise InputError(f"not a TOML file: {reason}", where=str(path), remedy="see docs/settings.md") from None


def _section(name: str, kind: type[T], values: Any) -> T:
    if not isinstance(values, dict):
        raise InputError(f"{name} = {values!r} is not allowed", remedy=f"allowed: a table [{name}]")
    return kind(**_listed(values))


def _listed(values: dict[str, Any]) -> dict[str, Any]:
    # A list of TOML is a tuple of a record.
    return {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
