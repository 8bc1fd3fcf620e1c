"""The derived tables of evidence, rebuilt set by set: each distinct text is read once, the joins are SQL."""

import polars as pl

from screen import indications
from screen.evidence.coverage import read_coverage
from screen.evidence.drug_names import DrugNames, bare_name
from screen.records import drug_key
from screen.store import Store, load

READ_TABLES = frozenset(
    {
        "oncotree_nodes",
        "trials",
        "trial_conditions",
        "trial_interventions",
        "indication_records",
        "drug_names",
        "responses",
        "cell_line_records",
    }
)
"""Facts that ``refresh`` reads, beside the resolved names of drugs."""
_TABLES = ("condition_codes", "evidence", "searched", "unlinked")
_AACT = ("aact-studies", "aact-conditions", "aact-interventions")
"""A search through AACT is complete when all three were brought with the same coverage."""


def refresh(store: Store) -> None:
    """Rebuild ``condition_codes``, ``evidence``, ``searched`` and ``unlinked``. Call inside a transaction, after
    ``screen.store.drug_identity.resolve_drugs``."""
    for table in _TABLES:
        store.run(f"DELETE FROM {table}")
    store.append("condition_codes", _condition_codes(store))
    names = DrugNames(_keys(store))
    _temporary(store, "intervention_parts", _intervention_parts(store, names))
    _temporary(store, "record_parts", _record_parts(store, names))
    for query in ("linked_trials", "linked_records"):
        store.append("evidence", store.query(query))
    store.append("searched", _searched(store))
    store.append("unlinked", store.query("unlinked"))
    for table in ("intervention_parts", "record_parts"):
        store.run(f"DROP TABLE {table}")


def _temporary(store: Store, name: str, rows: pl.DataFrame) -> None:
    columns = ", ".join(
        f"{column} {'BOOLEAN' if kind == pl.Boolean else 'VARCHAR'}" for column, kind in rows.schema.items()
    )
    store.run(f"CREATE OR REPLACE TEMP TABLE {name} ({columns})")
    store.append(name, rows)


def _condition_codes(store: Store) -> pl.DataFrame:
    """condition, indication, how: one row a code, or one with a null."""
    nodes = load.oncotree_nodes(store)
    tree = None if nodes.is_empty() else indications.OncoTree(nodes)
    texts = store.sql("""SELECT condition FROM trial_conditions WHERE origin <> 'keyword'
                         UNION SELECT condition FROM indication_records WHERE condition IS NOT NULL ORDER BY 1""")
    mapped = [(text, indications.map_condition(text, tree)) for text in texts["condition"]]
    rows = [(text, code, one.how) for text, one in mapped for code in one.codes or (None,)]
    return pl.DataFrame(rows, schema={"condition": pl.String, "indication": pl.String, "how": pl.String}, orient="row")


def _keys(store: Store) -> dict[str, str]:
    """Every name that means one drug: with a structure or met in responses, else a name that some table lists."""
    listed = store.sql(
        """SELECT drug_key, 'name:' || min(coalesce(alias_of, drug_key)) AS drug_id FROM drug_names
           GROUP BY drug_key HAVING count(DISTINCT coalesce(alias_of, drug_key)) = 1 ORDER BY drug_key"""
    )
    met = store.sql("SELECT drug_key, drug_id FROM drug_keys ORDER BY drug_key")
    return dict(listed.iter_rows()) | dict(met.iter_rows())


def _intervention_parts(store: Store, names: DrugNames) -> pl.DataFrame:
    """intervention (name and other names), part, drug_id; a null drug_id where no drug of that name is known."""
    rows = store.sql(
        """SELECT DISTINCT name, coalesce(other_names, []) AS other_names,
                  name || chr(31) || array_to_string(coalesce(other_names, []), chr(31)) AS intervention
           FROM trial_interventions
           WHERE kind IS NULL OR kind IN ('DRUG', 'BIOLOGICAL', 'COMBINATION_PRODUCT', 'OTHER_NAME', 'MESH')
           ORDER BY intervention"""
    )
    found = [
        (intervention, part.text, part.drug_id)
        for name, others, intervention in rows.iter_rows()
        for part in names.parts(name, others)
    ]
    return pl.DataFrame(
        found, schema={"intervention": pl.String, "part": pl.String, "drug_id": pl.String}, orient="row"
    )


def _record_parts(store: Store, names: DrugNames) -> pl.DataFrame:
    """drug_name, part, drug_id, known; a label's drug that no table knows is ``name:<key>``, without a structure."""
    texts = store.sql("SELECT DISTINCT drug_name FROM indication_records ORDER BY 1")["drug_name"]
    found = [
        (text, part.text, part.drug_id or f"name:{drug_key(bare_name(part.text))}", part.drug_id is not None)
        for text in texts
        for part in names.parts(text)
    ]
    return pl.DataFrame(
        found,
        schema={"drug_name": pl.String, "part": pl.String, "drug_id": pl.String, "known": pl.Boolean},
        orient="row",
    )


def _searched(store: Store) -> pl.DataFrame:
    """kind, origin, drug_id, indication, source_id: a null stands for all."""
    sources = store.sql(
        """WITH files AS (
               SELECT source_id, 'trial' AS kind,
                      CASE WHEN starts_with(f.kind, 'aact') THEN 'aact' ELSE 'clinicaltrials' END AS origin
               FROM source_files f WHERE source_id IN (SELECT source_id FROM trials)
               UNION SELECT source_id, CASE origin WHEN 'repurposing_hub' THEN 'hub' ELSE 'label' END, origin
               FROM indication_records)
           SELECT e.kind, e.origin, f.coverage, source_id FROM files e JOIN source_files f USING (source_id)
           WHERE coalesce(f.coverage, 'partial') <> 'partial'
             AND (e.origin <> 'aact' OR len($aact) = (SELECT count(DISTINCT o.kind) FROM source_files o
                                       WHERE o.coverage = f.coverage AND list_contains($aact, o.kind)))
           ORDER BY ALL""",
        aact=list(_AACT),
    )
    names = dict(store.sql("SELECT drug_key, drug_id FROM drug_keys").iter_rows())
    rows = []
    for kind, origin, declared, source_id in sources.iter_rows():
        coverage = read_coverage(declared)
        drugs = [names.get(key, f"name:{key}") for key in coverage.listed] if coverage.kind == "drugs" else [None]
        codes = coverage.listed if coverage.kind == "conditions" else [None]
        rows += [(kind, origin, drug, code, source_id) for drug in drugs for code in codes]
    return pl.DataFrame(
        rows, schema=dict.fromkeys(("kind", "origin", "drug_id", "indication", "source_id"), pl.String), orient="row"
    )
