"""The model card: one page for a person, made from the measured figures alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from screen.evaluation.model_card.card_words import FURTHER, INTRODUCTION
from screen.evaluation.model_card.default_rule import RULE
from screen.evaluation.model_card.evaluations import Evaluation, largest
from screen.evaluation.model_entries import DEFAULT, all_entries
from screen.evaluation.printing import figure_text
from screen.metrics.figure import ALL, Figure

STANDINGS = 4
"""Models shown beside the default where the rule that chose it is told."""
EARLIER = "of an earlier version"
_GENERAL = "general-sensitivity"
_CONTROLS = (_GENERAL, "tumour-type")
"""Of patients: known without the drug, or without the profile."""


@dataclass(frozen=True)
class Headline:
    """One of the figures that the page begins with."""

    question: str
    protocol: str
    metric: str
    stratum: str = ALL


HEADLINES = (
    Headline("Which unseen lines does a drug work in?", "lines", "r_drug"),
    Headline("Which drugs work better in an unseen line than elsewhere?", "lines", "selective_precision_top5"),
    Headline("Of the drugs that stand out for an unseen line, how many do?", "lines", "stands_out_precision"),
    Headline("Which unseen lines, of a lineage that training lacks?", "lineages", "r_drug"),
    Headline("Which lines does an unseen drug work in?", "drugs", "r_drug"),
    Headline("Which patients respond to the drug they were given?", "patients", "auroc", "within-drug"),
)


def page(
    evaluations: Sequence[Evaluation],
    ranking: Sequence[tuple[str, float]],
    links: Mapping[str, str],
    earlier: Sequence[Evaluation] = (),
) -> str:
    """The page as Markdown.

    Parameters
    ----------
    ranking : the models that the rule of the default compares, with the figure it compares, best first
    links : what is linked at the end, text -> address
    earlier : of a card of before: shown where a protocol was not measured anew
    """
    measured = _Measured(evaluations, earlier)
    parts = [INTRODUCTION, _default(measured.name), _headlines(measured), _distrust(measured), _chosen(ranking)]
    listed = ", ".join(f"[{text}]({address})" for text, address in links.items())
    parts.append(f"## More\n\n{listed}.\n")
    return "\n".join(part for part in parts if part)


class _Measured:
    """Figures of now, and of a card of before where a protocol was not measured anew."""

    def __init__(self, evaluations: Sequence[Evaluation], earlier: Sequence[Evaluation]) -> None:
        self._of_now, self._of_before = evaluations, earlier
        self.name = next((one.default for one in evaluations if one.default), None)

    def found(self, protocol: str, metric: str, stratum: str = ALL) -> tuple[Evaluation | None, dict[str, Figure]]:
        """The evaluation and its figures by model; the default's stands under ``default`` in both."""
        anew = largest(self._of_now, protocol)
        evaluation = anew or largest(self._of_before, protocol)
        figures = evaluation.of(metric, stratum) if evaluation else {}
        if anew is None and self.name in figures:
            figures = figures | {DEFAULT: figures[self.name]}
        return evaluation, figures

    def text(self, protocol: str, model: str, metric: str = "r_drug", stratum: str = ALL) -> str:
        return figure_text(self.found(protocol, metric, stratum)[1].get(model))

    def mark(self, protocol: str) -> str:
        """Says which figures are of before; empty for those of now."""
        return "" if any(one.protocol == protocol for one in self._of_now) else f" ({EARLIER})"


def _default(name: str | None) -> str:
    if name is None:
        return ""
    says = all_entries()[name].says if name in all_entries() else "a model of an earlier version"
    return (
        f"## The default: `{name}`\n\n{says[:1].upper()}{says[1:]}. It predicts known drugs, new drugs and single "
        "patients with one model, and its scores compare between drugs. It is good for ordering drugs for one profile, "
        "and for saying which of many profiles a drug suits better; the next table says how far.\n"
    )


def _headlines(measured: _Measured) -> str:
    rows = []
    for one in HEADLINES:
        evaluation, figures = measured.found(one.protocol, one.metric, one.stratum)
        if evaluation is None or DEFAULT not in figures:
            continue
        naive = _best_uninformed(figures)
        cells = (
            f"{one.question} ({one.metric}){measured.mark(one.protocol)}",
            f"**{figure_text(figures[DEFAULT])}**",
            figure_text(figures.get("ridge")) or "cannot predict",
            f"`{naive.model}` {figure_text(naive)}" if naive else "not measured",
            f"`{evaluation.command}`",
        )
        rows.append(f"| {' | '.join(cells)} |")
    if not rows:
        return ""
    head = "| question | default | ridge | best naive predictor | command |\n|---|---|---|---|---|"
    return "\n".join(["## The figures in short\n", head, *rows, ""])


def _best_uninformed(figures: Mapping[str, Figure]) -> Figure | None:
    """The best predictor that does not look at the profile, or (on patients) not at the drug."""
    table = all_entries()
    uninformed = [
        one
        for name, one in figures.items()
        if one.value is not None and (name in _CONTROLS or (name in table and table[name].kind in ("naive", "control")))
    ]
    return max(uninformed, key=lambda one: one.value or 0.0, default=None)


def _distrust(measured: _Measured) -> str:
    figure = measured.text
    claims = (
        (
            "lineages",
            "**A tumour type that training lacks.** r_drug is {}, where ridge has {}.",
            (figure("lineages", DEFAULT), figure("lineages", "ridge")),
        ),
        (
            "drugs-hard",
            "**A drug unlike those of training.** On drugs that share neither target nor structure with training "
            "r_drug is {}.",
            (figure("drugs-hard", DEFAULT),),
        ),
        ("both-new", "**Lines and drugs both unseen.** r_drug is {}.", (figure("both-new", DEFAULT),)),
        (
            "lines",
            "**Solid tumours.** Part of what is known is blood against solid: r_drug is {} over all lines and {} over "
            "solid ones.",
            (figure("lines", DEFAULT), figure("lines", DEFAULT, stratum="solid")),
        ),
        (
            "lines",
            "**The top of the list is mostly potency.** The top 5% of the drugs that are potent everywhere have a "
            "precision of {}, the default's {}.",
            (figure("lines", "drug-mean", "precision_top5"), figure("lines", DEFAULT, "precision_top5")),
        ),
        (
            "patients",
            "**Patients.** The AUROC is {}, but the tumour type alone reaches {} and general sensitivity, which knows "
            "nothing of the drug, {}.",
            tuple(figure("patients", one, "auroc", "within-drug") for one in (DEFAULT, "tumour-type", _GENERAL)),
        ),
    )
    points = [
        f"- {text.format(*values).removesuffix('.')}{measured.mark(protocol)}."
        for protocol, text, values in claims
        if all(values)
    ]
    return "\n".join(["## When to distrust it\n", *points, FURTHER])


def _chosen(ranking: Sequence[tuple[str, float]]) -> str:
    rows = [f"| `{name}` | {value:.3f} |" for name, value in ranking[:STANDINGS]]
    table = ["| model | mean r_drug of both protocols |", "|---|---|", *rows, ""] if rows else []
    return "\n".join([f"## How it was chosen\n\n{RULE}\n", *table])
