"""Every row of the zoo in the form of every response model."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import Drugs, FittedModel, Subjects, TrainingSet
from screen.models.networks.architectures import ARCHITECTURES
from screen.models.networks.variants import NETWORK_ENTRIES, HeadKind, OnCodes, Variant, variant_fit
from screen.records import Floats
from tests.models.planted import QUICK, planted

RNG = np.random.default_rng(3)
AUC, LINES = planted()[0].auc, planted()[0].lines.levels


def drugs() -> Drugs:
    data, vectors = planted()
    n = len(data.library)
    return Drugs(
        data.library.drug_ids,
        RNG.random((n, 2048)) < 0.1 + 0.2 * (np.arange(n) % 2 == 0)[:, None],
        tuple(frozenset({f"T{i % 2}"}) for i in range(n)),
        ("",) * n,
        vectors,
    )


def training_set(patients: int = 20) -> TrainingSet:
    data, _ = planted()
    rows = np.arange(60)
    lines = Subjects(data.lines.levels, data.lineages)
    return TrainingSet(lines.take(rows), drugs(), data.auc[rows], data.patients.levels[:patients])


def queries() -> Subjects:
    return Subjects(LINES, planted()[0].lineages).take(np.arange(60, 72))


def correlation(predicted: Floats) -> float:
    """With the responses of lines held out, beyond the drug's mean."""
    rest = AUC[60:] - np.nanmean(AUC[:60], axis=0)
    scores = predicted - predicted.mean(axis=0)
    seen = np.isfinite(rest)
    return float(np.corrcoef(scores[seen], rest[seen])[0, 1])


def fitted(recipe: Variant) -> FittedModel:
    return variant_fit(recipe, QUICK)(training_set())


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_composition_aligns_with_twenty_patients_and_answers(name: str) -> None:
    scores = fitted(Variant(ARCHITECTURES[name], "linear")).predict(queries(), training_set().drugs)
    assert scores.shape == (12, 16)
    assert np.isfinite(scores).all()


@pytest.mark.parametrize(
    "recipe",
    [
        Variant(ARCHITECTURES["dsn"], "pair"),
        Variant(ARCHITECTURES["dsn"], "binary"),
        Variant(ARCHITECTURES["dsn"], "bilinear"),
        Variant(ARCHITECTURES["dsn"], "pair", tunes_drugs=True),
        Variant(ARCHITECTURES["dsn"], "pair", "fingerprint"),
        Variant(ARCHITECTURES["dsn"], "pair", "targets"),
        Variant(ARCHITECTURES["none"], "pair", "identity"),
        Variant(ARCHITECTURES["none"], "linear"),
        Variant(ARCHITECTURES["dsn"], "process"),
    ],
    ids=str,
)
def test_heads_and_drug_inputs_learn_the_planted_mechanism(recipe: Variant) -> None:
    assert correlation(fitted(recipe).predict(queries(), training_set().drugs)) > 0.3


def test_a_new_drug_is_answered_for_by_what_is_known_of_it() -> None:
    known = training_set()
    few = replace(known, drugs=known.drugs.take(np.arange(12)), response=known.response[:, :12])
    scores = variant_fit(Variant(ARCHITECTURES["none"], "pair", "targets"), QUICK)(few).predict(queries(), known.drugs)
    high = queries().scaled[:, 0]
    slopes = [np.polyfit(high, scores[:, drug], 1)[0] for drug in (12, 13)]
    assert slopes[0] < slopes[1] - 0.01


@pytest.mark.parametrize("head", ["linear", "process"])
def test_a_model_on_codes_gets_them_with_the_variance_of_the_genes(head: HeadKind) -> None:
    on_codes = fitted(Variant(ARCHITECTURES["none"], head))
    assert isinstance(on_codes, OnCodes)
    genes, codes = (lines.scaled.var(axis=0) for lines in (training_set().lines, on_codes.coded(training_set().lines)))
    over = np.sum if head == "linear" else np.mean
    assert over(codes) == pytest.approx(over(genes), rel=1e-3)
    assert np.abs(on_codes.coded(training_set().lines).scaled.mean(axis=0)).max() < 1e-4


def test_the_process_on_codes_answers_for_a_new_drug_and_for_a_line_that_it_knows() -> None:
    known = training_set()
    few = replace(known, drugs=known.drugs.take(np.arange(12)), response=known.response[:, :12])
    model = variant_fit(Variant(ARCHITECTURES["none"], "process"), QUICK)(few)
    assert np.isfinite(model.predict(queries(), known.drugs)).all()
    assert NETWORK_ENTRIES["dsn-adv-process"].new_drugs


def test_the_same_seed_gives_the_same_answers() -> None:
    one, other = (
        fitted(Variant(ARCHITECTURES["ae-adv"], "bilinear")).predict(queries(), training_set().drugs) for _ in range(2)
    )
    assert np.array_equal(one, other)


def test_without_patients_there_is_no_alignment() -> None:
    recipe = Variant(ARCHITECTURES["dsn-adv"], "linear")
    alone = variant_fit(recipe, QUICK)(training_set(patients=0)).predict(queries(), training_set().drugs)
    none = variant_fit(replace(recipe, architecture=ARCHITECTURES["none"]), QUICK)(training_set()).predict(
        queries(), training_set().drugs
    )
    assert np.array_equal(alone, none)


def test_rows_say_what_they_are_and_whom_they_serve() -> None:
    assert NETWORK_ENTRIES["dsrn-adv-linear"].says == "domain separation, adversary on both codes; ridge per drug"
    assert not NETWORK_ENTRIES["dsrn-adv-linear"].new_drugs
    assert NETWORK_ENTRIES["ae-mmd"].new_drugs
    assert set(ARCHITECTURES) <= set(NETWORK_ENTRIES)


def test_a_critic_of_more_steps_gives_another_encoder_and_the_row_says_so() -> None:
    usual, longer = (
        fitted(Variant(ARCHITECTURES["dsn-adv"], "linear", critic_steps=steps)).predict(queries(), training_set().drugs)
        for steps in (None, 3 * QUICK.critic_steps)
    )
    assert not np.allclose(usual, longer, atol=1e-4)
    assert "20 steps of the critic" in NETWORK_ENTRIES["dsn-adv-20-steps"].says
