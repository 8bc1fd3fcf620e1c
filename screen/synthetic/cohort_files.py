"""Write the whole synthetic cohort to files that ingest reads like any others."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from numpy.random import Generator

from screen.records import ReadOptions
from screen.synthetic import data_files, evidence_files
from screen.synthetic.biology import (
    PROGRAMMES,
    Biology,
    Facts,
    Platform,
    Tumours,
    draw_biology,
    draw_platform,
    draw_tumours,
    measure_lines,
    measure_patients,
    read_facts,
)
from screen.synthetic.dose_response import Pharmacology, area_under_curve, draw_pharmacology, sensitive, true_potency

INDICATIONS = ("BRCA", "COAD", "STAD")
_PATIENTS = 80
_UNMATCHED = 3
"""So many cell lines have expression but no response, and so many a response but no expression."""
_OUTSIDE_LACKS = 8


@dataclass(frozen=True)
class CohortFile:
    """One file and what must be declared when it is read."""

    path: Path
    options: ReadOptions


@dataclass(frozen=True)
class Cohort:
    """What was written, and what is true of it."""

    files: tuple[CohortFile, ...]
    """To be ingested, in any order."""
    outside: CohortFile
    """One breast cancer patient of another laboratory, in TPM; not part of ``files``."""
    indications: tuple[str, ...]
    planted: Mapping[str, tuple[str, ...]]
    """Programme -> the drugs that work where it runs high."""
    truth: pl.DataFrame
    """patient_id, indication, drug, programme, auc (0..1, before any assay), sensitive (null where nothing is
    planted). In no file; the outside patient is in it too."""


def write_cohort(folder: Path, seed: int = 0, *, shuffle_responses: bool = False) -> Cohort:
    """Draw the cohort and write its files, every name beginning with ``synthetic_``.

    Parameters
    ----------
    folder : made if it is missing; files of an earlier call are overwritten
    seed : the same seed gives the same bytes
    shuffle_responses : deal each drug's responses out to the cell lines at random: nothing is left to learn but
        how potent a drug is
    """
    folder.mkdir(parents=True, exist_ok=True)
    known = read_facts()
    shared, for_lines, for_patients, for_evidence, for_outside = np.random.default_rng(seed).spawn(5)
    biology, drugs = draw_biology(known, shared), draw_pharmacology(known, shared)
    platform = draw_platform(biology, shared)
    lines = _write_lines(folder, known, biology, drugs, for_lines, shuffle_responses)
    cohorts = {code: _patients(code, known, biology, for_patients) for code in INDICATIONS}
    patients = _write_patients(folder, cohorts, biology, platform, for_patients)
    outside, outsider = _write_outside(folder, known, biology, platform, for_outside)
    cohort_truth = pl.concat([_truth(code, who, drugs, known) for code, who in cohorts.items()])
    records = _write_evidence(folder, cohort_truth, known, for_evidence)
    truth = pl.concat([cohort_truth, _truth(INDICATIONS[0], outsider, drugs, known)])
    return Cohort((*lines, *patients, *records), outside, INDICATIONS, _planted(known), truth)


def _write_lines(
    folder: Path, known: Facts, biology: Biology, drugs: Pharmacology, rng: Generator, shuffle: bool
) -> list[CohortFile]:
    lineage = np.repeat(np.arange(known.lineages.height), known.lineages["lines"].to_numpy())
    ids = tuple(f"ACH-{900001 + i}" for i in range(len(lineage)))
    lines = draw_tumours(ids, rng.permutation(lineage), biology, rng)
    levels = measure_lines(lines, biology, rng)
    potency = true_potency(lines, drugs)
    if shuffle:
        potency = rng.permuted(potency, axis=0)
    response = data_files.dose_response(lines.part(slice(_UNMATCHED, None)), potency[_UNMATCHED:], drugs, known, rng)
    empty_row = "," * (response.width - 1) + "\n"
    return [
        _save(folder, "Model.csv", data_files.model_table(lines, known).write_csv()),
        _save(
            folder,
            "OmicsExpressionProteinCodingGenesTPMLogp1.csv",
            data_files.depmap_matrix(ids[:-_UNMATCHED], levels[:-_UNMATCHED], known).write_csv(),
        ),
        _save(folder, "drugs.csv", data_files.drug_table(known).write_csv()),
        _save(folder, "fitted_dose_response.csv.gz", response.write_csv() + empty_row),
    ]


def _patients(code: str, known: Facts, biology: Biology, rng: Generator) -> Tumours:
    ids = tuple(f"SYN-{code}-{i:03d}" for i in range(1, _PATIENTS + 1))
    return draw_tumours(ids, np.full(_PATIENTS, known.lineage_of(code)), biology, rng)


def _write_patients(
    folder: Path, cohorts: Mapping[str, Tumours], biology: Biology, platform: Platform, rng: Generator
) -> list[CohortFile]:
    files = []
    for code, patients in cohorts.items():
        levels = measure_patients(patients, biology, platform, rng)
        table = data_files.matrix("sample", patients.ids, list(biology.genes), levels)
        files.append(
            _save(
                folder,
                f"expression_{code}.csv",
                table.write_csv(),
                ReadOptions(unit="log2tpm1", indication=code, dataset="synthetic-patients"),
            )
        )
    clinical = pl.concat([data_files.clinical_table(who, code, rng) for code, who in cohorts.items()])
    return [*files, _save(folder, "clinical.csv", clinical.write_csv())]


def _write_outside(
    folder: Path, known: Facts, biology: Biology, platform: Platform, rng: Generator
) -> tuple[CohortFile, Tumours]:
    drawn = draw_tumours(("SYN-OUTSIDE-001",), np.array([known.lineage_of(INDICATIONS[0])]), biology, rng)
    programmes = drawn.programmes.copy()
    programmes[0, [PROGRAMMES.index("mapk"), PROGRAMMES.index("erbb")]] = -1.0, 2.0
    patient = Tumours(drawn.ids, drawn.lineage, programmes)
    tpm = np.exp2(measure_patients(patient, biology, platform, rng)) - 1
    measured = np.sort(rng.permutation(len(biology.genes))[_OUTSIDE_LACKS:])
    table = data_files.matrix("sample", patient.ids, [biology.genes[i] for i in measured], tpm[:, measured])
    options = ReadOptions(unit="tpm", indication=INDICATIONS[0], dataset="synthetic-outside")
    return _save(folder, "outside_tpm.csv", table.write_csv(), options), patient


def _write_evidence(folder: Path, truth: pl.DataFrame, known: Facts, rng: Generator) -> list[CohortFile]:
    pairs = evidence_files.truly_best(truth)
    trials = [*evidence_files.draw_records(pairs, 0.7, 0.05, rng), (evidence_files.UNKNOWN_DRUG, "BRCA")]
    hub = evidence_files.draw_records(pairs, 0.4, 0.05, rng)
    return [
        _save(
            folder,
            "nci_labels.csv",
            evidence_files.label_csv(evidence_files.approvals(), known),
            ReadOptions(coverage="full"),
        ),
        _save(
            folder,
            "trials.json",
            evidence_files.trial_json(trials, known, rng),
            ReadOptions(coverage="conditions:BRCA,COAD"),
        ),
        _save(folder, "repurposing_drugs.txt", evidence_files.hub_txt(hub, known), ReadOptions(coverage="partial")),
    ]


def _truth(code: str, patients: Tumours, drugs: Pharmacology, known: Facts) -> pl.DataFrame:
    """Of the drugs with a structure: the others cannot be scored."""
    auc = area_under_curve(true_potency(patients, drugs))
    table = pl.DataFrame(
        {
            "patient_id": np.repeat(patients.ids, known.drugs.height),
            "indication": [code] * auc.size,
            "auc": auc.ravel(),
            "runs_high": sensitive(patients, drugs).ravel(),
        }
    )
    about = pl.concat([known.drugs.select("name", "smiles", "programme")] * len(patients))
    return (
        pl.concat([table, about], how="horizontal")
        .filter(pl.col("smiles").is_not_null())
        .select(
            "patient_id",
            "indication",
            pl.col("name").alias("drug"),
            "programme",
            "auc",
            sensitive=pl.when(pl.col("programme").is_not_null()).then("runs_high"),
        )
    )


def _planted(known: Facts) -> dict[str, tuple[str, ...]]:
    drugs = known.drugs.filter(pl.col("programme").is_not_null())
    return {name: tuple(drugs.filter(programme=name)["name"]) for name in PROGRAMMES if name in set(drugs["programme"])}


def _save(folder: Path, name: str, text: str, options: ReadOptions | None = None) -> CohortFile:
    path = folder / f"synthetic_{name}"
    data = text.encode()
    path.write_bytes(gzip.compress(data, mtime=0) if name.endswith(".gz") else data)
    return CohortFile(path, options or ReadOptions())
