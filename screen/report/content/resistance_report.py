"""The report of predicted resistance: a cohort and its first-line drugs, or all cohorts of the store."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import polars as pl

from screen import indications
from screen.errors import StoreError
from screen.ranking.recorded_response import recorded_response
from screen.report.content.attributed_drugs import attributed_drugs, what_they_show
from screen.report.content.cautions import Caution
from screen.report.content.glossary import count
from screen.report.content.marker_provenance import marker_provenance
from screen.report.content.provenance import Provenance
from screen.report.content.resistance_records import (
    ModelNote,
    ModelShare,
    NotPredicted,
    ResistanceCohort,
    ResistanceDrug,
)
from screen.settings import Settings
from screen.store import Store
from screen.store.resistance_tables import (
    attributions_table,
    majority_shares,
    resistance_manifests,
    resistance_outcomes,
    resistance_table,
)

ALL_COHORTS = "all"
_NEARLY_ALL = 0.95
"""Share of a cohort called resistant, above which a call no longer parts its patients."""


@dataclass(frozen=True, kw_only=True)
class ResistanceReport:
    """Everything the report says."""

    title: str
    subject: str
    """An indication's code, or ``all``."""
    answer: str
    cautions: tuple[Caution, ...]
    cohorts: tuple[ResistanceCohort, ...]
    tasks: int
    """Drugs times models, over the cohorts."""
    patients: int
    label: str
    models: tuple[ModelNote, ...]
    provenance: Provenance
    kind: Literal["resistance"] = "resistance"


def resistance_context(store: Store, subject: str, settings: Settings) -> ResistanceReport:
    """Gather the report.

    Parameters
    ----------
    subject : an indication's code, or ``all``

    Raises
    ------
    StoreError
        Resistance was not predicted there, or nowhere.
    """
    manifests = resistance_manifests(store)
    shown = {code: one for code, one in manifests.items() if subject in (ALL_COHORTS, code)}
    if not shown:
        raise StoreError(
            f"resistance was not predicted{'' if subject == ALL_COHORTS else f' in {subject}'}",
            where=str(store.path),
            remedy=f"run: crescreen resistance {'BRCA LUAD' if subject == ALL_COHORTS else subject}",
        )
    cohorts = tuple(_cohort(store, code, manifest, settings) for code, manifest in shown.items())
    where = ", ".join(shown) if subject == ALL_COHORTS else subject
    first = next(iter(shown.values()))
    return ResistanceReport(
        title=f"Predicted resistance to first-line drugs: {where}",
        subject=subject,
        answer=_answer(cohorts),
        cautions=tuple(_cautions(cohorts)),
        cohorts=cohorts,
        tasks=sum(len(drug.models) for cohort in cohorts for drug in cohort.drugs),
        patients=sum(cohort.patients for cohort in cohorts),
        label=first["label"],
        models=_models(list(shown.values())),
        provenance=_provenance(store, settings, list(shown.values())),
    )


def _cohort(store: Store, code: str, manifest: Mapping[str, Any], settings: Settings) -> ResistanceCohort:
    rows, most = resistance_table(store, code), majority_shares(store, code)
    had = (
        resistance_outcomes(store, code)
        .group_by("drug_name", "patient_id")
        .agg(pl.col("probability").mean(), pl.col("responder").first())
        .sort("drug_name", "patient_id")
    )
    attributed = attributed_drugs(attributions_table(store, code))
    drugs = []
    for one in manifest["drugs"]:
        of_drug = rows.filter(pl.col("drug_name") == one["name"])
        treated = had.filter(pl.col("drug_name") == one["name"])
        shares = tuple(_share(row) for row in of_drug.sort("model").to_dicts())
        agreeing = [share.agreement for share in shares if share.agreement is not None]
        majority, patients = most.get(one["name"], (0, 0))
        drugs.append(
            ResistanceDrug(
                drug=one["name"],
                standing=one["standing"],
                for_whom=one["for_whom"],
                source=one["source"],
                lines=one["lines"],
                lines_sensitive=one["lines_sensitive"],
                patients=patients,
                majority=majority,
                models=shares,
                agreement=sum(agreeing) / len(agreeing) if agreeing else None,
                outcomes=recorded_response(
                    treated["probability"].to_list(), treated["responder"].to_list(), settings.seed
                ),
            )
        )
    return ResistanceCohort(
        indication=code,
        name=indications.name(code),
        patients=max((drug.patients for drug in drugs), default=0),
        lines=manifest["lines"],
        genes=manifest["genes"],
        dataset=manifest["dataset"],
        metric=manifest["metric"],
        model_names=tuple(sorted(manifest["models"])),
        drugs=tuple(drugs),
        attributed=attributed,
        attributed_answer=what_they_show(attributed),
        not_predicted=tuple(NotPredicted(drug=drug, why=why) for drug, why in manifest["not_predicted"].items()),
    )


def _share(row: Mapping[str, Any]) -> ModelShare:
    return ModelShare(
        model=row["model"],
        resistant=row["resistant"],
        share=row["resistant"] / max(row["patients"], 1),
        agreement=row["agreement"],
    )


def _answer(cohorts: Sequence[ResistanceCohort]) -> str:
    drugs = [drug for cohort in cohorts for drug in cohort.drugs]
    shares = [share.share for drug in drugs for share in drug.models]
    agreeing = [drug.agreement for drug in drugs if drug.agreement is not None]
    tested = sum(not drug.outcomes.startswith("not testable") for drug in drugs)
    where = f"{len(cohorts)} indications" if len(cohorts) > 1 else cohorts[0].indication
    span = f"{min(shares):.0%} to {max(shares):.0%}"
    text = f"In {where} the models call {span} of the patients resistant, by drug and model. "
    if agreeing:
        text += f"Two models say the same of a patient in {sum(agreeing) / len(agreeing):.0%}. "
    if tested:
        return (
            text + f"Recorded responses of patients can be held against {tested} of {count(len(drugs), 'prediction')}."
        )
    return text + "No prediction could be held against recorded responses: too few patients had the drug."


def _cautions(cohorts: Sequence[ResistanceCohort]) -> Iterator[Caution]:
    yield Caution(
        "What is predicted",
        "Whether a tumour looks like the cell lines that resist a drug, one drug at a time. It is no rate of response: "
        "drugs of a regimen work together, doses and the patient are not in it.",
    )
    yield Caution(
        "The line between the classes",
        "Resistant is above one half of a model whose classes were balanced: more likely resistant than the average "
        "cell line. Another cut gives other shares; the order of patients stays.",
    )
    everybody = sorted(
        {
            share.model
            for cohort in cohorts
            for drug in cohort.drugs
            for share in drug.models
            if share.share > _NEARLY_ALL
        }
    )
    if everybody:
        yield Caution(
            "Nearly everybody resistant",
            f"For some drug {', '.join(everybody)} call over {_NEARLY_ALL:.0%} of a cohort resistant. That parts "
            "tumour types, whose cell lines are more or less sensitive, and not the patients of one; models that "
            "all say so agree without knowing more.",
        )
    low = [
        f"{drug.drug} in {cohort.indication}"
        for cohort in cohorts
        for drug in cohort.drugs
        if drug.agreement is not None and drug.agreement < 0.6
    ]
    if low:
        yield Caution(
            "Models that disagree",
            f"On {count(len(low), 'drug')} two models say the same of under 60% of the patients on average: "
            f"{', '.join(low[:6])}{' and others' if len(low) > 6 else ''}.",
        )
    earlier = sorted({drug.drug for cohort in cohorts for drug in cohort.drugs if drug.standing == "earlier"})
    if earlier:
        yield Caution(
            "Earlier standards",
            f"Marked earlier, of older regimens: {', '.join(earlier)}. The table of first-line drugs was written "
            "from general knowledge of guidelines and labels and not transcribed from them.",
        )
    if any(cohort.attributed for cohort in cohorts):
        yield Caution(
            "Genes that a model rests on",
            "They explain the model and are no markers: of genes that go together a model takes some, and others at "
            "the next refit. Markers are tested one by one, with multiplicity, by the report of markers.",
        )
    yield Caution(
        "How good the models are",
        "That is measured on unseen cell lines, beside PCA, ridge and the lineage alone: "
        "crescreen evaluate resistance.",
    )


def _models(manifests: Sequence[Mapping[str, Any]]) -> tuple[ModelNote, ...]:
    found = {name: one for manifest in manifests for name, one in manifest["models"].items()}
    return tuple(ModelNote(model=name, says=one["says"], note=one["note"]) for name, one in sorted(found.items()))


def _provenance(store: Store, settings: Settings, manifests: Sequence[Mapping[str, Any]]) -> Provenance:
    names = {
        "lines": {
            "sources": sorted({name for one in manifests for name in one["expression"]}),
            "dataset": manifests[0]["dataset"],
            "n": max(one["lines"] for one in manifests),
        },
        "patients": {
            "sources": sorted({name for one in manifests for name in one["patients_expression"]}),
            "n": sum(one["patients"] for one in manifests),
        },
        "tests": {"drugs": len({drug["id"] for one in manifests for drug in one["drugs"]})},
    }
    return marker_provenance(store, settings, names)
