"""Three verdicts a marker: supported, not supported, not testable."""

import polars as pl

SUPPORTED, NOT_SUPPORTED, NOT_TESTABLE = "supported", "not supported", "not testable"
Q = 0.05
_SCHEMA: dict[str, type[pl.DataType]] = {
    **dict.fromkeys(("feature", "kind"), pl.String),
    **dict.fromkeys(("association", "association_low", "association_high"), pl.Float64),
    **dict.fromkeys(("difference", "difference_low", "difference_high"), pl.Float64),
    **dict.fromkeys(("association_p", "association_q", "stability"), pl.Float64),
    **dict.fromkeys(("association_rank", "lines", "lines_altered", "patients", "patients_altered"), pl.Int64),
    **dict.fromkeys(
        [f"prognostic_{one}" for one in ("hr", "low", "high", "p", "q")]
        + [f"proliferation_{one}" for one in ("hr", "low", "high", "p")]
        + [f"predictive_{one}" for one in ("ratio", "low", "high", "p", "q")],
        pl.Float64,
    ),
}


def verdict_columns(
    rows: pl.DataFrame, *, tested_lines: bool, tested_patients: bool, tested_treatment: bool, proliferation: bool
) -> pl.DataFrame:
    """Rows with every column of figures and the three verdicts.

    An association, and a treatment by marker interaction, are supported at q <= .05. A prognostic marker is supported
    at q <= .05 where its ratio still differs from 1 with a proliferation score beside it, if that could be computed.

    Parameters
    ----------
    tested_lines, tested_patients, tested_treatment : whether a column could be tested at all
    proliferation : whether there is a score
    """
    missing = [pl.lit(None, dtype=kind).alias(name) for name, kind in _SCHEMA.items() if name not in rows.columns]
    rows = rows.with_columns(missing).select(pl.col(name).cast(kind) for name, kind in _SCHEMA.items())
    beyond = (pl.col("proliferation_p") <= 0.05) if proliferation else pl.lit(True)
    # An alteration of patients without expression has no score beside it.
    beyond = beyond | (pl.col("proliferation_p").is_null() & (pl.col("kind") != "expression"))
    return rows.with_columns(
        _verdict("association_q", pl.lit(True), tested_lines).alias("association_verdict"),
        _verdict("prognostic_q", beyond.fill_null(False), tested_patients).alias("prognostic_verdict"),
        _verdict("predictive_q", pl.lit(True), tested_treatment).alias("predictive_verdict"),
    )


def _verdict(column: str, also: pl.Expr, testable: bool) -> pl.Expr:
    if not testable:
        return pl.lit(NOT_TESTABLE)
    return (
        pl.when(pl.col(column).is_null())
        .then(pl.lit(NOT_TESTABLE))
        .when((pl.col(column) <= Q) & also)
        .then(pl.lit(SUPPORTED))
        .otherwise(pl.lit(NOT_SUPPORTED))
    )
