"""The domain of drugs: nearest structure and a shared target, never to the drug itself."""

import numpy as np

from screen.models import Drugs
from screen.models.uncertainty.drug_applicability import BANDS, drug_domain, heldout_domain

BITS = np.array([[1, 1, 1, 0, 0, 0], [1, 1, 0, 0, 0, 0], [0, 0, 0, 1, 1, 1], [0, 0, 0, 0, 0, 1]], bool)
TARGETS = (frozenset({"EGFR"}), frozenset({"ALK"}), frozenset({"EGFR", "KIT"}), frozenset[str]())
DRUGS = Drugs(("A", "B", "C", "D"), BITS, TARGETS, ("",) * 4, np.zeros((4, 3), np.float32))


def test_a_trained_drug_is_its_own_nearest() -> None:
    found = drug_domain(DRUGS, DRUGS)
    assert found.nearest == DRUGS.drug_ids
    assert found.similarity.tolist() == [1, 1, 1, 1]
    assert found.shared.tolist() == [True, True, True, False]


def test_a_drug_held_out_is_compared_with_the_others_alone() -> None:
    found = heldout_domain(DRUGS, np.arange(4))
    assert found.nearest == ("B", "A", "D", "C")
    assert np.allclose(found.similarity, [2 / 3, 2 / 3, 1 / 3, 1 / 3])
    assert found.shared.tolist() == [True, False, True, False]
    assert [BANDS[band] for band in found.bands] == ["both", "alike structure", "shared target", "neither"]
