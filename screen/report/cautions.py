"""What speaks against a ranking: computed from the figures, the gravest first."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from screen.report import words
from screen.report.evidence import DrugNote
from screen.report.provenance import Provenance
from screen.report.quality import Quality

if TYPE_CHECKING:
    from screen.report.ranking import RankedDrug
    from screen.report.sample import Sample

FEW_GENES = 0.95
"""Below this share of the model's genes the page says so."""
SMALL_COHORT = 10


@dataclass(frozen=True)
class Caution:
    """One thing a reader must weigh."""

    topic: str
    text: str


def cautions(drugs: Sequence["RankedDrug"], sample: "Sample", quality: Quality, source: Provenance,
             cohort: int, unscored: Sequence[str]) -> tuple[Caution, ...]:
    """All that holds for this patient, the gravest first."""
    shortlist = [d for d in drugs if d.efficient]
    return (*_contradictions(drugs), *_unscored(unscored), *_domain(sample), *_genes(sample), *_accuracy(quality),
            *_untrained([d.note for d in shortlist]), *_unstable(shortlist), *_common(shortlist),
            *_unsearched(shortlist), *_cohort(cohort), *_making(source))


def indication_cautions(notes: Sequence[DrugNote], efficient: Sequence[DrugNote], quality: Quality,
                        source: Provenance, cohort: int, unscored: Sequence[str]) -> tuple[Caution, ...]:
    """All that holds for an indication, the gravest first.

    Parameters
    ----------
    notes : of every scored drug, labelled with EDI as the prediction
    efficient : of the EDI drugs
    """
    return (*_missed(notes), *_unscored(unscored), *_accuracy(quality), *_untrained(efficient), *_cohort(cohort),
            *_making(source))


def _missed(notes: Sequence[DrugNote]) -> Iterator[Caution]:
    approved = [n for n in notes if n.approved]
    missed = sorted(words.short(n.name, 28) for n in approved if n.label == "Contradicted")
    if missed:
        yield Caution("Contradicted", f"Of {words.count(len(approved), 'scored drug')} approved for this indication "
                                      f"{len(missed)} are not among the efficient: {words.listed(missed, 4)}.")


def _contradictions(drugs: Sequence["RankedDrug"]) -> Iterator[Caution]:
    against = [d for d in drugs if d.note.label == "Contradicted"]
    if not against:
        return
    recorded = [d for d in drugs if d.note.label in ("Contradicted", "Proved")]
    first = sorted(against, key=lambda d: (not d.note.approved, d.rank))
    named = words.listed([f"{words.short(d.note.name, 28)} (rank {d.rank})" for d in first], 3)
    yield Caution("Contradicted", f"Of {words.count(len(recorded), 'drug')} recorded for this indication "
                                  f"{len(against)} are not on the shortlist: {named}.")


def _unscored(names: Sequence[str]) -> Iterator[Caution]:
    if names:
        yield Caution("Without a score", f"{words.count(len(names), 'drug')} approved for this indication could not be "
                                         f"ranked, so may be better: {words.listed(names, 3)}.")


def _domain(sample: "Sample") -> Iterator[Caution]:
    if sample.inside_domain is None:
        yield Caution("Domain unknown", "How far this tumour lies from those the model knows was not computed.")
    elif not sample.inside_domain:
        yield Caution("Outside the domain", "This tumour is farther from the reference than "
                      f"{words.percent(sample.domain_percentile)} of its patients are: scores are extrapolated.")


def _genes(sample: "Sample") -> Iterator[Caution]:
    if sample.genes_found < FEW_GENES * sample.genes_expected:
        yield Caution("Few genes", f"{sample.genes_found} of the model's {sample.genes_expected} genes were measured; "
                                   "the others count as average.")


def _accuracy(quality: Quality) -> Iterator[Caution]:
    if not quality.compared:
        yield Caution("Not measured", "The accuracy of this model was not measured.")
    elif quality.unbeaten:
        yield Caution("Accuracy", f"On unseen cell lines the model is not better than "
                                  f"{words.listed(quality.unbeaten)}.")


def _untrained(notes: Sequence[DrugNote]) -> Iterator[Caution]:
    new = [n for n in notes if not n.trained]
    if new:
        yield Caution("Unseen drugs", f"{len(new)} of the {words.count(len(notes), 'efficient drug')} (†) were not in "
                                      "training: their scores rest on structure alone.")


def _unstable(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    leaving = [d for d in shortlist if d.rank_high > len(shortlist)]
    if leaving:
        yield Caution("Unstable ranks", f"{len(leaving)} of the {words.count(len(shortlist), 'shortlisted drug')} "
                                        "fall off the list in at least one member of the ensemble.")


def _common(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    common = [d for d in shortlist if d.cohort_share > 0.5]
    if common:
        yield Caution("Not personal", f"{len(common)} of {len(shortlist)} are on the shortlist of most patients of the "
                                      "cohort: effective in general rather than for this patient.")


def _unsearched(shortlist: Sequence["RankedDrug"]) -> Iterator[Caution]:
    open_ones = [d for d in shortlist if d.note.label == "Not searched"]
    if open_ones:
        yield Caution("Not searched", f"For {words.count(len(open_ones), 'shortlisted drug')} no source was searched "
                                      "in full: that nothing is recorded means nothing.")


def _cohort(cohort: int) -> Iterator[Caution]:
    if cohort < SMALL_COHORT:
        yield Caution("Small cohort", f"Only {words.count(cohort, 'patient')} of this indication ranked: comparing "
                                      "with the cohort says little.")


def _making(source: Provenance) -> Iterator[Caution]:
    if source.unit == "zscore":
        yield Caution("z-scores", "The expression is z-scored within its cohort: what the whole cohort has in common "
                                  "is lost, and cell lines were z-scored over all tissues.")
    if source.toy_encoder:
        yield Caution("Toy encoder", f"Drugs are encoded by {source.encoder}, a toy trained on few structures.")
