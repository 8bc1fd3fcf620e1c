"""Laboratories' tumours read beside the lines of training: the task of each, and those that take part."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from screen.models import Subjects
from screen.models.contract import LabRows
from screen.models.pair_gp.column_gp import Variances
from screen.models.pair_gp.kernels import line_kernels
from screen.models.pair_gp.lab_task import Doubles, LabTask, less_level, likely_task, lines_say
from screen.records import Floats


@dataclass(frozen=True)
class ReadLabs:
    """What laboratories' tumours say beside the lines."""

    tasks: tuple[LabTask, ...]
    """Of every laboratory."""
    learned: tuple[tuple[LabTask, Floats], ...]
    """Of those that take part: the task, and responses less the level of each tumour, n x D."""
    subjects: Subjects
    """The lines, then the tumours of those that take part."""
    covariance: Doubles
    """Among the subjects."""


def read_labs(
    lines: Subjects,
    labs: Sequence[LabRows],
    tables: Sequence[Floats],
    over_lines: Variances,
    standard: Floats,
    duals: Floats,
    assay: Doubles,
    seed: int,
) -> ReadLabs:
    """Fit the task of each laboratory, given the lines.

    Parameters
    ----------
    tables : of each laboratory n x D, standardised as the lines' responses
    standard, duals : of the lines, L x D: standardised responses, and weights without any laboratory
    assay : length D, of :func:`screen.models.pair_gp.lab_task.assay_variances`
    """
    tasks, learned, subjects = [], [], lines
    for lab, table in zip(labs, tables, strict=True):
        both = lines.followed_by(lab.subjects)
        covariance = over_lines.covariance(line_kernels(both, both))
        predicted = covariance[len(lines) :, : len(lines)] @ duals
        measured = np.flatnonzero(np.isfinite(table).any(axis=0))
        say = lines_say(covariance, over_lines.noise, standard, measured)
        task = likely_task(say, table, assay, seed)
        tasks.append(task)
        if task.learned:
            learned.append((task, less_level(table, np.asarray(predicted, np.float32), assay)))
            subjects = subjects.followed_by(lab.subjects)
    covariance = over_lines.covariance(line_kernels(subjects, subjects))
    return ReadLabs(tuple(tasks), tuple(learned), subjects, covariance)
