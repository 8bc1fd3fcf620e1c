"""Effects of alterations: found where the responses hang on one, nothing added where nobody looked."""

from dataclasses import replace

import numpy as np
import pytest

from screen.models import TrainingSet
from screen.models.pair_gp.alteration_effects import VARIANCES, AlterationEffects, find_effects
from screen.models.pair_gp.altered_gp import altered_gp
from screen.models.pair_gp.gp_model import pair_gp
from screen.records import Floats
from tests.models.pair_gp.test_gp_model import DRUGS, LINES, D, G, L, response

N, EVENTS, COLUMNS = 120, 12, 4
RNG = np.random.default_rng(11)
NEAR = np.exp(-np.square(RNG.normal(size=(N, 1)) - RNG.normal(size=(1, N))))
PLACE = RNG.normal(size=N)
COVARIANCE = 0.5 * np.exp(-np.square(PLACE[:, None] - PLACE[None]))
ALTERED = (RNG.random((N, EVENTS)) < 0.3).astype(np.float32)
EGFR = (frozenset({"EGFR"}),)
NO_TARGET = np.zeros((COLUMNS, EVENTS), np.bool_)


def table() -> Floats:
    """The first drug hangs on alteration 3; the others on the profile alone."""
    values = np.linalg.cholesky(COVARIANCE + 0.5 * np.eye(N)) @ RNG.normal(size=(N, COLUMNS))
    values[:, 0] += 1.5 * (ALTERED[:, 3] - ALTERED[:, 3].mean())
    values[RNG.random(values.shape) < 0.1] = np.nan
    return values.astype(np.float32)


VALUES = table()


def found(values: Floats = VALUES) -> AlterationEffects:
    return find_effects(COVARIANCE, 0.5, values, ALTERED, NO_TARGET)


def test_the_effect_that_is_there_is_found_and_no_other() -> None:
    effects = found()
    assert list(zip(effects.drugs.tolist(), effects.events.tolist(), strict=True)) == [(0, 3)]
    assert effects.sizes[0] == pytest.approx(1.5, abs=0.4)
    assert effects.variance in VARIANCES


def test_what_is_added_is_what_the_process_with_the_effect_in_its_covariance_predicts() -> None:
    effects = found()
    there = np.isfinite(VALUES[:, 0])
    centred = ALTERED[:, 3] - ALTERED[:, 3].mean()
    plain = COVARIANCE[np.ix_(there, there)] + 0.5 * np.eye(there.sum())
    whole = plain + effects.variance * np.outer(centred[there], centred[there])
    subjects = COVARIANCE[:, there]
    expected = (subjects + effects.variance * np.outer(centred, centred[there])) @ np.linalg.solve(
        whole, VALUES[there, 0]
    ) - subjects @ np.linalg.solve(plain, VALUES[there, 0])
    added = effects.added(COVARIANCE.astype(np.float32), ALTERED, COLUMNS)
    assert added[:, 0] == pytest.approx(expected, abs=1e-4)
    assert not added[:, 1:].any()


def test_nothing_is_added_where_nobody_looked() -> None:
    unknown = np.where(np.arange(N)[:, None] % 2, ALTERED, np.nan)
    added = found().added(COVARIANCE.astype(np.float32), unknown, COLUMNS)
    assert not added[::2].any()
    assert np.abs(added[1::2, 0]).min() > 0


@pytest.mark.parametrize(
    ("lines", "target", "taken"), [(4, False, False), (5, False, True), (2, True, False), (3, True, True)]
)
def test_an_alteration_that_few_lines_have_is_not_taken_in(lines: int, target: bool, taken: bool) -> None:
    rare = ALTERED.copy()
    rare[:, 3] = np.arange(N) < lines
    values = VALUES.copy()
    values[:, 0] = np.where(np.arange(N) < lines, 9, VALUES[:, 1])
    of_target = NO_TARGET.copy()
    of_target[0, 3] = target
    assert (3 in find_effects(COVARIANCE, 0.5, values, rare, of_target).events) == taken


def trained(events: Floats | None) -> TrainingSet:
    lines = replace(LINES, alterations=events)
    genes = () if events is None else EGFR
    return TrainingSet(lines, DRUGS, response(), np.zeros((0, G), np.float32), altered_genes=genes)


def test_without_alterations_the_prediction_is_the_process_alone() -> None:
    unseen = replace(LINES, ids=())
    train = trained(None)
    plain = pair_gp(train).predict(unseen, DRUGS)
    assert np.array_equal(altered_gp(train).predict(unseen, DRUGS), plain)
    looked_at = replace(train, lines=replace(LINES, alterations=np.ones((L, 1), np.float32)), altered_genes=EGFR)
    assert np.array_equal(altered_gp(looked_at).predict(unseen, DRUGS), plain)


def test_a_drug_of_training_gets_its_effect_and_a_new_drug_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("screen.models.pair_gp.alteration_effects.FEWEST_ALTERED", 5)
    events = (np.arange(L) % 2).astype(np.float32)[:, None]
    shift = 0.3 * events
    values = response() - np.where(np.arange(D) % 2, shift, 0)
    train = replace(trained(events), response=values.astype(np.float32))
    fitted = altered_gp(train)
    assert fitted.effects is not None
    assert 1 in fitted.effects.drugs
    altered, plain = (replace(LINES, ids=(), alterations=np.full((L, 1), one, np.float32)) for one in (1, 0))
    gain = fitted.predict(altered, DRUGS) - fitted.predict(plain, DRUGS)
    place = fitted.effects.drugs.tolist().index(1)
    expected = fitted.effects.sizes[place] * np.nanstd(values[:, 1])
    assert gain[:, 1] == pytest.approx(expected, rel=0.05)
    known = replace(altered, ids=LINES.ids)
    assert np.array_equal(fitted.predict(known, DRUGS), fitted.process.predict(known, DRUGS))


@pytest.mark.parametrize(("beyond", "taken"), [(-0.4, False), (0.4, True)])
def test_an_alteration_elsewhere_is_taken_in_from_odds_of_a_million_on(beyond: float, taken: bool) -> None:
    """One effect is expected a million drugs: the evidence for one of E alterations has to exceed log(E x 10^6)."""
    altered = np.zeros((N, EVENTS), np.float32)
    for event in range(EVENTS):
        altered[event * 10 : event * 10 + 10, event] = 1
    centred = altered[:, 3] - altered[:, 3].mean()
    length = float(centred @ centred)  # the covariance is noise of 1 alone
    wanted = np.log(EVENTS * 1e6) + beyond

    def evidence(size: float) -> float:
        gains = [0.5 * (w * (size * length) ** 2 / (1 + w * length) - np.log1p(w * length)) for w in VARIANCES]
        return max(gains)

    size = next(one for one in np.linspace(0, 5, 20_001) if evidence(one) >= wanted)
    values = (size * centred)[:, None].astype(np.float32)
    effects = find_effects(np.zeros((N, N)), 1.0, values, altered, np.zeros((1, EVENTS), np.bool_))
    assert (3 in effects.events.tolist()) == taken
