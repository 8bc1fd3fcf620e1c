"""The rule on figures small enough to reckon by hand."""

from screen.evaluation.model_card.default_rule import standings
from screen.metrics.figure import Figure
from screen.models.model_registry import MODELS


def row(
    protocol: str, model: str, value: float | None, metric: str = "r_drug", stratum: str = "all", split: str = "s"
) -> Figure:
    return Figure(
        protocol=protocol,
        model=model,
        metric=metric,
        stratum_kind=stratum,
        value=value,
        evaluation_id=f"{protocol}-{split}",
    )


def test_the_best_mean_of_both_protocols_stands_first() -> None:
    rows = [
        row("lines", "pair-gp", 0.3),
        row("drugs", "pair-gp", 0.5),
        row("lines", "boosting", 0.38),
        row("drugs", "boosting", 0.4),
        row("lines", "boosting", 0.9, "r_res"),
        row("drugs", "boosting", 0.9, stratum="solid"),
    ]
    assert [name for name, _ in standings(rows, MODELS)] == ["pair-gp", "boosting"]
    assert standings(rows, MODELS)[0][1] == 0.4


def test_who_cannot_answer_for_new_drugs_is_naive_or_was_not_measured_does_not_stand() -> None:
    rows = [
        row("lines", "ridge", 0.9),
        row("drugs", "ridge", 0.9),
        row("lines", "mean-effects", 0.9),
        row("drugs", "mean-effects", 0.9),
        row("patients", "pair-gp", 0.9),
        row("drugs", "pair-gp", None),
    ]
    assert standings(rows, MODELS) == []


def test_figures_of_different_folds_are_not_compared() -> None:
    both = [
        row(protocol, model, value)
        for protocol in ("lines", "drugs")
        for model, value in (("pair-gp", 0.4), ("boosting", 0.3))
    ]
    easier = [row("drugs", "boosting", 0.9, split="a")]
    assert standings([*both, *easier], MODELS) == standings(both, MODELS) == [("pair-gp", 0.4), ("boosting", 0.3)]
