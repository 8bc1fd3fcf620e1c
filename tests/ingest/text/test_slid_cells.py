"""Rows as wide as the header whose cells have slid: refused where headings or other rows tell it, else read."""

from pathlib import Path

import pytest

from screen.errors import InputError
from screen.ingest import registry
from screen.records import ReadOptions

_HUB = "pert_iname\tclinical_phase\tmoa\ttarget\tdisease_area\tindication\n"
_SAMPLES = "broad_id\tpert_iname\tvendor\tcatalog_no\tvendor_name\tsmiles\tdeprecated_broad_id\n"
_GDC = (
    "gene_id\tgene_name\tgene_type\tunstranded\tstranded_first\tstranded_second\ttpm_unstranded\tfpkm_unstranded\t"
    "fpkm_uq_unstranded\n"
)
_LABELS = "Product\tEMA\tGeneric\tIndications\tLast Update\t\n"
_SLID = {
    "a phase as a drug's name": ("hub.txt", _HUB + "Launched\t\t\t\t\t\n"),
    "a mechanism as a phase": ("hub.txt", _HUB + "Phase 2\tEGFR inhibitor\tEGFR\toncology\tlung cancer\t\n"),
    "a cell doubled": ("hub.txt", _HUB + "gefitinib\tgefitinib\tLaunched\tEGFR inhibitor\tEGFR\t\n"),
    "a name as Broad's number": ("samples.txt", _SAMPLES + "ethanol\tTocris\t2073\tethyl alcohol\tCCO\tBRD-A1\t\n"),
    "yes and no as products": (
        "labels.txt",
        _LABELS + "Y\tN\tLung Cancer\t01/02/2022\t\t\nN\tN\tGlioma\t1/2/2022\t\t\n",
    ),
    "a structure as a name": ("d.csv", "name,smiles\nCC(=O)Oc1ccccc1C(=O)O,\nC1=CC=CC=C1,\n"),
    "an event as a patient": (
        "p.txt",
        "PATIENT_ID\tOS_STATUS\tOS_MONTHS\tAGE\n1:DECEASED\t12\t70\t\n0:LIVING\t2\t60\t\n",
    ),
    "a code as a patient": ("p.csv", "case_submitter_id,project_id,age,sex\nBRCA,61,F,\nSTAD,58,M,\n"),
    "a number as a gene": ("data_cna.txt", "Hugo_Symbol\tEntrez_Gene_Id\tP1\tP2\n7157\t2\t-2\t\n672\t0\t1\t\n"),
    "one row further right": (
        "data_cna.txt",
        "Hugo_Symbol\tEntrez_Gene_Id\tP1\tP2\nTP53\t7157\t2\t0\nKRAS\t3845\t0\t1\nBRAF\t673\t-2\t-1\n\tMYC\t4609\t-2\n",
    ),
    "a given drug's cohort as patient": (
        "d.tsv",
        "cancers\tpatient.arr\tdrug.name\tresponse\tstart.time\nACC\tTCGA-OR-A5JM\tSunitinib\tStable Disease\t378\n"
        "\tBRCA\tTCGA-A1-A0SB\tTaxol\tStable Disease\n",
    ),
    "a chromosome as a symbol": ("g.csv", "symbol_or_alias,approved_symbol,chromosome\nMARCHF1,4,\nMTARC1,1,\n"),
    "a symbol as HGNC's number": (
        "hgnc.txt",
        "hgnc_id\tsymbol\tname\tstatus\talias_symbol\tprev_symbol\tentrez_id\tensembl_gene_id\n"
        "TP53\ttumor protein p53\tApproved\tp53\t\t7157\tENSG00000141510\t\n",
    ),
    "salmon's lengths as genes": (
        "quant.sf",
        "Name\tLength\tEffectiveLength\tTPM\tNumReads\n9\t9\t10\t1\t\n8\t9\t2\t1\t\n",
    ),
    "transcripts as genes": (
        "rsem.genes.results",
        "gene_id\ttranscript_id(s)\tlength\teffective_length\texpected_count\tTPM\tFPKM\n"
        "NM_1\t1766\t1715\t55.5\t2.5\t1.25\t\nNM_2,NM_3\t2130\t2079\t900\t40\t20\t\n",
    ),
    "GDC's symbols as ids": (
        "8b7e2a30-9f1c-4c59-8f0e-0a1b2c3d4e5f.rna_seq.augmented_star_gene_counts.tsv",
        "# gene-model: GENCODE v36\n" + _GDC + "TP53\tprotein_coding\t900\t450\t450\t42.5\t12.5\t14.5\t\n",
    ),
    "counts as genes": ("P07ReadsPerGene.out.tab", "N_unmapped\t53\t53\t53\n6\t6\t6\t\n2\t2\t9\t\n100\t2\t98\t\n"),
    "genes as patients": ("report.csv", "patient_id,gene,alteration\nBRAF,V600E,\nKRAS,G12D,\n"),
    "panels as samples": ("data_gene_panel_matrix.txt", "SAMPLE_ID\tmutations\tcna\nIMPACT3\tIMPACT3\t\nWES\tNA\t\n"),
    "a vendor as a name": ("a.smi", "smiles\tvendor\tmolecule_name\nCCO\tX\tethanol\nCCN\tY\tY\tethylamine\n"),
    "a state as a sample": (
        "data_sv.txt",
        "Sample_Id\tSV_Status\tSite1_Hugo_Symbol\tSite2_Hugo_Symbol\tEvent_Info\n"
        "SOMATIC\tEML4\tALK\tEML4-ALK fusion\t\nGERMLINE\tBRCA1\t\tdeletion\t\n",
    ),
    "a SMILES table with an open mark": (
        "a.smi",
        'smiles\tvendor\tmolecule_name\nCCO\tX\t"ethanol\nCCN\tY\tethylamine\n',
    ),
    "a SMILES table twice": ("a.smi", "smiles\tmolecule_name\nCCO\tethanol\n" * 2),
    "a SMILES table cut": ("a.smi", "smiles\tvendor\tmolecule_name\nCCO\tX\tethanol\nCCN"),
}
_FILLED_BY_NOBODY = {
    "a drug without indication": ("hub.txt", _HUB + "gefitinib\tLaunched\tEGFR inhibitor\tEGFR\t\t\n"),
    "no withdrawn number": ("samples.txt", _SAMPLES + "BRD-K1\tethanol\tTocris\t2073\talcohol\tCCO\t\n"),
    "a column of notes": ("d.csv", "name,smiles,target\nethanol,CCO,\nethylamine,CCN,\n"),
    "one age unknown": (
        "p.csv",
        "case_submitter_id,project_id,sex,age\nTCGA-A1-A0SB,TCGA-BRCA,F,61\nTCGA-A1-A0SD,TCGA-BRCA,F,\n",
    ),
    "a gene without symbol": (
        "data_mrna_seq_v2_rsem.txt",
        "Hugo_Symbol\tEntrez_Gene_Id\tTCGA-A1-A0SB-01\tTCGA-A1-A0SD-01\n\t100130426\t0.5\t0\nTP53\t7157\t1200.5\t3\n"
        "ELMO2\t63916\t10\t7.5\n",
    ),
}


@pytest.mark.parametrize("what", _SLID)
def test_slid_cells_are_refused(what: str, tmp_path: Path) -> None:
    name, text = _SLID[what]
    (tmp_path / name).write_text(text)
    with pytest.raises(InputError) as fault:
        registry.read(tmp_path / name, ReadOptions())
    assert fault.value.remedy


@pytest.mark.parametrize("what", _FILLED_BY_NOBODY)
def test_cells_that_nobody_filled_are_read(what: str, tmp_path: Path) -> None:
    name, text = _FILLED_BY_NOBODY[what]
    (tmp_path / name).write_text(text)
    kind, batch = registry.read(tmp_path / name, ReadOptions())
    assert any(frame.height for frame in batch.tables.values()), kind.name


def test_a_smiles_table_further_right(tmp_path: Path) -> None:
    (tmp_path / "a.smi").write_text("smiles\tvendor\tmolecule_name\n\tCCO\tX\n\tCCN\tY\n")
    with pytest.raises(InputError, match="no structure in the first column"):
        registry.read(tmp_path / "a.smi", ReadOptions(kind="smiles-file"))
