"""The code of a model is told by what it is made of, and by nothing else."""

from functools import partial

from screen.evaluation.code_fingerprint import _followed, source_of
from screen.models.baselines.naive import drug_mean, mean_effects
from screen.models.baselines.ridge import fit_ridge


def one(penalty: float, taught: object) -> None:
    """Stands for a fit with a setting."""


def test_another_function_or_setting_is_another_model() -> None:
    made = [drug_mean, mean_effects, fit_ridge, partial(one, 1.0), partial(one, 2.0)]
    assert len({source_of(fit) for fit in made}) == 5
    assert source_of(partial(one, 1.0)) == source_of(partial(one, 1.0))


def test_values_held_by_a_closure_count() -> None:
    def make(penalty: float) -> object:
        return lambda taught: (penalty, taught)

    assert source_of(make(1.0)) != source_of(make(2.0))
    assert source_of(make(1.0)) == source_of(make(1.0))


def test_what_a_model_imports_is_followed() -> None:
    assert {
        "screen.models.baselines.ridge",
        "screen.models.baselines.naive",
        "screen.models",
        "screen.records",
    } <= _followed("screen.models.baselines.ridge")
    assert "screen.models.model_registry" not in _followed("screen.models.ensemble.cell_line_accuracy")
