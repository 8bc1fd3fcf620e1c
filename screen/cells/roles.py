"""Which column of a file says a cell's patient, sample, type and clone, and whether it is malignant."""

import re
from collections.abc import Mapping, Sequence

import polars as pl

from screen.errors import InputError

ROLES: Mapping[str, tuple[str, ...]] = {
    "patient": ("patient", "patient_id", "patientid", "donor", "donor_id", "subject", "subject_id", "case_id"),
    "sample": ("sample", "sample_id", "sampleid", "orig.ident", "library", "library_id", "channel", "gem_group"),
    "type": ("cell_type", "celltype", "cell.type", "cell_types", "cell_annotation", "annotation", "bulk_labels"),
    "clone": ("clone", "clone_id", "subclone", "subclone_id", "clone_opt", "cnv_clone"),
    "malignant": ("malignant", "is_malignant", "malignancy", "tumor_cell", "tumour_cell", "is_tumor"),
    "total": ("n_counts", "total_counts", "ncount_rna", "n_count", "numi", "n_umi", "umi_count"),
    "genes": ("n_genes", "n_genes_by_counts", "nfeature_rna", "n_gene", "ngene"),
    "mito": ("percent_mito", "pct_counts_mt", "percent.mt", "pct_counts_mito", "percent_mt", "mito_fraction"),
}
"""Role -> names of columns, lower case, in the order they are looked for."""
_MALIGNANT = re.compile(
    r"malignan|neoplas|tumou?r cell|^tumou?r$|cancer|carcinoma|sarcoma|lymphoma|melanoma|leuk(?:a)?emi|\bblasts?\b",
    re.I,
)
_NOT_MALIGNANT = re.compile(r"non[- _]?malignan|normal|benign|associated|infiltrat|adjacent", re.I)
_YES = ("true", "yes", "1", "1.0", "malignant", "tumor", "tumour", "cancer", "t")
_NO = ("false", "no", "0", "0.0", "non-malignant", "nonmalignant", "normal", "f")


def role_columns(names: Sequence[str], chosen: Mapping[str, str], where: str) -> dict[str, str]:
    """Role -> column, those chosen by the user before those recognised by name.

    Raises
    ------
    InputError
        A role or a column that there is not.
    """
    lower = {name.lower(): name for name in reversed(names)}
    found = {}
    for role, column in chosen.items():
        if role not in ROLES:
            raise InputError(f"no role is called {role!r}", where="--cells", remedy=f"one of: {', '.join(ROLES)}")
        if column and column not in names:
            raise InputError(
                f"no column {column!r} of cells", where=where, remedy=f"there are: {', '.join(names[:12]) or 'none'}"
            )
        found[role] = column
    for role, known in ROLES.items():
        column = next((lower[name] for name in known if name in lower), "")
        found.setdefault(role, column if column not in chosen.values() else "")
    return {role: column for role, column in found.items() if column}


def malignant_of(column: pl.Series | None, types: pl.Series | None) -> pl.Series | None:
    """True, false or null a cell: by a column that says so, else by cell types that name a tumour; ``None``: unknown.

    Cell types none of which names a tumour say that no cell is malignant only if there are types at all.
    """
    if column is not None:
        text = column.cast(pl.String).str.to_lowercase()
        yes, no = text.is_in(_YES), text.is_in(_NO)
        return pl.select(pl.when(yes).then(True).when(no).then(False).otherwise(None)).to_series()
    if types is None or types.null_count() == len(types):
        return None
    verdict = {one: is_malignant_type(one) for one in types.drop_nulls().unique().to_list()}
    return types.replace_strict(verdict, default=None, return_dtype=pl.Boolean)


def is_malignant_type(name: str) -> bool:
    """Whether a cell type's name says malignant cells.

    >>> is_malignant_type("Malignant"), is_malignant_type("CD8 T"), is_malignant_type("tumour-associated macrophage")
    (True, False, False)
    """
    return bool(_MALIGNANT.search(name)) and not _NOT_MALIGNANT.search(name)
