"""Files of seven kinds made at random, with what is in them known from the making."""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from screen.records import Batch, ReadOptions

Table = list[list[str]]
ROWS = 12
"""Data rows of each file."""


@dataclass(frozen=True)
class Format:
    """A kind of file with a generator of right ones, and how to look up what was read."""

    name: str
    file: str
    delimiter: str
    make: Callable[[random.Random], Table]
    facts: Callable[[Batch], dict[str, set[tuple[object, ...]]]]
    """Key of a row -> what was read of it."""
    truth: Callable[[Table], dict[str, set[tuple[object, ...]]]]
    """The same from the table that was written."""
    options: ReadOptions = field(default_factory=ReadOptions)
    above: str = ""


def _pairs(batch: Batch, table: str, key: str, *columns: str) -> dict[str, set[tuple[object, ...]]]:
    found: dict[str, set[tuple[object, ...]]] = {}
    if table not in batch.tables:
        return found
    for name, *values in batch.tables[table].select(key, *columns).iter_rows():
        found.setdefault(str(name), set()).add(tuple(values))
    return found


def _from(table: Table, key: str, *columns: str, number: tuple[str, ...] = ()) -> dict[str, set[tuple[object, ...]]]:
    header, *rows = table
    found: dict[str, set[tuple[object, ...]]] = {}
    for row in rows:
        cell = dict(zip(header, row, strict=True))
        values = tuple(float(cell[c]) if c in number else cell[c] or None for c in columns)
        found.setdefault(cell[key], set()).add(values)
    return found


def _gdsc(rng: random.Random) -> Table:
    header = [
        "DATASET",
        "NLME_RESULT_ID",
        "NLME_CURVE_ID",
        "COSMIC_ID",
        "CELL_LINE_NAME",
        "SANGER_MODEL_ID",
        "TCGA_DESC",
        "DRUG_ID",
        "DRUG_NAME",
        "PUTATIVE_TARGET",
        "PATHWAY_NAME",
        "COMPANY_ID",
        "WEBRELEASE",
        "MIN_CONC",
        "MAX_CONC",
        "LN_IC50",
        "AUC",
        "RMSE",
        "Z_SCORE",
    ]
    rows = []
    for i in range(ROWS):
        auc = rng.uniform(0.3, 0.99)
        line = ["GDSC2", "343", str(1000 + i), str(68300 + i), f"LINE-{i}", f"SIDM{i:05d}", "BRCA"]
        drug = [str(1000 + i % 4), f"Drug{i % 4}", "EGFR, ERBB2", "EGFR signaling", "1046", "Y", "0.001", "10"]
        curve = [f"{8 * auc - 4:.6f}", f"{auc:.6f}", f"{rng.uniform(0.01, 0.2):.6f}", f"{rng.uniform(-2, 2):.6f}"]
        rows.append([*line, *drug, *curve])
    return [header, *rows]


def _gdsc_facts(batch: Batch) -> dict[str, set[tuple[object, ...]]]:
    return _pairs(batch, "responses", "cell_line_ref", "drug_name", "metric", "value")


def _gdsc_truth(table: Table) -> dict[str, set[tuple[object, ...]]]:
    header, *rows = table
    found: dict[str, set[tuple[object, ...]]] = {}
    for row in rows:
        cell = dict(zip(header, row, strict=True))
        for metric in ("LN_IC50", "AUC"):
            found.setdefault(cell["SANGER_MODEL_ID"], set()).add((cell["DRUG_NAME"], metric, float(cell[metric])))
    return found


def _models(rng: random.Random) -> Table:
    header = [
        "ModelID",
        "CellLineName",
        "StrippedCellLineName",
        "SangerModelID",
        "COSMICID",
        "OncotreeCode",
        "OncotreeLineage",
    ]
    return [
        header,
        *(
            [f"ACH-{i:06d}", f"L-{i}", f"L{i}", f"SIDM{i:05d}", str(683000 + i), rng.choice(["BRCA", "LUAD"]), "Lung"]
            for i in range(ROWS)
        ),
    ]


def _clinical(rng: random.Random) -> Table:
    header = "bcr_patient_barcode,type,age_at_initial_pathologic_diagnosis,gender,OS,OS.time,PFI,PFI.time"
    rows = []
    for i in range(ROWS):
        sex = rng.choice(["MALE", "FEMALE"])
        who = [f"TCGA-AA-{i:04d}", rng.choice(["BRCA", "STAD"]), str(rng.randint(31, 90)), sex]
        events = [text for _ in range(2) for text in (str(rng.randint(0, 1)), str(rng.randint(100, 3000)))]
        rows.append([*who, *events])
    return [header.split(","), *rows]


def _drugs(rng: random.Random) -> Table:
    chains = ["C" * (i + 2) + "O" for i in range(ROWS)]
    return [
        ["drug_name", "smiles", "target"],
        *([f"Drug {i}", chains[i], f"GENE{rng.randint(1, 9)}"] for i in range(ROWS)),
    ]


def _drug_truth(table: Table) -> dict[str, set[tuple[object, ...]]]:
    from screen import chem

    return {row[0]: {(chem.standardise(row[1]).drug_id,)} for row in table[1:]}


def _conditions(rng: random.Random) -> Table:
    names = ["Breast Cancer", "Lung | Cancer", "Gastric Cancer", 'Cancer of "x"']
    rows = []
    for i in range(ROWS):
        name = rng.choice(names)
        rows.append([str(i), f"NCT{i:08d}", name, name.lower()])
    return [["id", "nct_id", "name", "downcase_name"], *rows]


def _hub(rng: random.Random) -> Table:
    header = ["pert_iname", "clinical_phase", "moa", "target", "disease_area", "indication"]
    phases = ["Launched", "Phase 2", "Preclinical"]
    return [
        header,
        *(
            [f"hub{i}", rng.choice(phases), "inhibitor", "EGFR|KIT", "oncology", f"lung cancer {i}"]
            for i in range(ROWS)
        ),
    ]


GENES = ["TP53", "EGFR", "KRAS", "BRAF", "MYC", "PTEN", "CDK4", "CDK6", "MDM2", "ALK", "MET", "RET"]


def _matrix(rng: random.Random) -> Table:
    rows = [[f"P{i:03d}", *(f"{rng.uniform(0.1, 14):.2f}" for _ in GENES)] for i in range(ROWS)]
    return [["patient_id", *GENES], *rows]


def _matrix_facts(batch: Batch) -> dict[str, set[tuple[object, ...]]]:
    if "gene_orders" not in batch.tables:
        return {}
    genes = batch.tables["gene_orders"]["genes"][0].to_list()
    rows = batch.tables["expression"].select("subject_id", "levels").iter_rows()
    return {
        name: {(gene, round(value, 2)) for gene, value in zip(genes, levels, strict=True) if value is not None}
        for name, levels in rows
    }


def _matrix_truth(table: Table) -> dict[str, set[tuple[object, ...]]]:
    return {
        row[0]: {(gene, round(float(v), 2)) for gene, v in zip(table[0][1:], row[1:], strict=True)} for row in table[1:]
    }


FORMATS = (
    Format("gdsc", "GDSC2.csv", ",", _gdsc, _gdsc_facts, _gdsc_truth),
    Format(
        "models",
        "Model.csv",
        ",",
        _models,
        lambda b: _pairs(b, "cell_line_records", "cell_line_id", "name", "sanger_id", "oncotree_code"),
        lambda t: _from(t, "ModelID", "CellLineName", "SangerModelID", "OncotreeCode"),
    ),
    Format(
        "clinical",
        "TCGA-CDR.csv",
        ",",
        _clinical,
        lambda b: _pairs(b, "outcomes", "patient_id", "endpoint", "event", "days"),
        lambda t: {
            row[0]: {("OS", row[4] == "1", float(row[5])), ("PFI", row[6] == "1", float(row[7]))} for row in t[1:]
        },
    ),
    Format("drugs", "drugs.csv", ",", _drugs, lambda b: _pairs(b, "drug_names", "name", "drug_id"), _drug_truth),
    Format(
        "aact",
        "conditions.txt",
        "|",
        _conditions,
        lambda b: _pairs(b, "trial_conditions", "nct_id", "condition"),
        lambda t: _from(t, "nct_id", "name"),
    ),
    Format(
        "hub",
        "repurposing_drugs.txt",
        "\t",
        _hub,
        lambda b: _pairs(b, "indication_records", "drug_name", "condition", "phase"),
        lambda t: _from(t, "pert_iname", "indication", "clinical_phase"),
        above="!File_date\t3/24/2020\n",
    ),
    Format(
        "matrix",
        "tumours.tsv",
        "\t",
        _matrix,
        _matrix_facts,
        _matrix_truth,
        ReadOptions(unit="log2tpm1", indication="BRCA"),
    ),
)
