"""Plates that came back from a lab: stored, listed, taken out, and what a model may learn from their curves."""

from collections.abc import Sequence

import polars as pl

from screen.errors import StoreError
from screen.store import audit
from screen.store.database import Store
from screen.store.tombstones import erased

LEAST_SHARE = 0.5
"""Of the training screen's doses (log) a plate must have tested for its area to stand for the screen's."""

_RESPONSES = """
SELECT c.lab, c.assay, c.batch, c.plan AS plan_id, c.organoid_id, c.patient_id, c.plates AS plate,
       coalesce(k.drug_id, c.drug_ids[1]) AS drug_id, c.drug_names[1] AS drug_name,
       c.auc_gdsc AS auc, coalesce(c.auc_gdsc_sd, 0.0) AS auc_sd, c.range_share, c.dose_unit, c.verdict,
       CASE WHEN c.verdict = 'fail' THEN 'its plate failed quality control'
            WHEN c.dose_unit <> 'uM' THEN 'its doses are relative: no concentration is known'
            WHEN c.range_share < $share THEN 'too few of the training screen''s doses were tested'
            ELSE '' END AS why_not,
       c.treatment
FROM lab_curves c
LEFT JOIN resolved k ON k.written = c.drug_names[1]
WHERE len(c.drug_names) = 1
  AND ($patient IS NULL OR c.patient_id = $patient) AND ($lab IS NULL OR c.lab = $lab)
ORDER BY c.lab, c.assay, c.batch, c.organoid_id, c.treatment
"""
_NOISE = """
SELECT p.layout AS batch, sqrt(sum(s.squares) / sum(s.wells - 1)) AS replicate_sd, sum(s.wells)::BIGINT AS wells
FROM (SELECT plate_id, treatment, doses, var_pop(viability) * count(*) AS squares, count(*) AS wells
      FROM lab_wells WHERE role = 'test' AND viability IS NOT NULL GROUP BY ALL HAVING count(*) > 1) s
JOIN lab_plates p USING (plate_id)
WHERE p.verdict <> 'fail'
  AND ($patient IS NULL OR p.patient_id = $patient) AND ($lab IS NULL OR p.lab = $lab)
GROUP BY p.layout ORDER BY 1
"""


def fitted_responses(store: Store, patient_id: str | None = None, lab: str | None = None) -> pl.DataFrame:
    """One row a lab, organoid and single drug: what a model can be conditioned on.

    Returns
    -------
    lab, assay, batch, plan_id, organoid_id, patient_id, plate; drug_id (what the name means in the store now) and
    drug_name; ``auc`` on GDSC's scale (0 to 1, lower is sensitive) over the training screen's doses where they are
    known, else over those tested, with its standard error ``auc_sd``; ``range_share`` of the training screen's doses
    that was tested (null: not known); dose_unit, verdict; ``usable``, and ``why_not`` in words.
    """
    named = store.sql("SELECT DISTINCT drug_names[1] AS written FROM lab_curves WHERE len(drug_names) = 1")
    found = store.sql(
        _RESPONSES, {"resolved": resolved(store, named["written"])}, patient=patient_id, lab=lab, share=LEAST_SHARE
    )
    return found.with_columns(usable=pl.col("why_not") == "").drop("treatment")


def resolved(store: Store, names: pl.Series) -> pl.DataFrame:
    """written, drug_id: what each name means in the store; names it does not know are left out."""
    from screen.records import drug_keys

    keyed = pl.DataFrame({"written": names.cast(pl.String)}).with_columns(drug_key=drug_keys(names.cast(pl.String)))
    return store.sql("SELECT DISTINCT written, drug_id FROM keyed JOIN drug_keys USING (drug_key)", {"keyed": keyed})


def plate_noise(store: Store, patient_id: str | None = None, lab: str | None = None) -> pl.DataFrame:
    """batch, replicate_sd (of one well's viability, over treatments and doses), wells; failed plates left out."""
    return store.sql(_NOISE, patient=patient_id, lab=lab)


def training_ranges(store: Store) -> pl.DataFrame:
    """drug_id, low_uM, high_uM: the doses at which a published screen tested a drug, GDSC2 before others.

    A drug that a screen tested at two ranges has the widest.
    """
    return store.sql(
        """SELECT drug_id, min(low_uM) AS low_uM, max(high_uM) AS high_uM
           FROM (SELECT coalesce(k.drug_id, 'name:' || r.drug_key) AS drug_id, r.*,
                        dense_rank() OVER (PARTITION BY drug_id ORDER BY dataset <> 'GDSC2', dataset) AS place
                 FROM response_ranges r LEFT JOIN drug_keys k USING (drug_key))
           WHERE place = 1 GROUP BY drug_id ORDER BY drug_id"""
    )


def stored_plates(store: Store) -> pl.DataFrame:
    """Every plate, in the order they were added."""
    return store.sql("FROM lab_plates ORDER BY added, plate, plate_id")


def wells_of(store: Store, plate_ids: Sequence[str]) -> pl.DataFrame:
    """Wells of these plates, by plate, row and column."""
    return store.sql(
        "FROM lab_wells WHERE list_contains($ids, plate_id) ORDER BY plate_id, row_number, col_number",
        ids=list(plate_ids),
    )


def save_plates(store: Store, plates: pl.DataFrame, wells: pl.DataFrame) -> int:
    """Store plates with their wells; those there already stay as they are. Call inside a transaction.

    Parameters
    ----------
    plates : rows of ``lab_plates`` without ``added``
    wells : rows of ``lab_wells``

    Returns
    -------
    How many are new.

    Raises
    ------
    StoreError
        A patient of theirs was erased.
    """
    there = store.sql("SELECT plate_id FROM lab_plates")["plate_id"].to_list()
    new = plates.filter(~pl.col("plate_id").is_in(there))
    gone = erased(store, [*new["patient_id"], *new["organoid_id"]])
    if gone:
        raise StoreError(
            "a patient of these plates was erased: nothing is stored",
            where=str(store.path),
            remedy="give the organoid another id with --organoid ID=PATIENT, if it is somebody else's",
        )
    last = int(store.scalar("SELECT coalesce(max(added), 0) FROM lab_plates"))
    store.append("lab_plates", new.with_columns(added=pl.int_range(last + 1, last + 1 + new.height, dtype=pl.Int64)))
    store.append("lab_wells", wells.filter(pl.col("plate_id").is_in(new["plate_id"].to_list())))
    return new.height


def update_quality(store: Store, plates: pl.DataFrame, wells: pl.DataFrame) -> None:
    """Replace plates and their wells by the same with other figures. Call inside a transaction."""
    ids = plates["plate_id"].to_list()
    for table in ("lab_plates", "lab_wells"):
        store.run(f"DELETE FROM {table} WHERE list_contains($ids, plate_id)", ids=ids)
    store.append("lab_plates", plates)
    store.append("lab_wells", wells)


def delete_plates(store: Store, plate_ids: Sequence[str]) -> None:
    """Take plates and their wells out. Call inside a transaction."""
    for table in ("lab_wells", "lab_plates"):
        store.run(f"DELETE FROM {table} WHERE list_contains($ids, plate_id)", ids=list(plate_ids))
    audit.record(store, "results remove", plates=sorted(plate_ids))


def replace_curves(store: Store, batch: tuple[str, str, str, str], curves: pl.DataFrame, pairs: pl.DataFrame) -> None:
    """Put these curves and combinations in place of the batch's: lab, assay, batch, organoid. In a transaction."""
    lab, assay, name, organoid = batch
    store.run(
        "DELETE FROM lab_curves WHERE lab = $lab AND assay = $assay AND batch = $batch AND organoid_id = $organoid",
        lab=lab,
        assay=assay,
        batch=name,
        organoid=organoid,
    )
    store.run(
        "DELETE FROM lab_combinations WHERE lab = $lab AND batch = $batch AND organoid_id = $organoid",
        lab=lab,
        batch=name,
        organoid=organoid,
    )
    store.append("lab_curves", curves)
    store.append("lab_combinations", pairs)
