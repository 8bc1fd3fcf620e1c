"""How good the model was measured to be, beside the naive predictors."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

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
    "coverage_90",
    "coverage_conformal_90",
    "auroc",
)
"""The rest stays in the JSON."""
PAIRED = "_less_"
"""In the name of a metric that is a paired difference: ``r_drug_less_ridge``."""
OVERALL = ("", "all", "overall", "pooled", "within-drug")
NARROW = ("drug:", "pathway:", "class:")

_MEASURED = """
WITH known AS (
    SELECT * FROM evaluations LEFT JOIN evaluation_manifests m USING (evaluation_id, protocol)
    WHERE evaluation_id = $model OR indication = $code OR indication IS NULL
), beside AS (
    SELECT model FROM known WHERE evaluation_id = $model
    UNION SELECT regexp_extract(metric, '_less_(.*)$', 1) FROM known WHERE model = $own AND metric LIKE '%_less_%'
)
SELECT protocol, model, metric, stratum, value, low, high, n, note FROM known
WHERE (model = $own OR (stratum NOT SIMILAR TO '(drug|pathway|class):.*'
                        AND (protocol = 'patients' OR model IN (FROM beside))))
  AND (stratum NOT LIKE '%:%' OR stratum = 'type:' || $code OR stratum SIMILAR TO '(domain|distance):.*'
       OR list_contains($strata, stratum))
  AND (stratum NOT SIMILAR TO '(drug|pathway|class):.*' OR metric = 'r_drug')
QUALIFY row_number() OVER (PARTITION BY protocol, model, metric, stratum
                           ORDER BY evaluation_id = $model DESC, indication IS NULL,
                                    measured DESC NULLS LAST, evaluation_id) = 1
ORDER BY protocol, stratum, metric, model
"""


@dataclass(frozen=True)
class Measure:
    """One measured figure with its 95% interval; value is None where it was not evaluable."""

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
    own = str(run.manifest["name"])
    rows = store.sql(_MEASURED, model=run.model_id, code=run.indication, own=own, strata=list(strata))
    measures = tuple(Measure(*row) for row in rows.iter_rows())
    compared = _compared(measures, own)
    verdict, unbeaten = _verdict(compared)
    return Quality(compared, verdict, unbeaten, _protocols(measures, own), measures)


def _protocols(measures: tuple[Measure, ...], own: str) -> tuple[Protocol, ...]:
    """Figures as tables; those of single drugs and of drug classes stand beside the drugs."""
    shown = [m for m in measures if not m.stratum.startswith(NARROW)]
    return tuple(
        _protocol(name, [m for m in shown if m.protocol == name], own)
        for name in dict.fromkeys(m.protocol for m in shown)
    )


def _protocol(name: str, measures: list[Measure], own: str) -> Protocol:
    metrics = _metrics(measures)
    cells = {(m.stratum, m.model, m.metric): m for m in measures}
    valued = [m for m in measures if m.value is not None and m.metric in metrics] or measures
    lines = dict.fromkeys(
        (m.stratum, m.model)
        for m in sorted(valued, key=lambda m: (m.stratum not in OVERALL, m.stratum, m.model != own, m.model))
    )
    rows = tuple(Predictor(*line, tuple(cells.get((*line, metric)) for metric in metrics)) for line in lines)
    paired = [
        m
        for m in measures
        if m.metric.startswith(f"{metrics[0]}{PAIRED}")
        and m.model == own
        and m.stratum in OVERALL
        and m.value is not None
    ]
    notes = dict.fromkeys(f"{m.stratum}: {m.note or f'{m.n:,} pairs'}" for m in measures if m.metric == metrics[0])
    return Protocol(name, metrics, rows, tuple(paired), tuple(notes))


def _metrics(measures: list[Measure]) -> tuple[str, ...]:
    there = {m.metric for m in measures if PAIRED not in m.metric}
    return tuple(metric for metric in PRINTED if metric in there) or tuple(sorted(there))


def _compared(measures: tuple[Measure, ...], own: str) -> tuple[Compared, ...]:
    table: dict[str, dict[str, Measure]] = {}
    for m in measures:
        if m.protocol == "lines" and m.metric.startswith(METRICS) and m.stratum in OVERALL:
            table.setdefault(m.model, {})[m.metric] = m
    best = {name: rows["r_drug"].value if "r_drug" in rows else None for name, rows in table.items()}
    ordered = sorted(table, key=lambda name: (name != own, best[name] is None, -(best[name] or 0.0), name))
    return tuple(Compared(name, name == own, table[name]) for name in ordered)


def _verdict(compared: tuple[Compared, ...]) -> tuple[str, tuple[str, ...]]:
    mine = next((c.measures for c in compared if c.own), {})
    own, others = mine.get("r_drug"), [c for c in compared if not c.own and "r_drug" in c.measures]
    if own is None or own.value is None or not others:
        return "The accuracy of this model was not measured: nothing can be said of how far to trust it.", ()
    signs = {o.model: _sign(own, o.measures["r_drug"], mine.get(f"r_drug_less_{o.model}")) for o in others}
    better, level, worse = ([name for name, sign in signs.items() if sign == kind] for kind in (1, 0, -1))
    parts = [
        text.format(glossary.listed(names))
        for text, names in (("better than {}", better), ("not told apart from {}", level), ("worse than {}", worse))
        if names
    ]
    lead = f"On unseen cell lines its r_drug is {glossary.number(own.value)}"
    span = glossary.interval(own.low, own.high)
    return f"{lead}{f' ({span})' if span else ''}: {'; '.join(parts)}.", (*worse, *level)


def _sign(own: Measure, other: Measure, paired: Measure | None) -> int:
    """1 better, -1 worse, 0 not told apart: by the interval of the paired difference, else where both lie apart."""
    if paired is not None and paired.low is not None and paired.high is not None:
        return (paired.low > 0) - (paired.high < 0)
    return _above(own, other) - _above(other, own)


def _above(one: Measure, other: Measure) -> bool:
    """Whether the interval of one lies wholly above that of the other."""
    low = one.value if one.low is None else one.low
    high = other.value if other.high is None else other.high
    return low is not None and high is not None and low > high
