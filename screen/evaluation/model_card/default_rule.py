"""The rule that picks the default model, in words and as a function; the model card prints both."""

from collections.abc import Iterable, Mapping

from screen.metrics.figure import ALL, Figure
from screen.models.model_registry import ModelEntry

RULE = """\
The default is chosen on cell lines alone; no outcome or response of a patient enters. It must be one model that
predicts known drugs, new drugs and single patients, with scores that compare between drugs. Of the models that do, and
that look at both the profile and the drug, it is the one with the highest mean of two figures: r_drug on unseen cell
lines (protocol `lines`) and r_drug on unseen drugs (protocol `drugs`), over everything, on folds frozen beforehand.
Whatever comes out, `dsn-adv` stays available, trained, measured and reported."""
PROTOCOLS = ("lines", "drugs")
_METRIC = "r_drug"


def standings(figures: Iterable[Figure], all_entries: Mapping[str, ModelEntry]) -> list[tuple[str, float]]:
    """The models the rule looks at with the figure it compares, best first; those not measured by both are left out.

    Figures of different folds are not compared: of each protocol it takes the evaluation that measured most models.
    """
    able = {
        name
        for name, one in all_entries.items()
        if one.new_lines and one.new_drugs and one.kind not in ("naive", "control")
    }
    there = [
        figure
        for figure in figures
        if (figure.metric, figure.baseline, figure.stratum_kind) == (_METRIC, None, ALL) and figure.model in able
    ]
    found = {protocol: _on_one_split(one for one in there if one.protocol == protocol) for protocol in PROTOCOLS}
    measured = [name for name in sorted(able) if all(name in scores for scores in found.values())]
    means = {name: sum(scores[name] for scores in found.values()) / len(found) for name in measured}
    return sorted(means.items(), key=lambda item: (-item[1], item[0]))


def _on_one_split(figures: Iterable[Figure]) -> dict[str, float]:
    """Model -> figure, of the evaluation with most models; of several with as many, the first by id."""
    splits: dict[str, dict[str, float]] = {}
    for figure in figures:
        if figure.value is not None:
            splits.setdefault(str(figure.evaluation_id), {})[figure.model] = figure.value
    return min(splits.items(), key=lambda item: (-len(item[1]), item[0]))[1] if splits else {}
