"""A drug's signature as one step: read, combine, compare, each with its control. The store is only read."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from screen.errors import InputError
from screen.mechanism import signature_parts as parts
from screen.mechanism.drug_names import StoreDrugs, join
from screen.mechanism.profile_files import read_profiles
from screen.mechanism.profiles import Profiles
from screen.mechanism.signature_records import Illustration
from screen.mechanism.signatures import Signature, Signatures, highest_doses, signatures_of
from screen.mechanism.similar import controls, correlations, most_similar

_FEW = 10
"""Drugs of a cell line up to which a rank among them says little."""
_GENES = 10_000
_VEHICLES = 20
"""Vehicle wells from which on one in twenty can be told."""


@dataclass(frozen=True, kw_only=True)
class SignatureRequest:
    """Which drug, in which files."""

    drug: str
    profiles: Path
    against: str | None = None
    query: Path | None = None
    sets: Path | None = None
    cell: str | None = None
    store: Path | None = None
    seed: int = 0


def signature(request: SignatureRequest) -> Illustration:
    """Compare a drug's signature with all others of its cell line, and with another drug's.

    Raises
    ------
    InputError
        A file that cannot be read, a cell line that the drug was not measured in, a second drug that is not in the
        file, a drug that neither store nor file knows.
    """
    profiles = read_profiles(request.profiles, request.cell)
    keys = {well.key for well in profiles.wells if not well.vehicle}
    known = join(request.store, request.drug, keys)
    made = signatures_of(profiles)
    if known.in_file is None:
        return _empty(request, profiles, known, len(keys))
    cell = _cell(made, known.in_file)
    places = highest_doses(made, cell)
    key = known.in_file
    mates = frozenset(
        one
        for one, mechanism in known.mechanisms.items()
        if parts.mechanisms_of(mechanism) & parts.mechanisms_of(known.mechanisms.get(key, ""))
    )
    control = controls(made, places, key, mates, request.seed)
    similar, shared = most_similar(made, places, key, known.mechanisms, control) if len(places) > 1 else ([], None)
    one = parts.OneDrug(made, places, key, tuple(control), cell, request.seed)
    against = made.values[[places[c] for c in control]]
    of_control = correlations(against, made.values[places[key]]).tolist() if control else []
    versus = parts.two_drugs(one, _second(request, keys, places), mates, request.sets) if request.against else None
    found = _empty(request, profiles, known, len(keys))
    return replace(
        found,
        in_file=True,
        cell=cell,
        signatures=tuple(row for row in made.rows if row.key == key),
        signature=made.rows[places[key]],
        similar=tuple(similar),
        shared=shared,
        control=tuple(made.rows[places[c]].drug for c in control),
        control_correlations=tuple(of_control),
        query=parts.matches(one, request.query) if request.query else (),
        pathways=parts.pathways(one, request.sets) if request.sets else None,
        versus=versus,
        cannot=tuple(_cannot(request, made, places, key, known)),
        notes=made.notes,
    )


def _empty(request: SignatureRequest, profiles: Profiles, known: StoreDrugs, drugs: int) -> Illustration:
    with request.profiles.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return Illustration(
        drug=request.drug,
        in_file=False,
        file=str(request.profiles),
        sha256=digest,
        kind=profiles.kind,
        profiles=len(profiles.wells),
        drugs=drugs,
        genes=len(profiles.genes),
        cell=request.cell or "",
        joined=known.joined,
        signatures=(),
        signature=None,
        similar=(),
        shared=None,
        control=(),
        control_correlations=(),
        query=(),
        pathways=None,
        versus=None,
        cannot=(),
        notes=profiles.notes,
    )


def _cell(made: Signatures, key: str) -> str:
    """Of the drug's cell lines that in which most drugs were measured."""
    mine = {row.cell for row in made.rows if row.key == key}
    drugs = Counter(cell for _, cell in {(row.key, row.cell) for row in made.rows} if cell in mine)
    return max(sorted(drugs), key=lambda cell: drugs[cell])


def _second(request: SignatureRequest, keys: set[str], places: dict[str, int]) -> str:
    known = join(request.store, request.against or "", keys).in_file
    if known is None or known not in places:
        raise InputError(
            f"{request.against!r} is not in {request.profiles}, in the cell line of {request.drug}",
            where="--against",
            remedy="leave it out, or name a drug of the file",
        )
    return known


def _cannot(
    request: SignatureRequest, made: Signatures, places: dict[str, int], key: str, known: StoreDrugs
) -> Iterable[str]:
    row = made.rows[places[key]]
    yield from _on_effects(row, {one.cell for one in made.rows if one.key == key})
    if len(places) <= _FEW:
        yield f"much by a rank: {len(places)} drugs are in this cell line"
    if request.store is None:
        yield "a rank among drugs of the same mechanism: no store was named (--store)"
    elif not known.mechanisms.get(key):
        yield "a rank among drugs of the same mechanism: the store knows none of the drug's"
    if len(made.genes) < _GENES:
        yield f"anything on genes that were not measured: {len(made.genes)} were, of some 20,000"
    if request.against:
        yield "UMAP as in the paper: it is not among crescreen's libraries; two principal components are shown"
        yield "which genes differ at one dose: wells of all doses are taken together, which are no replicates"


def _on_effects(row: Signature, cells: set[str]) -> Iterable[str]:
    if row.wells == 1 and row.vehicles:
        yield "how well replicates agree: one well a dose and time"
    if not row.vehicles:
        yield "whether the drug had any effect: no plate has five vehicle wells"
    elif row.vehicles < _VEHICLES:
        yield f"an effect at 5%: {row.vehicles} vehicle wells are too few"
    if len(cells) == 1:
        yield "whether it holds in another cell line: the drug is in one"
