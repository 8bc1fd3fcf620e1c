"""Sensitive is below the median of the lineage, and the median comes from training lines."""

import numpy as np

from screen.models.ensemble.sensitivity_labels import lineage_medians

NAN = np.nan
LINEAGES = ("Lung",) * 5 + ("Bone", "Skin")
AUC = np.array([[0.1], [0.2], [0.3], [0.4], [0.5], [0.9], [0.7]], np.float32)


def test_each_lineage_has_its_own_median_and_thin_ones_share() -> None:
    medians = lineage_medians(AUC, LINEAGES)
    assert medians.of_lineage == {"Lung": np.float32(0.3)}
    assert medians.other == np.float32(0.4)


def test_a_median_itself_is_not_sensitive_and_the_unmeasured_has_no_label() -> None:
    medians = lineage_medians(AUC, LINEAGES)
    labels = medians.labels(np.array([[0.3, 0.29, NAN]], np.float32), ("Lung",))
    assert np.array_equal(labels, [[0, 1, NAN]], equal_nan=True)


def test_a_lineage_never_seen_is_cut_with_the_thin_ones() -> None:
    assert lineage_medians(AUC, LINEAGES).labels(np.array([[0.39, 0.41]], np.float32), ("Eye",)).tolist() == [[1, 0]]
