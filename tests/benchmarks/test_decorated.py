"""Decorated structures are molecules, new ones, and the same from the same seed."""

from itertools import islice

from screen import chem
from tests.benchmarks.decorated import decorated

PARENTS = ["CC(=O)Oc1ccccc1C(=O)O", "Cn1cnc2c1c(=O)n(C)c(=O)n2C", "not a structure", "[Na+].[Cl-]"]


def test_they_can_be_read_and_differ_from_their_parents() -> None:
    made = list(islice(decorated(PARENTS, 3), 100))
    parents = {number: chem.standardise(PARENTS[number]).drug_id for number in (0, 1)}
    found = [(chem.standardise(smiles).drug_id, number) for smiles, number in made]
    assert {number for _, number in found} == {0, 1}
    assert all(drug_id != parents[number] for drug_id, number in found)
    assert len({drug_id for drug_id, _ in found}) > 90


def test_the_seed_decides() -> None:
    one, same, other = (list(islice(decorated(PARENTS, seed), 20)) for seed in (1, 1, 2))
    assert one == same != other
