"""The page is short, its rows are of different models, and it says nothing that was not measured."""

from screen.evaluation.model_card.card_page import page
from screen.evaluation.model_card.evaluations import Evaluation, as_table, from_table
from screen.evaluation.model_card.figure_tables import as_html
from screen.evaluation.model_card.protocol_tables import ROWS, protocols_page
from screen.metrics.figure import Estimate, Figure

VALUES = {
    "default": 0.36,
    "pair-gp": 0.36,
    "ridge": 0.37,
    "drug-kernel": 0.37,
    "dsn-adv": 0.2,
    "drug-lineage-mean": 0.25,
    "drug-mean": -0.1,
    "line-mean": 0.1,
    **{f"other-{number}": 0.3 - number / 100 for number in range(9)},
}


def evaluation(protocol: str = "lines", key: str = "a", how: str = "10 folds by line", models: int = 99) -> Evaluation:
    """Figures of r_drug over everything, over solid tumours and in one lineage, and what ridge is beaten by."""
    figures = []
    for model, value in [*VALUES.items()][:models]:
        for kind, name in (("all", None), ("solid", None), ("lineage", "Lung")):
            for baseline in (None, "ridge"):
                one = Figure(
                    protocol=protocol,
                    model=model,
                    metric="r_drug",
                    baseline=baseline,
                    stratum_kind=kind,
                    stratum_name=name,
                    n=900,
                    note="60 lines, 16 drugs",
                    evaluation_id=key,
                )
                if baseline != model:
                    less = VALUES["ridge"] if baseline else 0
                    figures.append(one.measured(Estimate(value - less, value - less - 0.1, value - less + 0.1)))
    command = f"crescreen evaluate {protocol}"
    return Evaluation(
        key=key, protocol=protocol, how=how, data="", command=command, default="pair-gp", figures=tuple(figures)
    )


def rows(text: str) -> list[str]:
    """First cells of the table of the protocol."""
    table = text.split("| model (all")[1].split("\n\n")[0]
    return [line.split(" | ")[0].removeprefix("| ") for line in table.splitlines()[2:]]


def test_a_table_has_few_rows_none_twice_best_first_with_the_default_and_the_baselines() -> None:
    shown = rows(protocols_page([evaluation()]))
    assert len(shown) == ROWS
    assert shown[:2] == ["ridge", "**default** (`pair-gp`)"], "pair-gp and drug-kernel have these very figures"
    assert {"dsn-adv", "drug-lineage-mean", "line-mean"} <= set(shown)


def test_of_two_evaluations_the_one_of_most_models_is_shown_and_the_other_is_named() -> None:
    text = protocols_page([evaluation(key="a", models=4), evaluation(key="b", how="folds of mine.csv")])
    assert "evaluation `b`" in text
    assert "evaluation `a`" not in text
    assert "Also measured on 10 folds by line" in text


def test_the_naive_predictor_beside_the_default_is_the_best_one() -> None:
    (line,) = (
        line for line in page([evaluation()], [], {}).splitlines() if line.startswith("| Which unseen lines does")
    )
    assert "**0.360 (0.260 to 0.460)** | 0.370 (0.270 to 0.470) | `drug-lineage-mean` 0.250" in line
    assert line.endswith("| `crescreen evaluate lines` |")


def test_the_card_is_one_page() -> None:
    text = page([evaluation(), evaluation("drugs", "b"), evaluation("lineages", "c")], [("pair-gp", 0.4)] * 9, {})
    assert len(text.splitlines()) <= 70
    assert "| model (all" not in text


def test_a_claim_without_its_figure_is_not_made() -> None:
    text = page([evaluation()], [], {})
    assert "**Solid tumours.**" in text
    assert "**Patients.**" not in text
    assert "unseen drugs is" not in text


def test_the_table_of_all_figures_gives_back_every_evaluation() -> None:
    both = [evaluation(), evaluation("drugs", "b")]
    assert from_table(as_table(both)) == both


def test_the_html_holds_every_row_but_single_lineages_and_loads_nothing() -> None:
    text = as_html([evaluation()])
    assert text.count("<tr>") == 1 + 2 * len(VALUES)
    assert "r_drug_less_ridge".replace("_", " ") in text
    assert "lineage:Lung" not in text
    assert "default-src 'none'" in text
    assert "http" not in text.split("<main>")[1].split("<script>")[0]
