"""What the model card is made of: the measured figures, evaluation by evaluation, from a store or from a table."""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

import polars as pl

from screen.evaluation.alignment.alignment_protocol import PROTOCOL as ALIGNMENT
from screen.metrics.figure import ALL, Figure
from screen.store import Store

TITLES: Mapping[str, str] = {
    "lines": "Unseen cell lines",
    "lineages": "Unseen lineages",
    "cohorts": "Lineages of cell lines read as cohorts of patients are",
    "drugs": "Unseen drugs",
    "drugs-hard": "Unseen drugs that share neither target nor structure with training",
    "both-new": "Lines and drugs both unseen",
    "cross-study": "Other screens",
    "patients": "Patients with a known response (zero-shot)",
    "alignment": "Alignment of the domains",
    "loop-same": "A plate of an unseen cell line: sixteen drugs measured, the others predicted",
    "loop-other": "A plate in another laboratory, without and with what it measured before",
    "organoids": "Organoids that came back",
    "resistance": "Resistance of unseen cell lines: the VAE family, trees and controls",
    "cells": "Labelled single cells: scDEAL, ATSDP-NET and simpler models",
    "loop-transfer": "A plate in one laboratory, the other drugs in another",
}
"""Protocols in the order of the page."""
_FIGURE = tuple(field.name for field in fields(Figure))
_TYPES: Mapping[str, type[pl.DataType]] = {
    **dict.fromkeys(_FIGURE, pl.String),
    **dict.fromkeys(("value", "low", "high"), pl.Float64),
    **dict.fromkeys(("n", "n_positive"), pl.Int64),
    **dict.fromkeys(("how", "data", "command", "default"), pl.String),
}


@dataclass(frozen=True, kw_only=True)
class Evaluation:
    """One protocol on one set of splits and data."""

    key: str
    protocol: str
    how: str
    """The folds, in words."""
    data: str
    """What was measured on, in words."""
    command: str
    """That measured it."""
    default: str | None
    """Name of the model that was the default."""
    figures: tuple[Figure, ...]

    def of(self, metric: str, kind: str = ALL, baseline: str | None = None) -> dict[str, Figure]:
        """Model -> its figure of a metric in the unnamed stratum of a kind."""
        wanted = (metric, baseline, kind, None)
        return {
            one.model: one
            for one in self.figures
            if (one.metric, one.baseline, one.stratum_kind, one.stratum_name) == wanted
        }


def stored_evaluations(store: Store) -> list[Evaluation]:
    """Everything that was evaluated, in the order of the page."""
    manifests = store.sql("FROM evaluation_manifests ORDER BY measured").rows(named=True)
    rows = store.sql("""SELECT e.* FROM evaluations e JOIN evaluation_manifests m USING (evaluation_id)
                        ORDER BY ALL""").rows(named=True)
    figures: dict[str, list[Figure]] = {one["evaluation_id"]: [] for one in manifests}
    for row in rows:
        figures[row["evaluation_id"]].append(Figure(**row))
    return ordered(
        _evaluation(one["evaluation_id"], one["protocol"], json.loads(one["manifest"]), figures[one["evaluation_id"]])
        for one in manifests
    )


def _evaluation(key: str, protocol: str, manifest: Mapping[str, Any], figures: Sequence[Figure]) -> Evaluation:
    data = ""
    if protocol == ALIGNMENT and figures:
        patients = figures[0].n_positive or 0
        data = f"{figures[0].n - patients:,} lines, {patients:,} patients"
    elif "data" in manifest and "how" in manifest:
        about = manifest["data"]
        data = (
            f"{about['dataset']}, {about['lines']} lines, {about['drugs']} drugs, {about['pairs']:,} pairs, "
            f"{about['genes']} genes"
        )
    folds = f" --folds {manifest['folds_file']}" if manifest.get("folds_file") else ""
    codes = [manifest.get("data", {}).get("indication"), *manifest.get("indications", ())]
    measured = str(manifest.get("command", protocol))
    command = " ".join(("crescreen evaluate", measured, *(code for code in codes if code)))
    default = manifest["models"].get("default", {}).get("is")
    return Evaluation(
        key=key,
        protocol=protocol,
        how=manifest.get("how", ""),
        data=data,
        command=command + folds,
        default=default,
        figures=tuple(figures),
    )


def ordered(evaluations: Iterable[Evaluation]) -> list[Evaluation]:
    """In the order of the page; of one protocol by indication, then by id."""
    order = list(TITLES)

    def place(evaluation: Evaluation) -> tuple[int, str, str]:
        return (
            order.index(evaluation.protocol) if evaluation.protocol in order else len(order),
            indication(evaluation),
            evaluation.key,
        )

    return sorted(evaluations, key=place)


def indication(evaluation: Evaluation) -> str:
    """Code of the patients that models align with; empty: of all."""
    return next((one.indication for one in evaluation.figures if one.indication), "")


def largest(evaluations: Sequence[Evaluation], protocol: str) -> Evaluation | None:
    """The evaluation of a protocol that measured most models; of several with as many, the first by id."""
    of_protocol = [one for one in evaluations if one.protocol == protocol]
    return min(of_protocol, key=lambda one: (-len({figure.model for figure in one.figures}), one.key), default=None)


def as_table(evaluations: Sequence[Evaluation]) -> pl.DataFrame:
    """One row a figure: the fields of :class:`~screen.metrics.figure.Figure`, then how, data, command and default.

    ``n`` is null where it was not recorded.
    """
    rows = [
        asdict(figure)
        | {"n": figure.n or None, "how": one.how, "data": one.data, "command": one.command, "default": one.default}
        for one in evaluations
        for figure in one.figures
    ]
    return pl.DataFrame(rows, schema=dict(_TYPES))


def from_table(table: pl.DataFrame) -> list[Evaluation]:
    """The evaluations of a table as :func:`as_table` makes it."""
    found = []
    for part in table.partition_by("evaluation_id", maintain_order=True):
        figures = tuple(Figure(**(row | {"n": row["n"] or 0})) for row in part.select(_FIGURE).iter_rows(named=True))
        about = part.row(0, named=True)
        found.append(
            Evaluation(
                key=about["evaluation_id"],
                protocol=about["protocol"],
                how=about["how"],
                data=about["data"],
                command=about["command"],
                default=about["default"],
                figures=figures,
            )
        )
    return ordered(found)
