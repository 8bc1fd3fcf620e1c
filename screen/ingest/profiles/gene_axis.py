"""The gene identifiers of a matrix: which columns are kept, and what a spreadsheet has done to them."""

import re

from screen.errors import InputError
from screen.ingest.profiles.orientation import Matrix
from screen.ingest.profiles.patient_ids import listed

_DATE = re.compile(
    r"^(?:\d{1,2}[-.](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)(?:-\d{2,4})?"
    r"|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)-\d{2}"
    r"|\d{4}-\d{2}-\d{2}(?: 00:00:00)?|\d{2}/\d{2}/\d{4})$",
    re.IGNORECASE,
)
_COUNTER = re.compile(r"^(?:__\w+|N_(?:unmapped|multimapping|noFeature|ambiguous)|Unassigned_\w+)$")
"""Rows that count reads, not genes: htseq-count, STAR, featureCounts."""
_SECOND_COPY = re.compile(r"_PAR_Y$")


def tidy(matrix: Matrix) -> tuple[Matrix, list[str]]:
    """Each gene identifier once, none blank.

    Rows that count reads which fell on no gene, blank identifiers and the ``_PAR_Y`` copies of pseudoautosomal genes
    are left out; of an identifier that is there several times the first column is kept. Dates (a spreadsheet's
    ``1-Mar`` for MARCHF1 or MTARC1) stay as they are and are named.
    """
    places: dict[str, int] = {}
    blank, counters, copies, again = 0, 0, [], []
    for place, gene in enumerate(name.strip() for name in matrix.genes):
        if not gene:
            blank += 1
        elif _COUNTER.match(gene):
            counters += 1
        elif _SECOND_COPY.search(gene):
            copies.append(gene)
        elif gene in places:
            again.append(gene)
        else:
            places[gene] = place
    if not places:
        raise InputError("no gene identifiers", where=str(matrix.path))
    dates = [gene for gene in places if _DATE.match(gene)]
    notes = [f"{blank} rows or columns without a gene identifier left out"] if blank else []
    notes += [f"{counters} rows that count reads, not genes (__no_feature, N_unmapped), left out"] if counters else []
    notes += [f"{len(copies)} copies on chromosome Y (_PAR_Y) left out: {listed(copies)}"] if copies else []
    notes += [f"{len(again)} repeated gene identifiers, the first of each kept: {listed(again)}"] if again else []
    notes += [f"{len(dates)} gene names turned into dates by a spreadsheet: {listed(dates)}"] if dates else []
    if len(places) == len(matrix.genes):
        return matrix, notes
    return matrix.take(range(len(matrix.samples)), list(places.values())), notes
