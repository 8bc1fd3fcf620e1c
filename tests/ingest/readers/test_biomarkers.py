"""Known biomarkers in CIViC's and OncoKB's formats."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.records import Batch
from tests.ingest.omics_files import read

CIVIC = (
    "molecular_profile\tmolecular_profile_id\tdisease\tdoid\ttherapies\ttherapy_interaction_type\tevidence_type\t"
    "evidence_direction\tevidence_level\tsignificance\tevidence_statement\tcitation\tevidence_status\tevidence_id\n"
)


def civic(profile: str, therapies: str, *, kind: str = "", what: str = "Predictive", says: str = "Supports") -> str:
    rest = f"{what}\t{says}\tB\tSensitivity/Response\tMade up.\tNobody, 2020\taccepted\t7"
    return f"{profile}\t1\tMelanoma\t1909\t{therapies}\t{kind}\t{rest}\n"


def rows(batch: Batch) -> list[tuple[object, ...]]:
    columns = ("profile", "genes", "alteration", "drug_name", "combination", "effect", "level")
    return [(*row,) for row in batch.tables["biomarker_records"].select(columns).iter_rows()]


def test_civic(tmp_path: Path) -> None:
    text = CIVIC + civic("BRAF V600E", "Dabrafenib,Trametinib", kind="Combination")
    text += civic("BCR::ABL1 Fusion", "Imatinib", says="Does Not Support")
    text += civic("EGFR L858R AND EGFR T790M", "Osimertinib")
    text += civic("v::ALK Fusion", "Crizotinib") + civic("KRAS Mutation", "", what="Prognostic")
    batch = read(tmp_path / "nightly-ClinicalEvidenceSummaries.tsv", text)
    assert batch.kind == "civic-evidence"
    assert rows(batch) == [
        ("BRAF V600E", ["BRAF"], "V600E", "Dabrafenib", True, "sensitivity", "B"),
        ("BRAF V600E", ["BRAF"], "V600E", "Trametinib", True, "sensitivity", "B"),
        ("BCR::ABL1 Fusion", ["BCR", "ABL1"], "Fusion", "Imatinib", False, "no sensitivity", "B"),
        ("EGFR L858R AND EGFR T790M", ["EGFR"], "", "Osimertinib", False, "sensitivity", "B"),
        ("v::ALK Fusion", ["ALK"], "Fusion", "Crizotinib", False, "sensitivity", "B"),
    ]
    assert "1 rows left aside: not about a drug's effect, or not accepted" in batch.notes


def test_civic_of_before(tmp_path: Path) -> None:
    header = "gene\tvariant\tdisease\tdrugs\tdrug_interaction_type\tevidence_type\tevidence_direction\t"
    header += "evidence_level\tclinical_significance\tevidence_id\n"
    row = "PIK3CA\tH1047R\tBreast Cancer\tAlpelisib\t\tPredictive\tSupports\tA\tResistance\t9\n"
    assert rows(read(tmp_path / "c.tsv", header + row)) == [
        ("PIK3CA H1047R", ["PIK3CA"], "H1047R", "Alpelisib", False, "resistance", "A")
    ]


def test_oncokb(tmp_path: Path) -> None:
    header = "Level\tGene\tAlterations\tCancer Types\tDrugs (for therapeutic implications only)\n"
    text = header + "1\tBRAF\tV600E, V600K\tMelanoma\tDabrafenib + Trametinib, Vemurafenib\n"
    text += "R1\tKRAS\tOncogenic Mutations\tColorectal Cancer\tCetuximab\n"
    text += "1\tOther Biomarkers\tMSI-H\tAll Solid Tumors\tPembrolizumab\nDx1\tNPM1\tW288fs\tAML\t\n"
    found = rows(read(tmp_path / "oncokb_biomarker_drug_associations.tsv", text))
    assert ("BRAF V600K", ["BRAF"], "V600K", "Trametinib", True, "sensitivity", "1") in found
    assert ("BRAF V600E", ["BRAF"], "V600E", "Vemurafenib", False, "sensitivity", "1") in found
    assert (
        "KRAS Oncogenic Mutations",
        ["KRAS"],
        "Oncogenic Mutations",
        "Cetuximab",
        False,
        "resistance",
        "R1",
    ) in found
    assert ("Other Biomarkers MSI-H", [], "MSI-H", "Pembrolizumab", False, "sensitivity", "1") in found
    assert len(found) == 8


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (CIVIC + civic("KRAS Mutation", "", what="Prognostic"), "no biomarker of a drug in it"),
        ("Level\tGene\tAlterations\tCancer Types\n1\tBRAF\tV600E\tMelanoma\n", "no column Drugs"),
        (CIVIC + "BRAF V600E\tshort\n", "line 2"),
    ],
)
def test_what_cannot_be_read(tmp_path: Path, text: str, what: str) -> None:
    with pytest.raises(InputError) as fault:
        read(tmp_path / "b.tsv", text)
    assert what in str(fault.value)
