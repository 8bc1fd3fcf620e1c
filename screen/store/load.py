"""Read what a stage needs, as records."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from screen.errors import StoreError
from screen.records import Domain, Floats, Library, Profiles
from screen.store.database import Store


def expression_sources(store: Store, domain: Domain, subject_ids: Sequence[str] | None = None) -> pl.DataFrame:
    """One row a source file that holds any of the subjects, most first.

    Columns are source_id, dataset, unit, platform, ingested and subjects.
    ``ingested`` counts up: of two files the later has the higher.
    """
    return store.sql(
        """SELECT source_id, dataset, unit, platform, coalesce(ingested, 0) AS ingested,
                  count(DISTINCT subject_id) AS subjects
           FROM expression LEFT JOIN source_files USING (source_id)
           WHERE domain = $domain AND ($subjects IS NULL OR subject_id IN (SELECT unnest($subjects::VARCHAR[])))
           GROUP BY ALL ORDER BY subjects DESC, dataset, source_id""",
        domain=domain,
        subjects=None if subject_ids is None else list(subject_ids),
    )


def profiles(store: Store, domain: Domain, source_id: str, subject_ids: Sequence[str] | None = None) -> Profiles:
    """Profiles of one source file, ordered by subject and sample; genes as the file named them."""
    rows = store.sql(
        """SELECT subject_id, sample_id, dataset, unit, gene_order_id, levels FROM expression
           WHERE domain = $domain AND source_id = $source
             AND ($subjects IS NULL OR subject_id IN (SELECT unnest($subjects::VARCHAR[])))
           ORDER BY subject_id, sample_id""",
        domain=domain,
        source=source_id,
        subjects=None if subject_ids is None else list(subject_ids),
    )
    if rows.is_empty():
        raise StoreError(f"no {domain.replace('_', ' ')} expression in source {source_id}", where=str(store.path))
    order = rows["gene_order_id"][0]
    genes = store.scalar("SELECT genes FROM gene_orders WHERE gene_order_id = $id", id=order)
    return Profiles(
        domain,
        tuple(rows["subject_id"]),
        tuple(rows["sample_id"]),
        (source_id,) * rows.height,
        tuple(rows["dataset"]),
        tuple(genes),
        _matrix(rows["levels"], len(genes)),
        rows["unit"][0],
    )


def _matrix(levels: pl.Series, width: int) -> Floats:
    flat = levels.explode(empty_as_null=False, keep_nulls=False).fill_null(float("nan")).to_numpy()
    return np.ascontiguousarray(flat, dtype=np.float32).reshape(len(levels), width)


def patients_of(store: Store, indication_codes: Sequence[str]) -> list[str]:
    """Ids of the patients of these indications that have expression, sorted."""
    return store.sql(
        """SELECT DISTINCT p.patient_id FROM patients p
           JOIN expression e ON e.domain = 'patient' AND e.subject_id = p.patient_id
           WHERE p.indication IN (SELECT unnest($codes::VARCHAR[])) ORDER BY 1""",
        codes=list(indication_codes),
    )["patient_id"].to_list()


def gene_aliases(store: Store) -> pl.DataFrame:
    """alias, kind, symbol over all gene tables in the store."""
    return store.sql("SELECT DISTINCT alias, kind, symbol FROM gene_aliases ORDER BY ALL")


def oncotree_nodes(store: Store) -> pl.DataFrame:
    """code, name, main_type, tissue, parent, depth: one row a node; no row where no tree was ingested."""
    return store.sql("""SELECT DISTINCT ON (code) code, name, main_type, tissue, parent, depth FROM oncotree_nodes
                        ORDER BY code, source_id""")


def response_datasets(store: Store) -> pl.DataFrame:
    """dataset, metric, pairs: most pairs first."""
    return store.sql("""SELECT dataset, metric, count(*) AS pairs FROM pair_responses
                        GROUP BY ALL ORDER BY pairs DESC, dataset, metric""")


def pair_responses(store: Store, dataset: str, metric: str) -> pl.DataFrame:
    """cell_line_id, drug_id, value: one row a pair, repeats averaged."""
    return store.sql(
        """SELECT cell_line_id, drug_id, value FROM pair_responses
                        WHERE dataset = $dataset AND metric = $metric ORDER BY ALL""",
        dataset=dataset,
        metric=metric,
    )


def library(store: Store, which: str, dataset: str = "") -> Library:
    """Drugs to score, in id order; those without a structure are listed with the reason.

    Parameters
    ----------
    which : ``trained`` (measured in ``dataset``), ``screened`` (measured in any data set) or ``all`` structures
    """
    rows = store.sql(
        """SELECT drug_id, name, smiles, targets, coalesce(pathway, '') AS pathway FROM drugs
           WHERE $which = 'all' OR ($which = 'screened' AND screened)
              OR ($which = 'trained' AND drug_id IN (SELECT drug_id FROM pair_responses WHERE dataset = $dataset))
           ORDER BY drug_id""",
        which=which,
        dataset=dataset,
    )
    scored = rows.filter(pl.col("smiles").is_not_null())
    left = rows.filter(pl.col("smiles").is_null())
    targets = tuple(frozenset(target.upper() for target in listed) for listed in scored["targets"])
    return Library(
        tuple(scored["drug_id"]),
        tuple(scored["name"]),
        tuple(scored["smiles"]),
        targets,
        tuple(scored["pathway"]),
        dict.fromkeys(left["drug_id"], "no structure (SMILES) known"),
    )
