"""What alterations a tumour carries in the genes its drugs act on, and which known biomarkers of them it has."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from screen.alterations.kinds import KINDS
from screen.alterations.marker_match import ABSENT, PRESENT_STATES, UNKNOWN, marker_state
from screen.alterations.one_subject import OneSubject, one_subject
from screen.report.content import glossary
from screen.report.content.heard_by_model import HeardByModel, heard_by_model
from screen.report.content.patient_ranking import RankedDrug
from screen.report.content.provenance import CurrentRun
from screen.store import Store

NOT_READ = "No alteration was read for this patient: mutations, copy number and fusions are unknown, not absent."
NO_TABLE = (
    "No table of known biomarkers was read, so a drug's own target is all that alterations are held against. "
    "CIViC's clinical evidence and OncoKB's associations are read with: crescreen ingest FILE"
)
_OF_TARGETS = ("mutation", "copy_number", "fusion")
_SYNONYMS = """
WITH names AS MATERIALIZED (
    SELECT upper(alias) AS name, symbol, kind = 'symbol' AS approved FROM gene_aliases
    WHERE kind IN ('symbol', 'previous', 'alias')
), mine AS (
    SELECT DISTINCT name FROM names
    WHERE symbol IN (SELECT symbol FROM names WHERE name IN (SELECT upper(unnest($genes::VARCHAR[]))))
)
SELECT name, coalesce(max(symbol) FILTER (approved), min(symbol)) AS symbol FROM names WHERE name IN (FROM mine)
GROUP BY name HAVING count(DISTINCT symbol) = 1 OR bool_or(approved) ORDER BY ALL
"""
_MARKERS = """
SELECT k.drug_id, b.origin, b.record_id, b.profile, b.genes, b.alteration, b.combination, b.disease, b.level, b.effect
FROM biomarker_records b JOIN drug_keys k USING (drug_key)
WHERE list_contains($drugs, k.drug_id)
ORDER BY k.drug_id, b.level, b.origin, b.record_id, b.profile
"""


@dataclass(frozen=True)
class ReadKind:
    """One kind of alterations that was read."""

    kind: str
    altered: tuple[str, ...]
    """Altered genes with what happened to them, low gains and shallow losses left out; sorted."""
    looked_at: int | None
    """Genes looked at; ``None``: every gene, or the file does not say."""
    basis: str
    """What that stands on; where nothing says which genes were looked at, that."""


@dataclass(frozen=True)
class GeneState:
    """A target gene, by kind of alteration."""

    gene: str
    state: str
    """altered, not altered, unknown."""
    text: str


@dataclass(frozen=True)
class Marker:
    """A known biomarker of a drug."""

    profile: str
    """As its table writes it."""
    says: str
    """Effect, origin with its level and record, disease."""
    state: str
    """Whether this tumour has it: one of :mod:`screen.alterations.marker_match`."""
    alone: bool
    """The drug alone; else given with another, of which the biomarker may be."""


@dataclass(frozen=True)
class DrugAlterations:
    """A drug's targets and known biomarkers in this tumour."""

    drug: str
    rank: int
    looked_at: bool
    """Some target gene was looked at, or a biomarker of the drug is known."""
    targets: tuple[GeneState, ...]
    """Those altered first."""
    markers: tuple[Marker, ...]
    """Those present first, then unknown, then absent."""


@dataclass(frozen=True, kw_only=True)
class TumourAlterations:
    """Alterations beside the drugs they concern."""

    verdict: str
    """In one sentence, what was read."""
    heard: HeardByModel
    """What the scores know of it."""
    read: bool
    kinds: tuple[ReadKind, ...]
    absent_lists: tuple[str, ...]
    """Gene lists that the patient was looked at with and that no file brought."""
    tables: tuple[str, ...]
    """Files of known biomarkers."""
    no_table: str
    """Said where there is none; else empty."""
    drugs: tuple[DrugAlterations, ...]
    """By rank: drugs listed for the patient, and any scored drug of which a target is altered or a known biomarker
    present."""


def tumour_alterations(
    store: Store, run: CurrentRun, patient_id: str, drugs: Sequence[RankedDrug], listed: Iterable[str]
) -> TumourAlterations:
    """Gather a patient's alterations.

    Parameters
    ----------
    drugs : every scored drug
    listed : ids of those the report lists
    """
    acts = dict(store.sql("SELECT drug_id, targets FROM drugs").iter_rows())
    markers = store.sql(_MARKERS, drugs=[d.note.drug_id for d in drugs]).rows(named=True)
    genes = {gene for d in drugs for gene in acts.get(d.note.drug_id) or ()} | {
        g for row in markers for g in row["genes"]
    }
    names = dict(store.sql(_SYNONYMS, genes=sorted(genes)).iter_rows())
    known = one_subject(store, "patient", patient_id, names)
    held: dict[str, list[Marker]] = {}
    for row in markers if known.read else ():
        held.setdefault(row["drug_id"], []).append(_marker(row, known, names))
    found = {drug for drug, some in held.items() if any(m.state in PRESENT_STATES[:2] and m.alone for m in some)}
    chosen = {*listed, *found}
    by_rank = sorted(drugs, key=lambda d: d.rank) if known.read else []
    each = [
        (d.note.drug_id in chosen, _of_drug(d, acts.get(d.note.drug_id) or [], held, known, names)) for d in by_rank
    ]
    tables = store.sql("SELECT DISTINCT name FROM source_files JOIN biomarker_records USING (source_id) ORDER BY 1")[
        "name"
    ]
    return TumourAlterations(
        verdict=_verdict(known),
        heard=heard_by_model(store, run, patient_id, drugs),
        read=known.read,
        kinds=tuple(_read_kind(known, kind) for kind in known.kinds),
        absent_lists=tuple(known.absent),
        tables=tuple(tables),
        no_table="" if len(tables) else NO_TABLE,
        drugs=tuple(one for wanted, one in each if wanted or _has_altered_target(one)),
    )


def _has_altered_target(one: DrugAlterations) -> bool:
    return bool(one.targets) and one.targets[0].state == "altered"


def _verdict(known: OneSubject) -> str:
    if not known.read:
        return NOT_READ
    read = [KINDS[kind] for kind in known.kinds]
    lacking = [KINDS[kind] for kind in _OF_TARGETS if kind not in known.kinds]
    unknown = f" Not read, so unknown: {glossary.listed(lacking)}." if lacking else ""
    return f"Read for this patient: {glossary.listed(read)}.{unknown}" if read else NOT_READ


def _read_kind(known: OneSubject, kind: str) -> ReadKind:
    found: dict[str, list[str]] = {}
    for call in known.calls:
        if call.kind == kind and call.words and call.strong and call.words not in found.setdefault(call.gene, []):
            found[call.gene].append(call.words)
    altered = tuple(sorted(f"{gene} {', '.join(words)}" for gene, words in found.items()))
    bases = known.bases.get(kind, [])
    whole = kind in known.whole or kind not in known.covered
    return ReadKind(
        KINDS[kind],
        altered,
        None if whole else len(known.covered[kind]),
        "; ".join(bases) or "the file does not say which genes were looked at: all others are unknown",
    )


def _of_drug(
    drug: RankedDrug, targets: Sequence[str], held: dict[str, list[Marker]], known: OneSubject, names: dict[str, str]
) -> DrugAlterations:
    order = {state: place for place, state in enumerate((*PRESENT_STATES, UNKNOWN, ABSENT))}
    markers = sorted(held.get(drug.note.drug_id, ()), key=lambda m: order[m.state])
    genes = {names.get(gene.upper(), gene): not names or gene.upper() in names for gene in targets}
    # The altered first: a page has room for the first few.
    states = tuple(
        sorted((_gene(known, gene, is_gene) for gene, is_gene in genes.items()), key=lambda one: one.state != "altered")
    )
    looked_at = bool(markers) or any(one.state != "unknown" for one in states)
    return DrugAlterations(drug.note.name, drug.rank, looked_at, states, tuple(markers))


def _gene(known: OneSubject, gene: str, is_gene: bool) -> GeneState:
    if not is_gene:
        return GeneState(gene, "unknown", "named as a target, no gene of the tables read")
    found = {kind: known.of_gene(gene, kind) for kind in _OF_TARGETS}
    texts = [_called(call.words, kind) for kind, calls in found.items() for call in calls or ()]
    strong = any(call.strong for calls in found.values() for call in calls or ())
    looked_at = [KINDS[kind] for kind, calls in found.items() if calls is not None and not calls]
    unknown = [KINDS[kind] for kind, calls in found.items() if calls is None]
    texts += [f"not altered: {', '.join(looked_at)}"] if looked_at else []
    texts += [f"unknown: {', '.join(unknown)}"] if unknown else []
    state = "altered" if strong else "unknown" if len(unknown) == len(found) else "not altered"
    return GeneState(gene, state, "; ".join(dict.fromkeys(texts)))


def _called(what: str, kind: str) -> str:
    return what if what == "mutated" else f"{what} ({KINDS[kind]})"


def _marker(row: dict[str, object], known: OneSubject, names: dict[str, str]) -> Marker:
    genes = [names.get(gene.upper(), gene) for gene in row["genes"]]  # type: ignore[attr-defined]
    effect = f"{row['effect']}{' in combination' if row['combination'] else ''}"
    record = f"{row['origin']} {row['record_id']}, level {row['level']}"
    says = f"{effect}, {row['disease'] or 'disease not stated'} ({record})"
    state = marker_state(known, genes, str(row["alteration"]))
    return Marker(str(row["profile"]), says, state, not row["combination"])
