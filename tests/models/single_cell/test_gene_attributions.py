"""Integrated gradients are complete and find the genes that tell; shuffled labels leave none that lines support."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from screen.models.single_cell.bulk_labels import Cut
from screen.models.single_cell.bulk_to_cells import Trained, TransferData
from screen.models.single_cell.gene_attributions import COMPLETE, Attributions, attributions
from screen.ranking.key_genes import key_genes, line_differences
from tests.models.single_cell.planted_cells import GENES, TELLING, fitted, planted, quick

Explained = tuple[Attributions, pl.DataFrame]
PLANTED = set(GENES[:TELLING])


def explained(found: Trained, data: TransferData) -> Explained:
    columns = [data.genes.index(gene) for gene in found.genes]
    levels = data.cells[:, columns]
    made = attributions(found.after, found.cells(levels.toarray()), found.facts["orientation"])
    lines = line_differences(data.lines[:, columns], data.response, Cut(**found.facts["cut"]))
    sensitive = made.differences > np.median(made.differences)
    return made, key_genes(found.genes, made.values, levels, sensitive, lines)


def of_labels(data: TransferData, folder: Path) -> Explained:
    return explained(fitted(data, quick("atsdp-net", heads=4, epochs=20), folder), data)


@pytest.fixture(scope="module")
def genuine(tmp_path_factory: pytest.TempPathFactory) -> Explained:
    return of_labels(planted().data, tmp_path_factory.mktemp("genuine"))


def test_attributions_are_complete_cell_by_cell(genuine: Explained) -> None:
    made = genuine[0]
    assert made.error < COMPLETE
    assert np.abs(made.differences).mean() > 0.02
    lacking = replace(made, values=made.values[:, 1:])
    assert lacking.error > 2 * made.error


def test_planted_genes_are_key_and_lines_support_them_alone(genuine: Explained) -> None:
    table = genuine[1]
    keys = table.filter(pl.col("key_gene") & (pl.col("role") == "sensitive") & (pl.col("log_fold") > 0))
    assert len(set(keys["gene"]) & PLANTED) >= 9
    supported = set(table.filter("supported")["gene"])
    assert len(supported & PLANTED) >= 9
    assert len(supported - PLANTED) <= 2


def test_after_shuffled_labels_the_papers_rule_still_names_genes_and_lines_support_none(tmp_path: Path) -> None:
    data = planted().data
    shuffled = replace(data, response=np.random.default_rng(3).permutation(data.response))
    _, table = of_labels(shuffled, tmp_path)
    assert len(set(table.filter("key_gene")["gene"]) & PLANTED) > 5  # the cells differ most in these, whatever trained
    assert not set(table.filter("supported")["gene"]) & PLANTED


def test_of_a_model_that_does_not_predict_its_lines_no_gene_is_key(genuine: Explained) -> None:
    values, n = genuine[0].values, len(genuine[0].values)
    data = planted().data
    lines = line_differences(data.lines, data.response, Cut(0.7, 0.7))
    table = key_genes(GENES, values, data.cells, np.arange(n) % 2 == 1, lines, sound=False)
    assert not table["key_gene"].any()
    assert not table["supported"].any()
