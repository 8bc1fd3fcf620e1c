"""How good the model was measured to be, beside the naive predictors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screen.metrics.figure import ALL, OF_STUDY, Figure
from screen.report.content import glossary
from screen.report.content.provenance import CurrentRun
from screen.store import Store

METRICS = ("r_drug", "r_res")
"""What page one shows; everything else measured is listed behind."""
PRINTED = (
    *METRICS,
    "rmse",
    "precision_top5",
    "selective_precision_top5",
    "stands_out_precision",
    "stands_out_chance",
    "coverage_90",
    "coverage_conformal_90",
    "auroc",
)
"""The rest stays in the JSON."""
OVERALL = (ALL, "within-drug")
"""Kinds of strata that hold everything a protocol measures on."""
GENERAL = "general-sensitivity"
"""A score that knows no drug: the mean of a model's scores of all drugs."""
_ALIAS = "default"
NARROW = ("drug", "pathway")
"""Kinds that are printed beside the drugs."""

_MEASURED = """
WITH known AS (
    SELECT * FROM evaluations LEFT JOIN evaluation_manifests m USING (evaluation_id, protocol)
    WHERE evaluation_id = $model OR indication = $code OR indication IS NULL
), beside AS (
    SELECT model FROM known WHERE evaluation_id = $model
    UNION SELECT baseline FROM known WHERE model = $reported AND baseline IS NOT NULL
)
SELECT protocol, model, metric, baseline, stratum_kind, stratum_name, value, low, high, n, note FROM known
WHERE (model = $reported OR (NOT list_contains($narrow, stratum_kind)
                        AND (protocol = 'patients' OR model IN (FROM beside))))
  AND (stratum_name IS NULL OR list_contains($always, stratum_kind) OR (stratum_kind = 'type' AND stratum_name = $code)
       OR list_contains($strata, stratum_kind || ':' || stratum_name))
  AND (NOT list_contains($narrow, stratum_kind) OR (metric = 'r_drug' AND baseline IS NULL))
QUALIFY row_number() OVER (PARTITION BY protocol, model, metric, baseline, stratum_kind, stratum_name
                           ORDER BY evaluation_id = $model DESC, indication IS NULL,
                                    measured DESC NULLS LAST, evaluation_id) = 1
"""
_ALWAYS = ("domain", "distance", *OF_STUDY)
"""Kinds of which a report takes every stratum."""


@dataclass(frozen=True)
class Measure:
    """A measured figure as pages and JSON print it, metric and stratum in one word each."""

    protocol: str
    model: str
    metric: str
    stratum: str
    value: float | None
    low: float | None
    high: float | None
    n: int
    note: str | None


@dataclass(frozen=True)
class Compared:
    """One predictor on unseen cell lines."""

    model: str
    own: bool
    """The model of this report, which comes first; then the best."""
    measures: Mapping[str, Measure]
    """By metric: METRICS, and paired differences such as r_drug_less_ridge."""


@dataclass(frozen=True)
class Predictor:
    """One predictor in one stratum: its figures by metric."""

    stratum: str
    model: str
    measures: tuple[Measure | None, ...]


@dataclass(frozen=True)
class Protocol:
    """All printed figures of one protocol."""

    name: str
    metrics: tuple[str, ...]
    rows: tuple[Predictor, ...]
    paired: tuple[Measure, ...]
    """What this report's model has over the others in the first metric, over everything."""
    notes: tuple[str, ...]
    """'stratum: what was measured on'."""


@dataclass(frozen=True)
class Quality:
    """What was measured of this model."""

    compared: tuple[Compared, ...]
    verdict: str
    unbeaten: tuple[str, ...]
    """Predictors the model is not shown to beat in r_drug."""
    protocols: tuple[Protocol, ...]
    """For print: strata over everything, and the indication's own."""
    all: tuple[Measure, ...]
    """Of the same strata, and of single drugs and drug classes those of this report."""


def quality(store: Store, run: CurrentRun, strata: Sequence[str] = ()) -> Quality:
    """Figures of the run's model, and those measured later for the same indication or for all together.

    Parameters
    ----------
    strata : those of a part that the report speaks of: its lineage, its drugs, their classes

    Notes
    -----
    A harness measures dozens of models in hundreds of strata. A report takes its own model's, and those of the models
    its own was measured beside; of a single drug or class its own model's alone.
    """
    reported = str(run.manifest["name"])
    rows = store.sql(
        _MEASURED,
        model=run.model_id,
        code=run.indication,
        reported=reported,
        strata=list(strata),
        narrow=list(NARROW),
        always=list(_ALWAYS),
    )
    # The default's figures are stored under its own name too; one of the two is enough.
    named = (Figure(**row) for row in rows.iter_rows(named=True) if str(row["model"]).split(" ")[0] != _ALIAS)
    figures = sorted(named, key=_place)
    compared = _compared(figures, reported)
    verdict, unbeaten = _verdict(compared)
    return Quality(compared, verdict, unbeaten, _protocols(figures, reported), tuple(map(_measure, figures)))


def _place(figure: Figure) -> tuple[str, ...]:
    return figure.protocol, figure.printed_stratum, figure.printed_metric, figure.model


def _measure(figure: Figure) -> Measure:
    return Measure(
        protocol=figure.protocol,
        model=figure.model,
        metric=figure.printed_metric,
        stratum=figure.printed_stratum,
        value=figure.value,
        low=figure.low,
        high=figure.high,
        n=figure.n,
        note=figure.note,
    )


def _protocols(figures: Sequence[Figure], reported: str) -> tuple[Protocol, ...]:
    """Figures as tables; those of single drugs and of drug classes stand beside the drugs."""
    shown = [one for one in figures if one.stratum_kind not in NARROW and _for_print(one, reported)]
    return tuple(
        _protocol(name, [one for one in shown if one.protocol == name], reported)
        for name in dict.fromkeys(one.protocol for one in shown)
    )


def _for_print(figure: Figure, reported: str) -> bool:
    """Of patients the pooled figure and the type's, of the model, ridge and two that know no drug; the rest is data."""
    beside = (reported, "ridge", f"{reported} {GENERAL}", "tumour-type")
    return figure.protocol != "patients" or (figure.model in beside and figure.stratum_kind in ("within-drug", "type"))


def _protocol(name: str, figures: list[Figure], reported: str) -> Protocol:
    metrics = _metrics(figures)
    cells = {(one.printed_stratum, one.model, one.printed_metric): _measure(one) for one in figures}
    valued = [one for one in figures if one.value is not None and one.printed_metric in metrics] or figures
    lines = dict.fromkeys(
        (one.printed_stratum, one.model)
        for one in sorted(
            valued,
            key=lambda one: (one.stratum_kind not in OVERALL, one.printed_stratum, one.model != reported, one.model),
        )
    )
    rows = tuple(Predictor(*line, tuple(cells.get((*line, metric)) for metric in metrics)) for line in lines)
    first = [one for one in figures if one.metric == metrics[0]]
    paired = [
        _measure(one)
        for one in first
        if one.baseline is not None and one.model == reported and one.stratum_kind in OVERALL and one.value is not None
    ]
    notes = dict.fromkeys(
        f"{one.printed_stratum}: {one.note or f'{one.n:,} pairs'}" for one in first if one.baseline is None
    )
    return Protocol(name, metrics, rows, tuple(paired), tuple(notes))


def _metrics(figures: list[Figure]) -> tuple[str, ...]:
    there = {one.metric for one in figures if one.baseline is None}
    return tuple(metric for metric in PRINTED if metric in there) or tuple(sorted(there))


def _compared(figures: Sequence[Figure], reported: str) -> tuple[Compared, ...]:
    table: dict[str, dict[str, Measure]] = {}
    for one in figures:
        if one.protocol == "lines" and one.metric in METRICS and one.stratum_kind in OVERALL:
            table.setdefault(one.model, {})[one.printed_metric] = _measure(one)
    best = {name: rows["r_drug"].value if "r_drug" in rows else None for name, rows in table.items()}
    ordered = sorted(table, key=lambda name: (name != reported, best[name] is None, -(best[name] or 0.0), name))
    return tuple(Compared(name, name == reported, table[name]) for name in ordered)


def _verdict(compared: tuple[Compared, ...]) -> tuple[str, tuple[str, ...]]:
    mine = next((c.measures for c in compared if c.own), {})
    r_drug, others = mine.get("r_drug"), [c for c in compared if not c.own and "r_drug" in c.measures]
    if r_drug is None or r_drug.value is None or not others:
        return "The accuracy of this model was not measured: nothing can be said of how far to trust it.", ()
    signs = {o.model: _sign(r_drug, o.measures["r_drug"], mine.get(f"r_drug_less_{o.model}")) for o in others}
    better, level, worse = ([name for name, sign in signs.items() if sign == kind] for kind in (1, 0, -1))
    parts = [
        text.format(glossary.listed(names))
        for text, names in (("better than {}", better), ("not told apart from {}", level), ("worse than {}", worse))
        if names
    ]
    lead = f"On unseen cell lines its r_drug is {glossary.number(r_drug.value)}"
    span = glossary.interval(r_drug.low, r_drug.high)
    return f"{lead}{f' ({span})' if span else ''}: {'; '.join(parts)}.", (*worse, *level)


def _sign(measure: Measure, other: Measure, paired: Measure | None) -> int:
    """1 better, -1 worse, 0 not told apart: by the interval of the paired difference, else where both lie apart."""
    if paired is not None and paired.low is not None and paired.high is not None:
        return (paired.low > 0) - (paired.high < 0)
    return _above(measure, other) - _above(other, measure)


def _above(one: Measure, other: Measure) -> bool:
    """Whether the interval of one lies wholly above that of the other."""
    low = one.value if one.low is None else one.low
    high = other.value if other.high is None else other.high
    return low is not None and high is not None and low > high
