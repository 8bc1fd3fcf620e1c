"""What speaks against a ranking: computed from the figures, the gravest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screen.report.content import glossary
from screen.report.content.drug_evidence import DrugNote
from screen.report.content.model_quality import Quality
from screen.report.content.provenance import Provenance
from screen.report.content.sensitivity import SELECTIVE, Sensitivity

if TYPE_CHECKING:
    from screen.report.content.edi import EdiRow
    from screen.report.content.indication_lead import Lead
    from screen.report.content.patient_ranking import RankedDrug
    from screen.report.content.patient_sample import Sample

FEW_GENES = 0.95
"""Below this share of the model's genes the page says so."""
SMALL_COHORT = 10
LOWER = 0.25
"""A selective score below this: at least three quarters of the reference patients score higher."""


@dataclass(frozen=True)
class Caution:
    """One thing a reader must weigh."""

    topic: str
    text: str


def patient_cautions(
    drugs: Sequence["RankedDrug"],
    sample: "Sample",
    quality: Quality,
    source: Provenance,
    cohort: int,
    unscored: Sequence[str],
) -> tuple[Caution, ...]:
    """All that holds for this patient, the gravest first."""
    shortlist = [d for d in drugs if d.efficient]
    notes = [d.note for d in shortlist]
    return (
        *_contradictions(drugs),
        *_unscored(unscored),
        *_domain(sample),
        *_genes(sample),
        *_accuracy(quality),
        *_flagged(notes),
        *_untrained(notes),
        *_unstable(shortlist),
        *_common(shortlist),
        *_lower(shortlist),
        *_unsearched(shortlist),
        *_cohort(cohort),
        *_making(source),
    )


def indication_cautions(
    notes: Sequence[DrugNote],
    edi: Sequence["EdiRow"],
    other: Sensitivity,
    first: "Lead",
    quality: Quality,
    source: Provenance,
    cohort: int,
    unscored: Sequence[str],
) -> tuple[Caution, ...]:
    """All that holds for an indication, the gravest first.

    Parameters
    ----------
    notes : of every scored drug, labelled with EDI as the prediction
    edi : the efficient drugs
    other : what other choices would list
    """
    efficient = [row.note for row in edi]
    return (
        *_missed(notes),
        *_same_list(edi, first),
        *_unscored(unscored),
        *_accuracy(quality),
        *_flagged(efficient),
        *_general(edi, other),
        *_untrained(efficient),
        *_unknown(efficient),
        *_cohort(cohort),
        *_making(source),
    )


def _same_list(edi: Sequence["EdiRow"], first: "Lead") -> Iterator[Caution]:
    if not edi:
        return
    shared = [f"{one.shared} of {one.drugs} of {one.indication}" for one in first.overlap]
    elsewhere = f"{glossary.listed(shared, 5)} are on it too; " if shared else ""
    yield Caution(
        "The same list elsewhere",
        f"EDI says little of this indication alone: {elsewhere}{first.plain_shared} of its {len(edi)} are among the "
        f"{len(first.plain)} drugs with the lowest median response of all cell lines.",
    )


def _missed(notes: Sequence[DrugNote]) -> Iterator[Caution]:
    approved = [n for n in notes if n.approved]
    missed = sorted(glossary.short(n.name, 28) for n in approved if n.label == "Contradicted" and not n.listed)
    if missed:
        are = "is" if len(missed) == 1 else "are"
        yield Caution(
            "Missed by the model",
            f"Of {glossary.count(len(approved), 'scored drug')} approved for this indication "
            f"{len(missed)} {are} on neither list: {glossary.listed(missed, 4)}.",
        )


def _contradictions(drugs: Sequence["RankedDrug"]) -> Iterator[Caution]:
    against = [d for d in drugs if d.note.label == "Contradicted" and not d.note.listed]
    if not against:
        return
    recorded = [d for d in drugs if d.note.label in ("Contradicted", "Proved")]
    first = sorted(against, key=lambda d: (not d.note.approved, d.rank))
    named = glossary.listed([f"{glossary.short(d.note.name, 28)} (rank {d.rank})" for d in first], 3)
    are = "is" if len(against) == 1 else "are"
    yield Caution(
        "Missed by the model",
        f"Of {glossary.count(len(recorded), 'drug')} recorded for this indication "
        f"{len(against)} {are} on neither list: {named}.",
    )


def _unscored(names: Sequence[str]) -> Iterator[Caution]:
    if names:
        yield Caution(
            "Without a score",
            f"{glossary.count(len(names), 'drug')} approved for this indication could not be "
            f"ranked, so may be better: {glossary.listed(names, 3)}.",
        )


def _domain(sample: "Sample") -> Iterator[Caution]:
    if sample.inside_domain is None:
        yield Caution("Domain unknown", "How far this tumour lies from those the model knows was not computed.")
    elif not sample.inside_domain:
        yield Caution(
            "Outside the domain",
            "This tumour is farther from the reference than "
            f"{glossary.percent(sample.domain_percentile)} of its patients are: scores are extrapolated.",
        )


def _genes(sample: "Sample") -> Iterator[Caution]:
    if sample.genes_found < FEW_GENES * sample.genes_expected:
        yield Caution(
            "Few genes",
            f"{sample.genes_found} of the model's {sample.genes_expected} genes were measured; "
            "the others count as average.",
        )


def _accuracy(quality: Quality) -> Iterator[Caution]:
    if not quality.compared:
        yield Caution("Not measured", "The accuracy of this model was not measured.")
    elif quality.unbeaten:
        yield Caution(
            "Accuracy", f"On unseen cell lines the model is not better than {glossary.listed(quality.unbeaten)}."
        )


def _flagged(notes: Sequence[DrugNote]) -> Iterator[Caution]:
    withdrawn = [n.name for n in notes if n.flag == "withdrawn"]
    if withdrawn:
        yield Caution(
            "Withdrawn", f"{glossary.listed(withdrawn, 3)}: withdrawn from the market, by the Repurposing Hub."
        )
    tools = [n.name for n in notes if n.flag and n.flag != "withdrawn"]
    if tools:
        yield Caution(
            "Not for patients",
            f"{len(tools)} of the {glossary.count(len(notes), 'efficient drug')} are tool "
            f"compounds or without any clinical record: {glossary.listed(tools, 3)}.",
        )


def _general(edi: Sequence["EdiRow"], other: Sensitivity) -> Iterator[Caution]:
    common = sum(row.share > 0.5 for row in edi)
    if common:
        staying = next(v.kept for v in other.variants if v.name == SELECTIVE)
        yield Caution(
            "Not selective",
            f"{common} of {glossary.count(len(edi), 'efficient drug')} are on most patients' "
            f"shortlists, as general toxins are; by the selective score {staying} would stay.",
        )


def _unknown(notes: Sequence[DrugNote]) -> Iterator[Caution]:
    open_ones = [n for n in notes if n.label == "Not searched"]
    if open_ones:
        yield Caution(
            "Not searched",
            f"For {len(open_ones)} of {glossary.count(len(notes), 'efficient drug')} no record "
            "is known, and no source was searched in full: they are not shown to be new.",
        )


def _untrained(notes: Sequence[DrugNote]) -> Iterator[Caution]:
    new = [n for n in notes if not n.trained]
    if new:
        strange = sum(n.unseen for n in new)
        more = f" {strange} of them (‡) resemble no drug of training." if strange else ""
        yield Caution(
            "Unseen drugs",
            f"{len(new)} of the {glossary.count(len(notes), 'efficient drug')} (†) were not in "
            f"training: their scores rest on structure alone.{more}",
        )


def _unstable(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    leaving = [d for d in shortlist if d.rank_high > len(shortlist)]
    if leaving:
        yield Caution(
            "Unstable ranks",
            f"{len(leaving)} of the {glossary.count(len(shortlist), 'shortlisted drug')} "
            "fall off the list in at least one member of the ensemble.",
        )


def _common(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    common = [d for d in shortlist if d.cohort_share > 0.5]
    if common:
        yield Caution(
            "Not personal",
            f"{len(common)} of {len(shortlist)} are on the shortlist of most patients of the "
            "cohort: effective in general rather than for this patient.",
        )


def _lower(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    lower = [d for d in shortlist if d.selective is not None and d.selective < LOWER]
    if 2 * len(lower) > len(shortlist):
        yield Caution(
            "Lower here",
            f"{len(lower)} of {len(shortlist)} score higher in three of four reference "
            "patients than in this one: they top the list, yet speak for others more.",
        )


def _unsearched(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    open_ones = [d for d in shortlist if d.note.label == "Not searched"]
    if open_ones:
        yield Caution(
            "Not searched",
            f"For {glossary.count(len(open_ones), 'shortlisted drug')} no source was searched "
            "in full: that nothing is recorded means nothing.",
        )


def _cohort(cohort: int) -> Iterator[Caution]:
    if cohort < SMALL_COHORT:
        yield Caution(
            "Small cohort",
            f"Only {glossary.count(cohort, 'patient')} of this indication ranked: comparing "
            "with the cohort says little.",
        )


def _making(source: Provenance) -> Iterator[Caution]:
    if source.unit == "zscore":
        yield Caution(
            "z-scores",
            "The expression is z-scored within its cohort: what the whole cohort has in common "
            "is lost, and cell lines were z-scored over all tissues.",
        )
    if source.toy_encoder:
        yield Caution("Toy encoder", f"Drugs are encoded by {source.encoder}, a toy trained on few structures.")
