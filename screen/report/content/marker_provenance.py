"""Where the report of a drug's markers comes from."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from screen.report.content.provenance import Provenance, SourceFile, gathered, without_run
from screen.settings import Settings
from screen.store import Store

_FILES = """
SELECT name, kind, sha256, snapshot_date, coverage, row_count AS rows FROM source_files
WHERE source_id IN (
    SELECT source_id FROM expression WHERE list_contains($datasets, dataset)
    UNION SELECT source_id FROM alterations WHERE list_contains($datasets, dataset)
    UNION SELECT source_id FROM gene_lists UNION SELECT source_id FROM covered_samples
    UNION SELECT source_id FROM responses WHERE dataset = $responses
    UNION SELECT source_id FROM cell_line_records UNION SELECT source_id FROM outcomes
    UNION SELECT source_id FROM patient_records UNION SELECT source_id FROM given_drugs
    UNION SELECT source_id FROM gene_aliases)
ORDER BY kind, name, sha256
"""


def marker_provenance(store: Store, settings: Settings, manifest: Mapping[str, Any]) -> Provenance:
    """Origin of an analysis of markers: no model and no ranking enter it."""
    datasets = [*manifest["lines"]["sources"], *manifest["patients"]["sources"]]
    rows = store.sql(_FILES, datasets=datasets, responses=manifest["lines"]["dataset"])
    files = tuple(SourceFile(**row) for row in rows.iter_rows(named=True))
    return replace(
        without_run(store, settings, files),
        dataset=manifest["lines"]["dataset"],
        lines=manifest["lines"]["n"],
        patients=manifest["patients"]["n"],
        drugs=manifest["tests"]["drugs"],
        files=gathered(files),
        settings=(("seed", str(settings.seed)),),
    )
