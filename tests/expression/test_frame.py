"""A model's frozen frame: both domains on the cell lines' scale."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from screen.errors import InputError, UnitError
from screen.expression import convert, fit_frame
from screen.expression.frame import CLIP
from screen.records import Domain, Profiles

GENES = ("A", "B", "C")
RNG = np.random.default_rng(2)


def made(domain: Domain, levels: NDArray[Any], unit: str = "log2tpm1", genes: tuple[str, ...] = GENES) -> Profiles:
    ids = tuple(f"S{i}" for i in range(len(levels)))
    return Profiles(domain, ids, ids, ("s",) * len(ids), ("data",) * len(ids), genes, levels.astype(np.float32), unit)


LINES = made("cell_line", RNG.gamma(2, 2, (90, 3)))
PATIENTS = made("patient", RNG.gamma(2, 1, (300, 3)))
FRAME = fit_frame(LINES, PATIENTS, GENES)


def test_a_patient_alone_gets_the_numbers_it_has_in_the_cohort() -> None:
    together = FRAME.scale(PATIENTS)
    assert np.array_equal(FRAME.scale(PATIENTS.take([17])), together[17:18])


@pytest.mark.parametrize("reference", [LINES, PATIENTS], ids=["lines", "patients"])
def test_each_domain_becomes_standard_and_keeps_its_ranks(reference: Profiles) -> None:
    scores = FRAME.scale(reference)
    assert np.abs(scores.mean(axis=0)).max() < 0.05
    assert np.abs(scores.std(axis=0) - 1).max() < 0.1
    order = np.argsort(reference.levels, axis=0)
    ordered = np.take_along_axis(scores, order, 0)
    assert (np.diff(ordered, axis=0)[ordered[1:] < CLIP] > 0).all()


def test_a_patient_takes_the_cell_lines_value_of_the_same_rank() -> None:
    ranked = np.sort(PATIENTS.levels, axis=0)[[75, 150, 225]]
    expected = np.quantile(LINES.levels, [0.25, 0.5, 0.75], axis=0)
    scaled = FRAME.scale(made("patient", ranked))
    assert scaled == pytest.approx(FRAME.scale(made("cell_line", expected)), abs=0.03)


def test_outliers_are_clipped_and_missing_is_the_middle() -> None:
    odd = made("patient", np.array([[36_893, -50, np.nan]]))
    scores = FRAME.scale(odd)[0]
    highest, lowest = FRAME.scale(made("cell_line", np.array([LINES.levels.max(axis=0), LINES.levels.min(axis=0)])))
    assert scores.tolist() == pytest.approx([highest[0], lowest[1], 0.0], abs=1e-3)
    assert np.abs(FRAME.scale(made("cell_line", np.array([[1e6, -1e6, 0]])))[0, :2]).tolist() == [CLIP, CLIP]


def test_zeros_share_the_middle_of_their_ranks_and_a_constant_gene_says_nothing() -> None:
    levels = np.zeros((100, 3))
    levels[:50, 0] = np.linspace(1, 9, 50)
    levels[:, 2] = 4
    frame = fit_frame(LINES, made("patient", levels), GENES)
    scores = frame.scale(made("patient", np.array([[0.0, 0.0, 4.0], [9.0, 1.0, 7.0]])))
    quarter, half = FRAME.scale(made("cell_line", np.quantile(LINES.levels, [0.25, 0.5], axis=0)))
    assert scores[0].tolist() == pytest.approx([quarter[0], half[1], half[2]], abs=0.03)  # zeros: median rank 1/4
    assert scores[1, 1:].tolist() == pytest.approx(half[1:].tolist(), abs=0.03)


def test_another_unit_of_the_same_family_gives_the_same_scores() -> None:
    tpm = replace(PATIENTS, levels=convert(PATIENTS.levels, "log2tpm1", "tpm"), unit="tpm")
    np.testing.assert_allclose(FRAME.scale(tpm), FRAME.scale(PATIENTS), atol=1e-3)
    assert fit_frame(LINES, tpm, GENES).unit == "log2tpm1"


def test_a_foreign_unit_is_refused_never_rescaled() -> None:
    with pytest.raises(UnitError, match=r"z-score, which cannot be brought to the model's log2\(TPM") as fault:
        FRAME.scale(made("patient", RNG.normal(size=(2, 3)), "zscore"))
    assert fault.value.where == "data"
    assert fault.value.remedy


def test_read_counts_of_few_genes_are_no_frame() -> None:
    with pytest.raises(UnitError, match="cannot be brought to the model's log2\\(CPM \\+ 1\\)"):
        fit_frame(LINES, made("patient", RNG.integers(0, 90, (9, 3)), "counts"), GENES)


def test_each_domain_keeps_a_scale_of_its_own_where_there_is_none_in_common() -> None:
    patients = made("patient", RNG.gamma(2, 3, (40, 3)), "log2cpm1")
    lines = made("cell_line", RNG.normal(size=(30, 3)), "zscore")
    frame = fit_frame(lines, patients, GENES)
    assert (frame.unit, frame.line_unit) == ("log2cpm1", "zscore")
    scaled = frame.scale(patients)
    order = np.argsort(patients.levels[:, 0])
    assert (np.diff(scaled[order, 0]) >= 0).all()
    assert abs(float(np.median(scaled))) < 0.5
    assert np.isfinite(frame.scale(lines)).all()
    np.testing.assert_allclose(frame.scale(patients.take([7])), scaled[[7]])


def test_coverage_names_what_is_missing() -> None:
    some = made("patient", np.array([[1.0, np.nan], [1.0, 2.0]]), genes=("C", "A"))
    first, second = FRAME.coverage(some)
    assert (first.found, first.expected, first.missing) == (1, 3, ("A", "B"))
    assert (second.found, second.missing) == (2, ("B",))
    assert FRAME.scale(some)[0, :2].tolist() == [0, 0]


TYPE = (2,) * 12 + (1,) * 12 + (0,) * 66
NEAR = replace(LINES, levels=LINES.levels + 6 * (np.array(TYPE)[:, None] == 2) + 3 * (np.array(TYPE)[:, None] == 1))
OF_TYPE = fit_frame(NEAR, PATIENTS, GENES, TYPE)


def test_the_average_tumour_is_read_as_its_type_and_not_as_the_average_line() -> None:
    lines, patients = OF_TYPE.scale(NEAR), OF_TYPE.scale(PATIENTS)
    of_type, of_lineage = lines[:12].mean(axis=0), lines[12:24].mean(axis=0)
    assert (np.abs(patients.mean(axis=0) - of_type) < np.abs(patients.mean(axis=0) - of_lineage)).all()
    assert (patients.mean(axis=0) > 0.6 * of_type).all()
    plain = fit_frame(NEAR, PATIENTS, GENES).scale(PATIENTS)
    assert np.abs(plain.mean(axis=0)).max() < 0.05


def test_patients_keep_their_order_within_the_cohort() -> None:
    order = np.argsort(PATIENTS.levels, axis=0)
    ordered = np.take_along_axis(OF_TYPE.scale(PATIENTS), order, 0)
    assert (np.diff(ordered, axis=0) >= -1e-6).all()


def test_a_type_of_few_lines_is_drawn_towards_its_lineage() -> None:
    few = (2,) * 2 + (1,) * 22 + (0,) * 66
    one = fit_frame(NEAR, PATIENTS, GENES, few).scale(PATIENTS).mean(axis=0)
    assert one.mean() < OF_TYPE.scale(PATIENTS).mean()


def test_a_gene_that_was_not_measured_is_the_mean_of_the_type() -> None:
    missing = OF_TYPE.scale(made("patient", np.full((1, 3), np.nan)))
    assert missing[0] == pytest.approx(OF_TYPE.scale(PATIENTS).mean(axis=0), abs=0.1)


def test_without_a_line_near_it_is_read_against_all_lines() -> None:
    none = fit_frame(LINES, PATIENTS, GENES, (0,) * len(LINES))
    assert np.array_equal(none.scale(PATIENTS), FRAME.scale(PATIENTS))


def test_nothing_to_learn_from() -> None:
    with pytest.raises(InputError, match="0 shared genes"):
        fit_frame(LINES, PATIENTS, ())
    with pytest.raises(InputError, match="gene Z has no value"):
        fit_frame(LINES, PATIENTS, ("A", "Z"))
