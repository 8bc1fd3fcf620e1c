"""What the report of predicted resistance has in its tables."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class ModelShare:
    """One drug by one model."""

    model: str
    resistant: int
    share: float
    agreement: float | None
    """Mean share of patients on whom another model says the same; None with one model."""


@dataclass(frozen=True, kw_only=True)
class ResistanceDrug:
    """One drug of a cohort."""

    drug: str
    standing: str
    for_whom: str
    source: str
    lines: int
    """Cell lines learnt from."""
    lines_sensitive: int
    patients: int
    majority: int
    """Patients that more than half of the models call resistant."""
    models: tuple[ModelShare, ...]
    agreement: float | None
    """Mean over the models."""
    outcomes: str
    """What the recorded responses say of it."""


@dataclass(frozen=True, kw_only=True)
class AttributedGene:
    """A gene that a model rests on."""

    gene: str
    goes_with: str
    """resistance, sensitivity, or nothing where refits disagree evenly."""
    again: float
    """Share of the refits in which it is among the first, in that direction."""
    association_rank: int
    """By plain association, among all genes."""


@dataclass(frozen=True, kw_only=True)
class DrugGenes:
    """What one model of one drug rests on."""

    drug: str
    model: str
    genes: tuple[AttributedGene, ...]
    """The first few."""
    listed: int
    """Genes that the export lists."""
    associated: int
    """Of them, those that go with the response of cell lines by themselves."""
    refit_correlation: float | None
    """Rank correlation of two refits over all genes."""
    common: float | None
    """Of the listed, those that another model lists too, mean; None with one model."""


@dataclass(frozen=True, kw_only=True)
class NotPredicted:
    """A drug of the table that no model can predict here."""

    drug: str
    why: str


@dataclass(frozen=True, kw_only=True)
class ResistanceCohort:
    """One indication."""

    indication: str
    name: str
    patients: int
    lines: int
    genes: int
    dataset: str
    metric: str
    model_names: tuple[str, ...]
    drugs: tuple[ResistanceDrug, ...]
    attributed: tuple[DrugGenes, ...]
    """None where attributions were not computed."""
    attributed_answer: str
    not_predicted: tuple[NotPredicted, ...]


@dataclass(frozen=True, kw_only=True)
class ModelNote:
    """What a model is, and what stands in for a pretrained one."""

    model: str
    says: str
    note: str
