"""What a drug is: parents, identities, graphs."""

from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen import chem
from screen.errors import InputError

CISPLATIN = (
    "N.N.Cl[Pt]Cl",
    "[NH3][Pt]([NH3])(Cl)Cl",
    "N[Pt](N)(Cl)Cl",
    "[NH3+][Pt-2]([NH3+])(Cl)Cl",
    "N.N.[Cl-].[Cl-].[Pt+2]",
    "Cl.Cl.N.N.[Pt]",
)
CARBOPLATIN = (
    "C1CC(C1)(C(=O)[O-])C(=O)[O-].N.N.[Pt+2]",
    "C1CC(C1)(C(=O)O)C(=O)O.[NH2-].[NH2-].[Pt+2]",
    "N[Pt]1(N)OC(=O)C2(CCC2)C(=O)O1",
)
OXALIPLATIN = (
    "C1CC[C@H]([C@@H](C1)[NH-])[NH-].C(=O)(C(=O)[O-])[O-].[Pt+4]",
    "O=C1O[Pt]2(N[C@@H]3CCCC[C@H]3N2)OC1=O",
    "C1CC[C@H]([C@@H](C1)[NH-])[NH-].C(=O)(C(=O)O)O.[Pt+2]",
)
IMATINIB = "CC1=C(C=C(C=C1)NC(=O)C2=CC=C(C=C2)CN3CCN(CC3)C)NC4=NC=CC(=N4)C5=CN=CC=C5"


def key(smiles: str) -> str:
    return chem.standardise(smiles).drug_id


@pytest.mark.parametrize(
    ("drawings", "identity"),
    [
        (CISPLATIN, "LXZZYRPGZAFOLE-UHFFFAOYSA-L"),
        (CARBOPLATIN, "OLESAACUTLOWQZ-UHFFFAOYSA-L"),
        (OXALIPLATIN, "ZROHGHOFXNOHSO-BNTLRKBRSA-L"),
    ],
    ids=["cisplatin", "carboplatin", "oxaliplatin"],
)
def test_a_platinum_drug_is_one_drug_however_drawn(drawings: tuple[str, ...], identity: str) -> None:
    assert {key(smiles) for smiles in drawings} == {identity}


def test_a_platinum_drug_keeps_its_metal_and_all_its_ligands() -> None:
    cisplatin = chem.standardise(CISPLATIN[0])
    assert (cisplatin.heavy_atoms, round(cisplatin.molecular_weight, 1)) == (5, 300.0)
    assert "Pt" in cisplatin.smiles


@pytest.mark.parametrize("salt", [".CS(=O)(=O)O", ".Cl", ".[Na+].[Cl-]", ".O.O"])
def test_a_salt_is_its_parent(salt: str) -> None:
    assert key(IMATINIB + salt) == key(IMATINIB) == "KTUFNOKKBVMGRW-UHFFFAOYSA-N"


@pytest.mark.parametrize(
    ("charged", "neutral"),
    [
        ("CC(=O)[O-].[Na+]", "CC(=O)O"),
        ("CC(=O)O[Na]", "CC(=O)O"),
        ("C[NH3+].[Br-]", "CN"),
        ("[O-]C(=O)CC[NH3+]", "NCCC(=O)O"),
    ],
)
def test_charges_are_balanced(charged: str, neutral: str) -> None:
    assert key(charged) == key(neutral)


def test_a_permanent_charge_stays() -> None:
    assert chem.standardise("C[N+](C)(C)CCO.[Cl-]").smiles == "C[N+](C)(C)CCO"


@pytest.mark.parametrize("whole", ["O=[As]O[As]=O", "[Li+].[Li+].[O-]C([O-])=O", "CC[Hg]Sc1ccccc1C(=O)O"])
def test_inorganic_and_metal_drugs_stay_whole(whole: str) -> None:
    assert chem.standardise(whole).heavy_atoms == len(chem.graph(whole).atoms)


def test_mirror_images_are_two_drugs_and_tautomers_one() -> None:
    assert key("C[C@H](N)C(=O)O") != key("C[C@@H](N)C(=O)O")
    assert key("Oc1ccccn1") == key("O=c1cccc[nH]1")


def test_the_parent_of_a_parent_is_itself() -> None:
    for smiles in (*CISPLATIN, *CARBOPLATIN, *OXALIPLATIN, IMATINIB, "CC(=O)[O-].[Na+]"):
        parent = chem.standardise(smiles)
        assert chem.standardise(parent.smiles) == parent


@pytest.mark.parametrize(
    ("smiles", "fault"),
    [
        ("", "empty"),
        ("  ", "empty"),
        ("CC(C", "cannot be read"),
        ("c1cccc1", "cannot be read"),
        ("C(C)(C)(C)(C)C", "cannot be read"),
        ("not a drug", "cannot be read"),
        ("*CC", "placeholder"),
        ("C" * 2001, "2001 characters"),
    ],
)
def test_what_is_no_structure_is_refused(smiles: str, fault: str) -> None:
    with pytest.raises(InputError, match=fault) as raised:
        chem.standardise(smiles)
    assert len(str(raised.value)) < 250


def test_an_extension_or_a_name_after_the_smiles_is_left_out() -> None:
    assert key("C1CN=C(N1)c1cnc2ccccc2n1 |c:2,99|") == key("C1CN=C(N1)c1cnc2ccccc2n1 BU-239")


def test_rdkit_stays_silent(capfd: pytest.CaptureFixture[str]) -> None:
    chem.standardise("CC(=O)O[Na]")
    with pytest.raises(InputError):
        chem.standardise("c1cccc1")
    assert capfd.readouterr() == ("", "")


def test_a_table_keeps_its_rows_and_lists_what_could_not_be_read() -> None:
    given = pl.DataFrame({"name": ["a", "b", "c", "d", "e"], "smiles": ["CCO", None, "OCC", "c1cccc1", " "]})
    names, structures, problems = chem.structures(given)
    ethanol = "LFQSCWFLJHTTHZ-UHFFFAOYSA-N"
    assert names["drug_id"].to_list() == [ethanol, None, ethanol, None, None]
    assert structures["drug_id"].to_list() == [ethanol]
    assert problems.columns == ["name", "smiles", "reason"]
    assert problems["name"].to_list() == ["d"]


@pytest.mark.parametrize("smiles", [[], [None, ""]])
def test_a_table_without_structures_is_no_fault(smiles: list[str | None]) -> None:
    given = pl.DataFrame(
        {"name": [str(n) for n in range(len(smiles))], "smiles": smiles},
        schema={"name": pl.String, "smiles": pl.String},
    )
    names, structures, problems = chem.structures(given)
    assert (names.height, structures.height, problems.height) == (len(smiles), 0, 0)


def test_several_processes_give_what_one_gives(monkeypatch: pytest.MonkeyPatch) -> None:
    given = pl.DataFrame({"name": [f"n{n}" for n in range(40)], "smiles": ["C" * n + "O" for n in range(39)] + ["c1"]})
    alone = chem.structures(given)
    monkeypatch.setattr(chem.molecules, "_PARALLEL_FROM", 1)
    for one, other in zip(alone, chem.structures(given), strict=True):
        assert one.equals(other)


def test_a_graph_has_every_bond_in_both_directions() -> None:
    graph = chem.graph("C#N")
    assert graph.atoms.tolist() == [[5, 0], [6, 0]]
    assert graph.edges.tolist() == [[0, 1], [1, 0]]
    assert graph.bonds.tolist() == [[2, 0], [2, 0]]


def test_a_graph_shows_chirality_aromatic_bonds_and_directions() -> None:
    assert sorted(chem.graph("C[C@H](N)C(=O)O").atoms[:, 1].tolist())[-1] in (1, 2)
    assert set(chem.graph("c1ccccc1").bonds[:, 0].tolist()) == {3}
    assert np.count_nonzero(chem.graph("C/C=C/C").bonds[:, 1]) == 4


def test_fingerprint_and_scaffold() -> None:
    assert chem.fingerprint(IMATINIB).shape == (chem.FINGERPRINT_BITS,)
    assert chem.scaffold("CCc1ccccc1") == "c1ccccc1"
    assert chem.scaffold("CCO") == ""


def test_recombination_is_seeded_and_makes_new_readable_molecules() -> None:
    parents = [IMATINIB, "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1"]
    made = chem.recombine(parents, 1, tries=30)
    assert made == chem.recombine(parents, 1, tries=30)
    assert len(made) > 10
    assert all(chem.standardise(smiles).heavy_atoms >= 8 for smiles in made)


@pytest.mark.real
def test_every_structure_of_the_library_is_read(real_data: Path) -> None:
    library = pl.read_csv(real_data / "drugs" / "drug_library.csv", infer_schema=False)
    names, _, problems = chem.structures(library.select("smiles", name="drug_name"))
    assert (names["drug_id"].drop_nulls().len(), problems.height) == (565, 0)


@pytest.mark.real
def test_identities_agree_with_the_hub(real_data: Path) -> None:
    from io import StringIO

    text = (real_data / "evidence" / "repurposing_samples_20200324.txt").read_text("utf-8").replace("\x0b", " ")
    table = pl.read_csv(StringIO(text), separator="\t", comment_prefix="!", infer_schema=False)
    # The Hub's own keys are those of the one hand drawn, even where its CXSMILES says that both are there.
    one_hand = ~pl.col("smiles").str.contains(" |&", literal=True)
    hub = table.filter((pl.col("InChIKey").str.len_chars() == 27) & one_hand).unique("smiles").sort("smiles")[::40]
    names, _, _ = chem.structures(hub.select("smiles", name="pert_iname"))
    assert (names["drug_id"] == hub["InChIKey"]).mean() > 0.95
