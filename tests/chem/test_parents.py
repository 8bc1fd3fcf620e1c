"""Salts by their counter-ions, racemates and mixtures by what they are."""

import pytest

from screen import chem


def key(smiles: str) -> str:
    return chem.standardise(smiles).drug_id


IMIPRAMINE = "CN(C)CCCN1c2ccccc2CCc2ccccc12"
PAMOIC = "OC(=O)c1cc2ccccc2c(Cc2c(O)c(cc3ccccc23)C(O)=O)c1O"


@pytest.mark.parametrize(
    ("salt", "drug"),
    [
        (f"{IMIPRAMINE}.{PAMOIC}", IMIPRAMINE),
        (f"{IMIPRAMINE}.{IMIPRAMINE}.{PAMOIC}", IMIPRAMINE),
        ("NCCS.OC(=O)[C@H](O)[C@@H](O)C(O)=O", "NCCS"),
        ("CC(=O)Oc1ccccc1C(=O)O.NCCCC[C@H](N)C(=O)O", "CC(=O)Oc1ccccc1C(=O)O"),
        ("CC(C)Cc1ccc(cc1)C(C)C(=O)O.NC(=N)NCCC[C@H](N)C(=O)O", "CC(C)Cc1ccc(cc1)C(C)C(=O)O"),
        ("CNCC(O)c1ccc(O)c(O)c1.OC1OC(C(O)C(O)C1O)C(=O)O", "CNCC(O)c1ccc(O)c(O)c1"),
        ("NCC1CC1.OC(=O)CNC(=O)c1ccccc1", "NCC1CC1"),
        ("CN1CCCC1.OS(=O)(=O)CC12CCC(CC1=O)C2(C)C", "CN1CCCC1"),
        ("C1CCNCC1.CS(=O)(=O)O.CCO.O", "C1CCNCC1"),
        ("C1CCNCC1.Cl", "C1CCNCC1"),
        (
            "OC(=O)c1ccc2nc(oc2c1)-c1cc(Cl)cc(Cl)c1.CNC[C@H](O)[C@@H](O)[C@H](O)[C@H](O)CO",
            "OC(=O)c1ccc2nc(oc2c1)-c1cc(Cl)cc(Cl)c1",
        ),
    ],
)
def test_counter_ions_go_whatever_their_size(salt: str, drug: str) -> None:
    assert key(salt) == key(drug)


@pytest.mark.parametrize("smiles", [PAMOIC, "OC(=O)CC(O)(CC(=O)O)C(=O)O", "NCCCC[C@H](N)C(=O)O", "CCO", "CS(C)=O"])
def test_a_counter_ion_alone_is_a_drug(smiles: str) -> None:
    assert chem.standardise(smiles).heavy_atoms > 2


def test_two_pamoates_are_two_drugs() -> None:
    assert key(f"{IMIPRAMINE}.{PAMOIC}") != key(f"CN1CCCN=C1/C=C/c1cccs1.{PAMOIC}")


@pytest.mark.parametrize(
    ("racemate", "enantiomer"),
    [
        ("C[C@H](N)Cc1ccccc1.C[C@@H](N)Cc1ccccc1", "C[C@H](N)Cc1ccccc1"),
        ("C[C@H](N)Cc1ccccc1.C[C@@H](N)Cc1ccccc1.OS(O)(=O)=O", "C[C@@H](N)Cc1ccccc1"),
        ("C[C@H](N)Cc1ccccc1 |&1:1|", "C[C@H](N)Cc1ccccc1"),
        ("C[C@H](N)Cc1ccccc1 |&1:1,r|", "C[C@@H](N)Cc1ccccc1"),
    ],
)
def test_a_racemate_is_none_of_its_hands(racemate: str, enantiomer: str) -> None:
    assert key(racemate) != key(enantiomer)
    assert key(racemate) == key("CC(N)Cc1ccccc1")


def test_one_hand_with_a_damaged_or_other_extension_stays() -> None:
    for extension in ("|", "|a:1|", "|&1:99|", "amphetamine &1:1"):
        assert key(f"C[C@H](N)Cc1ccccc1 {extension}") == key("C[C@H](N)Cc1ccccc1")


def test_partners_of_like_size_are_a_mixture() -> None:
    one, other = "CCCCCCc1ccc(O)cc1O", "Nc1c2ccccc2nc2ccccc12"
    assert len({key(one), key(other), key(f"{one}.{other}")}) == 3
    assert key(f"{one}.{other}") == key(f"{other}.{one}")


@pytest.mark.parametrize(
    ("smiles", "doubtful"),
    [
        ("CC(=O)O.NCCCC[C@H](N)C(=O)O", True),
        ("CCCCCCc1ccc(O)cc1O.Nc1c2ccccc2nc2ccccc12", True),
        (f"{IMIPRAMINE}.{PAMOIC}", False),
        (f"{IMIPRAMINE}.Cl", False),
        ("C[C@H](N)Cc1ccccc1.C[C@@H](N)Cc1ccccc1", False),
        ("CCO", False),
    ],
)
def test_a_salt_is_doubtful_where_no_list_tells_the_drug(smiles: str, doubtful: bool) -> None:
    assert chem.is_doubtful(smiles) == doubtful


def test_several_smiles_in_one_cell() -> None:
    import polars as pl

    table = pl.DataFrame({"name": ["a", "b", "c"], "smiles": ["CCO, OCC", "CCO, CCN", "CCO"]})
    names, _, problems = chem.structures(table)
    assert names["drug_id"][0] == names["drug_id"][2]
    assert problems["name"].to_list() == ["b"]
