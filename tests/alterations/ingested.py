"""Small tables of alterations, written and ingested as a user would."""

from pathlib import Path

from screen import pipeline
from screen.records import ReadOptions
from screen.settings import Settings

COVERED = """cohort,kind,gene,altered_patients
STAD,mutation,TP53,2
STAD,mutation,KRAS,1
STAD,mutation,RAS,1
STAD,cnv,ERBB2,1
SKCM,mutation,BRAF,1
"""
PATIENTS = "patient_id,cohort\nTCGA-AA-0001,STAD\nTCGA-AA-0002,STAD\nTCGA-BB-0003,SKCM\n"
MUTATIONS = """patient_id,gene,cohort
TCGA-AA-0001,TP53,STAD
TCGA-AA-0001,RAS,STAD
TCGA-BB-0003,BRAF,SKCM
"""
COPIES = "patient_id,gene,gistic,cohort\nTCGA-AA-0001,ERBB2,2,STAD\nTCGA-AA-0002,ERBB2,-1,STAD\n"
NAMES = """symbol,alias_type,approved
TP53,symbol,TP53
"""


def of_cohorts(folder: Path, store: Path) -> Settings:
    """A published table's four files: calls of two kinds, who was looked at, and the gene lists."""
    settings = Settings(store=store)
    pipeline.init(settings)
    files = {
        "mutation_long.csv": MUTATIONS,
        "cnv_long.csv": COPIES,
        "mutcnv_patients.csv": PATIENTS,
        "mutcnv_covered_genes.csv": COVERED,
    }
    for name, content in files.items():
        ingest(settings, folder / name, content)
    return settings


def ingest(settings: Settings, path: Path, content: str, options: ReadOptions | None = None) -> tuple[str, ...]:
    """Write a file and ingest it; its notes."""
    path.write_text(content, encoding="utf-8")
    return pipeline.ingest(settings, [path], options)[0].notes
