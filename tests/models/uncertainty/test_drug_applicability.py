"""The domain of drugs: nearest structure and a shared target, never to the drug itself."""

import numpy as np

from screen.models import Drugs
from screen.models.uncertainty.drug_applicability import BANDS, drug_domain

BITS = np.array([[1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 1]], bool)
TARGETS = (frozenset({"EGFR"}), frozenset({"ALK"}), frozenset({"EGFR", "KIT"}), frozenset[str]())
DRUGS = Drugs(("A", "B", "C", "D"), BITS, TARGETS, ("",) * 4, np.zeros((4, 3), np.float32))


def test_a_trained_drug_is_its_own_nearest() -> None:
    found = drug_domain(DRUGS, DRUGS)
    assert found.nearest == DRUGS.drug_ids
    assert found.similarity.tolist() == [1, 1, 1, 1]
    assert found.shared.tolist() == [True, True, True, False]


def test_a_new_drug_is_compared_with_those_of_training() -> None:
    found = drug_domain(DRUGS.take(np.array([0, 2])), DRUGS.take(np.array([1, 3])))
    assert found.nearest == ("B", "D")
    assert np.allclose(found.similarity, [2 / 3, 1 / 3])
    assert found.shared.tolist() == [False, False]
    assert [BANDS[band] for band in found.bands] == ["alike structure", "neither"]
    nearer = drug_domain(DRUGS.take(np.array([0, 2])), DRUGS.take(np.array([1, 2])))
    assert [BANDS[band] for band in nearer.bands] == ["both", "both"]
