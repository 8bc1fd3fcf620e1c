"""Illustrations kept in the store, for the drug's report; a drug of the store is what they are kept under."""

from collections.abc import Sequence
from pathlib import Path

from screen.errors import InputError
from screen.mechanism import docking_text, signature_text
from screen.mechanism.docking_run import Docking
from screen.mechanism.signature_pictures import AXIS, marks_of
from screen.mechanism.signature_records import Illustration
from screen.records import drug_key
from screen.report.content.illustrations import Group, IllustrationText, Molecule, as_record
from screen.store import Store, open_store
from screen.store.illustration_store import StoredIllustration, save_illustrations

_LINES = 12
"""Lines of a signature that a drug's page has room for."""


def keep_signature(found: Illustration, name: str, store_file: Path | None) -> None:
    """Keep the signature of a drug, its lead, control and most similar drugs.

    Raises
    ------
    InputError
        No store; the store has no such drug; the drug is not in the file, so there is nothing to keep.
    """
    if not found.in_file:
        raise InputError(f"{name} is not in {found.file}", where="--keep", remedy="nothing to keep: leave out --keep")
    cannot = (f"Cannot be said from this file: {one}." for one in found.cannot)
    lines = (signature_text.mechanism_line(found), signature_text.control_line(found), *_similar(found), *cannot)
    says = IllustrationText(
        lead=signature_text.lead(found),
        lines=tuple(line for line in lines if line)[:_LINES],
        axis=AXIS,
        molecules=tuple(sorted(marks_of(found), key=lambda mark: (mark.value, mark.name))),
    )
    with open_store(required_store(store_file), write=True) as store:
        row = _row(store, name, "signature", found.file, found.sha256, says)
        save_illustrations(store, [row])


def keep_docking(found: Docking, names: Sequence[str], store_file: Path | None) -> None:
    """Keep a docking under each of its drugs.

    Raises
    ------
    InputError
        No store, no drug, or the ligand was not found again, so that nothing was docked.
    """
    if not found.shown or not names:
        why = "no drug was named" if not names else "the co-crystal ligand was not found again"
        raise InputError(why, where="--keep", remedy="nothing to keep: leave out --keep")
    lead, *lines = docking_text.docking_lines(found)
    molecules = [Molecule(one.name, one.energy, _group(one.role)) for one in (found.redocked, *found.poses)]
    says = IllustrationText(
        lead=lead[:1].upper() + lead[1:],
        lines=tuple(line.strip() for line in lines[:-1]),
        axis="Vina's score, kcal/mol; lower is better",
        molecules=tuple(sorted(molecules, key=lambda mark: (mark.value, mark.name))),
    )
    file = Path(found.receptor).name
    with open_store(required_store(store_file), write=True) as store:
        rows = [_row(store, name, "docking", file, found.receptor_sha256, says) for name in names]
        save_illustrations(store, rows)


def _group(role: str) -> Group:
    groups: dict[str, Group] = {"drug": "drug", "decoy": "control"}
    return groups.get(role, "other")


def _similar(found: Illustration) -> list[str]:
    return [
        f"{row.rank}. {row.signature}{' (same mechanism)' if row.shared else ''}, correlation {row.correlation:.2f}; "
        f"{row.controls_as_similar:.0%} of the controls are as similar"
        for row in found.similar[:5]
    ]


def required_store(store_file: Path | None) -> Path:
    """The store that an illustration is to be kept in; asked for before minutes of work.

    Raises
    ------
    InputError
        None is named.
    """
    if store_file is None:
        raise InputError("illustrations are kept in a store", where="--keep", remedy="name one with --store")
    return store_file


def _row(store: Store, name: str, kind: str, file: str, sha256: str, says: IllustrationText) -> StoredIllustration:
    drug = store.sql("SELECT drug_id FROM drug_keys WHERE drug_key = $key", key=drug_key(name))["drug_id"].to_list()
    if not drug:
        raise InputError(f"the store has no drug {name!r}", where="--keep", remedy="is it spelt right?")
    return StoredIllustration(drug_id=drug[0], kind=kind, file=Path(file).name, sha256=sha256, record=as_record(says))
