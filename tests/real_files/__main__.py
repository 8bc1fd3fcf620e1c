"""Published files from end to end: what the store holds of them against an independent reading.

Each check reads the file again with pandas, the standard library, torch or RDKit and compares value by value with what
``crescreen ingest`` stored; it yields how many values were compared and how many differ. ``python -m tests.real_files``
prints the table. The files are private (``../shared/data``).
"""

import sys
import tempfile
from pathlib import Path

from screen import pipeline
from screen.records import ReadOptions
from screen.settings import Settings
from screen.store import open_store
from tests.real_files import measurements, records
from tests.real_files.comparing import DATA, Published

_NAMED = ("nct_id", "name")
_STATUS = ("nct_id", "overall_status")
FILES: tuple[Published, ...] = (
    Published("genes/hgnc_symbols.csv.gz", measurements.symbols),
    Published("genes/hgnc_entrez.tsv.gz", measurements.entrez),
    Published("cell_lines/Model.csv", measurements.models),
    Published("cell_lines/expression_zscore.parquet", measurements.parquet_matrix),
    Published("patients/expression_zscore.parquet", measurements.parquet_matrix),
    Published("patients/ov/tcga_ov_htseq_counts.parquet", measurements.parquet_matrix),
    Published("patients/xena_log2tpm_stad.csv.gz", measurements.tcga_matrix),
    Published("clinical/GSE6434_docetaxel_expression.csv.gz", measurements.genes_by_samples),
    Published("responses/GDSC2_fitted_dose_response.csv.gz", measurements.gdsc2),
    Published("responses/GDSC1_ln_ic50_long.csv.gz", measurements.long("LN_IC50", "LN_IC50")),
    Published("responses/CTRPv2_auc_long.csv.gz", measurements.long("auc", "AUC_CTRP")),
    Published("drugs/GDSC_drugs.csv", measurements.structures),
    Published("drugs/drug_library.csv", measurements.structures),
    Published("patients/TCGA-CDR.csv", measurements.outcomes),
    Published("patients/drug_response_ding2016.tsv", measurements.given),
    Published("evidence/repurposing_drugs_20200324.txt", records.hub("utf-8")),
    Published("evidence/repurposing_drugs_20180907.txt", records.hub("mac_roman")),
    Published("evidence/drugbank_vocabulary.csv", records.vocabulary(",", 0)),
    Published("evidence/drugbank_vocabulary_semicolon.csv", records.vocabulary(";", 1)),
    Published("evidence/nci_drug_indications.csv", records.nci),
    Published("evidence/cancerdrugsdb.txt", records.licensed),
    Published("evidence/clinicaltrials_v2/NCT00360438.json", records.studies),
    Published("evidence/clinicaltrials_website.csv", records.website),
    Published("evidence/aact_subset/studies.txt", records.aact("trials", _STATUS, "nct_id, status")),
    Published("evidence/aact_subset/conditions.txt", records.aact("trial_conditions", _NAMED, "nct_id, condition")),
    Published("evidence/aact_subset/interventions.txt", records.aact("trial_interventions", _NAMED, "nct_id, name")),
    Published("evidence/oncotree.json", records.tumour_types),
)
OPTIONS = {
    "patients/ov/tcga_ov_htseq_counts.parquet": ReadOptions(indication="OV"),
    "clinical/GSE6434_docetaxel_expression.csv.gz": ReadOptions(unit="array", indication="BRCA"),
}
"""What has to be said of a file, where the values alone do not."""


def stored(folder: Path) -> Path:
    """A new store with all of them."""
    settings = Settings(store=folder / "real.duckdb")
    pipeline.init(settings)
    for file in FILES:
        pipeline.ingest(settings, [DATA / file.path], OPTIONS.get(file.path))
    return settings.store


def main() -> int:
    """Print the table; 1 where a value differs."""
    with tempfile.TemporaryDirectory() as folder, open_store(stored(Path(folder))) as store:
        differing = 0
        for file in FILES:
            cells, wrong = file.check(store, DATA / file.path)
            differing += wrong
            sys.stdout.write(f"{file.path:<52} {cells:>10,} compared {wrong:>8,} differ\n")
    return int(differing > 0)


if __name__ == "__main__":
    sys.exit(main())
