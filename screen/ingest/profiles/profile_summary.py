"""What is said of profiles once they are in the store: whose they are, which of them came before, genes resolved."""

from collections.abc import Sequence

from screen.expression import GeneIndex, refuse_unknown, unresolved_ensembl
from screen.ingest.profiles.patient_ids import listed
from screen.store import Store, load


def about_profiles(store: Store, source_ids: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """Notes on each of these sources that holds expression; they name patients, so they are shown and not stored.

    Raises
    ------
    InputError
        Hardly any gene identifier of a file resolves.
    """
    with_expression = store.sql(
        "SELECT DISTINCT source_id FROM expression WHERE source_id IN (SELECT unnest($ids::VARCHAR[]))",
        ids=list(source_ids),
    )["source_id"].to_list()
    if not with_expression:
        return {}
    index = GeneIndex(load.gene_aliases(store))
    return {source: tuple(filter(None, _notes(store, source, index))) for source in sorted(with_expression)}


def _notes(store: Store, source_id: str, index: GeneIndex) -> tuple[str, ...]:
    rows = store.sql(
        """SELECT domain, subject_id, gene_order_id,
                  subject_id IN (SELECT subject_id FROM expression o
                                 WHERE o.source_id <> $source AND o.domain = e.domain) AS again
           FROM expression e WHERE source_id = $source ORDER BY sample_id, subject_id""",
        source=source_id,
    )
    domain = str(rows["domain"][0]).replace("_", " ") + "s"
    genes = list(store.scalar("SELECT genes FROM gene_orders WHERE gene_order_id = $id", id=rows["gene_order_id"][0]))
    refuse_unknown(genes, index, str(store.scalar("SELECT name FROM source_files WHERE source_id = $id", id=source_id)))
    return (
        f"{domain}: {listed(rows['subject_id'].to_list())}",
        _again(rows.filter("again")["subject_id"].to_list(), domain),
        _resolved(genes, index),
    )


def _again(subjects: Sequence[str], domain: str) -> str:
    if not subjects or domain != "patients":
        return ""
    before = f"{len(subjects)} {domain} had a profile already ({listed(subjects)})"
    return f"{before}: the one given last is used where it fits the model, and rank says which"


def _resolved(genes: Sequence[str], index: GeneIndex) -> str:
    symbols, _ = index.symbols(genes)
    found = sum(symbol is not None for symbol in symbols)
    left = [symbol or gene for gene, symbol in zip(genes, symbols, strict=True)]
    why = unresolved_ensembl(left)
    tail = f"; {why}" if why else ", the others keep their names" if found < len(genes) else ""
    return f"{found} of {len(genes)} gene identifiers resolve to approved symbols{tail}" if found or why else ""
