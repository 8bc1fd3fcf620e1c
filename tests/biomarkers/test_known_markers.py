"""Known markers of drugs found again on the real data, each with its rank among all genes or all alterations."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from screen import pipeline
from screen.alterations import alteration_matrix
from screen.biomarkers.drug_association import associate
from screen.biomarkers.line_responses import Responses, drug_of, responses_of
from screen.biomarkers.many_correlations import many_associations
from screen.biomarkers.marker_matrix import MarkerMatrix, line_markers
from screen.metrics.false_discovery import q_values
from screen.settings import Settings
from screen.store import Store, open_store

FILES = (
    *("genes/hgnc_symbols.csv.gz", "cell_lines/Model.csv", "cell_lines/expression_zscore.parquet"),
    *("cell_lines/gdsc_array_expression_6163_x1000.parquet", "cell_lines/depmap_mutation_706.parquet"),
    *("cell_lines/depmap_copy_number_706_x1000.parquet", "cell_lines/omnibem_genomic_alterations_long.csv.gz"),
    *("responses/GDSC2_fitted_dose_response.csv.gz", "drugs/GDSC_drugs.csv"),
)
Data = tuple[Store, Responses, MarkerMatrix]


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory, real_data: Path) -> Iterator[Data]:
    settings = Settings(store=tmp_path_factory.mktemp("known") / "real.duckdb")
    pipeline.init(settings)
    pipeline.ingest(settings, [real_data / name for name in FILES])
    with open_store(settings.store) as store:
        responses = responses_of(store, settings)
        yield store, responses, line_markers(store, settings, responses.lines)


@pytest.mark.real
@pytest.mark.parametrize(
    ("drug", "gene", "kind", "sign", "rank"),
    [
        ("PLX-4720", "BRAF", "mutation", -1, 10),
        ("dabrafenib", "BRAF", "mutation", -1, 10),
        ("alpelisib", "PIK3CA", "mutation", -1, 1),
        ("Nutlin-3a (-)", "TP53", "mutation", 1, 1),
        ("lapatinib", "ERBB2", "expression", -1, 3),
        ("lapatinib", "ERBB2", "amplification", -1, 1),
        ("irinotecan", "SLFN11", "expression", -1, 1),
        ("paclitaxel", "ABCB1", "expression", 1, 3),
    ],
)
def test_a_known_marker_is_among_the_first(real: Data, drug: str, gene: str, kind: str, sign: int, rank: int) -> None:
    store, responses, lines = real
    found = associate(responses, responses.places[drug_of(store, responses, drug).drug_id], lines, 0)
    assert found is not None
    place = [*zip(lines.features, lines.kinds, strict=True)].index((gene, kind))
    p = found.found.p
    same = np.array([(one == "expression") == (kind == "expression") for one in lines.kinds])
    assert np.sign(found.found.correlation[place]) == sign
    assert int((p[same] < p[place]).sum()) + 1 <= rank
    assert q_values(p)[place] <= 0.05


@pytest.mark.real
def test_a_fusion_known_of_its_carriers_alone_is_not_tested_and_would_be_found(real: Data) -> None:
    """Six lines with BCR-ABL in a table that lists carriers alone: only if the others lack it can they be compared."""
    store, responses, lines = real
    assert ("ABL1", "fusion") not in set(zip(lines.features, lines.kinds, strict=True))
    carriers = alteration_matrix(store, "cell_line", responses.lines, ["ABL1"], "fusion").altered[:, 0] == 1
    place = responses.places[drug_of(store, responses, "nilotinib").drug_id]
    rows = [int(row) for row in np.flatnonzero(np.isfinite(responses.values[:, place]))]
    covariates, _ = responses.covariates(place, rows)
    found = many_associations(responses.values[rows, place], carriers[rows, None].astype(float), covariates)
    assert carriers[rows].sum() >= 4
    assert found.correlation[0] < -0.5


@pytest.mark.real
@pytest.mark.parametrize("gene", ["OPALIN", "LTF", "SLC17A7"])
def test_what_is_not_in_the_data_is_in_no_table(real: Data, gene: str) -> None:
    assert gene not in real[2].features
