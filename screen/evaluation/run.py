"""Run a protocol on the store and keep what it measured, with the manifest of how."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from screen import __version__, indications
from screen.errors import InputError
from screen.evaluation import evaluation_id
from screen.evaluation.alignment.alignment_protocol import PROTOCOL as ALIGNMENT
from screen.evaluation.alignment.alignment_protocol import aligned, require
from screen.evaluation.benchmark_data import Panel, panel_of
from screen.evaluation.cell_lines.cross_study import PROTOCOL as CROSS
from screen.evaluation.cell_lines.cross_study import cross_study, split_of_everything, studies
from screen.evaluation.cell_lines.cross_validation import Answers, answers
from screen.evaluation.cell_lines.fold_protocols import OWN, split_of
from screen.evaluation.cell_lines.result_rows import board_of, figures_of
from screen.evaluation.cell_lines.splits import Given, Split, read_folds
from screen.evaluation.cell_lines.uncertainty_rows import uncertainty_figures
from screen.evaluation.model_entries import DEFAULT, bars, chosen, default_of, entrants
from screen.evaluation.patients.patient_protocol import evaluate_patients
from screen.metrics.figure import Figure
from screen.settings import Settings
from screen.store import Store, audit, open_store, runs
from screen.tasks.progress import Progress, silent

PROTOCOLS = (*OWN, CROSS, "patients")
"""What ``all`` measures."""
_KNOWN = (*PROTOCOLS, ALIGNMENT, "all")


@dataclass(frozen=True)
class Found:
    """Rows of one evaluation with what identifies them."""

    key: str
    manifest: dict[str, Any]
    figures: list[Figure]
    panel: Panel | None = None


def evaluate(
    settings: Settings,
    protocol: str,
    codes: Sequence[str] = (),
    folds: Path | None = None,
    progress: Progress = silent,
    models: Sequence[str] = (),
) -> list[Figure]:
    """Measure, store the figures under the content hash of data and splits, and return them.

    Parameters
    ----------
    protocol : one of :data:`PROTOCOLS`, ``alignment`` or ``all``
    codes : indications whose patients models align with; none: the patients of all together
    folds : CSV of the user's folds, for ``lines`` and ``drugs``
    models : names of entrants; none: every one that can answer

    Raises
    ------
    InputError
        The protocol or a model is unknown.
    """
    if protocol not in _KNOWN:
        raise InputError(f"no protocol {protocol!r}", where="evaluate", remedy=f"known: {', '.join(_KNOWN)}")
    codes = [indications.require(code, "evaluate") for code in codes]
    given = read_folds(folds) if folds else None
    measured: list[Figure] = []
    for one in PROTOCOLS if protocol == "all" else (protocol,):
        for found in _found(settings, one, codes, given, models, progress):
            _keep(settings, one, found)
            measured += [replace(figure, evaluation_id=found.key) for figure in found.figures]
    return measured


def _found(
    settings: Settings,
    protocol: str,
    codes: Sequence[str],
    given: Given | None,
    models: Sequence[str],
    progress: Progress,
) -> list[Found]:
    if protocol == "patients":
        with open_store(settings.store) as store:
            figures = evaluate_patients(store, settings, codes, models, progress)
        manifest = {"protocol": protocol, "indications": codes, "settings": settings.printed()}
        return [
            Found(
                evaluation_id(protocol, codes, settings.printed()),
                manifest | {"models": {figure.model: {} for figure in figures}},
                figures,
            )
        ]
    if protocol == ALIGNMENT:
        return [_aligned(settings, code, models, progress) for code in codes or (None,)]
    return [_on_lines(settings, protocol, code, given, models, progress) for code in codes or (None,)]


def _aligned(settings: Settings, code: str | None, models: Sequence[str], progress: Progress) -> Found:
    require(code, models)
    with open_store(settings.store) as store:
        panel = panel_of(store, settings, code)
    found = aligned(panel, models, settings, settings.work / "evaluate", progress)
    about = {
        "protocol": ALIGNMENT,
        "data": panel.about(),
        "seed": settings.seed,
        "version": __version__,
        "settings": settings.printed(),
        "shown_patients": found.patients,
        "models": {name: {"places": places} for name, places in found.places.items()},
    }
    return Found(evaluation_id(ALIGNMENT, panel.digest, settings.printed()), about, found.figures, panel)


def _on_lines(
    settings: Settings, protocol: str, code: str | None, given: Given | None, models: Sequence[str], progress: Progress
) -> Found:
    progress("reading the store", 0, 0)
    with open_store(settings.store) as store:
        panel, names = panel_of(store, settings, code), _drug_names(store)
        others = studies(store, panel, settings) if protocol == CROSS else ()
    default, work = default_of(settings), settings.work / "evaluate"
    if protocol == CROSS:
        split = split_of_everything(panel)
        asked = dict.fromkeys(chosen(models, default, "lines"))
        figures, said = cross_study(panel, others, list(asked), default, settings, work, progress)
    else:
        split = split_of(protocol, panel, settings.seed, given, names)
        against = bars(split.new)
        asked = dict.fromkeys((*against, *chosen(models, default, split.new)))
        said = answers(panel, split, asked, settings.seed, work, settings.workers, progress, settings.cluster)
        board = board_of(panel, split, said, against, settings.seed)
        figures = figures_of(board, default, progress)
        figures += uncertainty_figures(board.only(default)) if default in board.outs else []
    figures += [_failed(protocol, code, model, own.fault) for model, own in said.items() if own.fault]
    figures += [replace(figure, model=DEFAULT) for figure in figures if figure.model == default]
    manifest = _manifest(panel, split, said, settings, default)
    manifest |= {"folds_file": given.name} if given else {}
    return Found(evaluation_id(protocol, split.key, panel.digest, settings.seed), manifest, figures, panel)


def _manifest(
    panel: Panel, split: Split, said: Mapping[str, Answers], settings: Settings, default: str
) -> dict[str, Any]:
    everyone = entrants()
    models = {
        name: {
            "says": everyone[name].says,
            "kind": everyone[name].kind,
            "version": everyone[name].version,
            "seconds": round(sum(one.seconds for one in own.folds), 2),
            "fault": own.fault,
        }
        for name, own in said.items()
    }
    models |= {DEFAULT: {**models[default], "is": default}} if default in models else {}
    return {
        "protocol": split.protocol,
        "how": split.how,
        "split": split.key,
        "folds": len(split.folds),
        "new": split.new,
        "data": panel.about(),
        "seed": settings.seed,
        "version": __version__,
        "models": models,
    }


def _failed(protocol: str, code: str | None, model: str, fault: str) -> Figure:
    return Figure(protocol=protocol, model=model, metric="r_drug", indication=code, note=f"failed: {fault[:200]}")


def _drug_names(store: Store) -> dict[str, list[str]]:
    names: dict[str, list[str]] = {}
    for key, drug in store.sql("SELECT drug_key, drug_id FROM drug_keys ORDER BY ALL").iter_rows():
        # Files of folds may name a drug by letters and digits alone, without the sign of its rotation.
        plain = re.sub(r"[^a-z0-9]", "", str(key))
        names.setdefault(str(drug), []).extend(dict.fromkeys((str(key), plain)))
    return names


def _keep(settings: Settings, protocol: str, found: Found) -> None:
    from screen.models.encoder import embeddings

    with open_store(settings.store, write=True) as store, store.transaction():
        if found.panel is not None:
            # The next call needs no encoder, which takes longest to start.
            embeddings.save_embeddings(
                store, found.panel.library, embeddings.current_encoder(store), found.panel.drugs.vectors
            )
        runs.save_evaluation(store, found.key, protocol, found.manifest, found.figures)
        audit.record(store, "evaluate", protocol=protocol, evaluation_id=found.key, rows=len(found.figures))
