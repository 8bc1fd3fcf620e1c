"""Sentences of the report of a drug's markers, from the figures."""

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from screen.report.content.biomarker_records import Question, ReportingItem
from screen.report.content.cautions import Caution
from screen.report.content.glossary import count, listed

STABLE = 0.8
"""Share of refits that must find an association again for the page to lead with it."""
NAMES = ("association", "prognostic", "predictive")


def answer_of(manifest: Mapping[str, Any], rows: pl.DataFrame) -> str:
    """The first sentences: what stands up, what does not, what could not be tested."""
    drug, code = manifest["drug"]["name"], manifest["indication"]
    predictive = _named(rows, "predictive")
    if predictive:
        first = f"Supported as predictive of {drug} in patients of {code}: {listed(predictive, 5)}."
    elif manifest["treated"]["untestable"]:
        first = (
            f"Nothing is shown to predict who benefits from {drug} in {code}: that could not be tested "
            f"({manifest['treated']['untestable']})."
        )
    else:
        first = f"Nothing is shown to predict who benefits from {drug} in {code}: no interaction stands up."
    return " ".join(filter(None, (first, _lines(manifest, rows), _course(manifest, rows))))


def _lines(manifest: Mapping[str, Any], rows: pl.DataFrame) -> str:
    if manifest["lines"]["untestable"]:
        return f"In cell lines it could not be tested: {manifest['lines']['untestable']}."
    stable = rows.filter(pl.col("stability") >= STABLE)
    found = _supported(rows, "association")
    if not found.height:
        return "In cell lines no marker goes with the response once all tests are counted."
    up, down = _named(stable, "association", 1), _named(stable, "association", -1)
    parts = [f"{word} {listed(names, 4)}" for word, names in (("resistance:", up), ("sensitivity:", down)) if names]
    go = "goes" if found.height == 1 else "go"
    return f"In cell lines {count(found.height, 'marker')} {go} with the response; first with {'; with '.join(parts)}."


def _course(manifest: Mapping[str, Any], rows: pl.DataFrame) -> str:
    if manifest["patients"]["untestable"]:
        return f"In patients nothing could be tested: {manifest['patients']['untestable']}."
    found = _supported(rows, "prognostic")
    both = found.filter(pl.col("association_verdict") == "supported").height
    return (
        f"{count(found.height, 'marker')} {'stands' if found.height == 1 else 'stand'} up as prognostic whatever the "
        f"treatment, {both} of them associated in cell lines too."
    )


def _supported(rows: pl.DataFrame, name: str) -> pl.DataFrame:
    return rows.filter(pl.col(f"{name}_verdict") == "supported").sort(f"{name}_p", "feature", "kind")


def _named(rows: pl.DataFrame, name: str, sign: int = 0) -> list[str]:
    found = _supported(rows, name)
    if sign:
        found = found.filter(pl.col("association") * sign > 0)
    return [f"{row['feature']} {row['kind']}" for row in found.head(8).to_dicts()]


def questions_of(manifest: Mapping[str, Any], rows: pl.DataFrame) -> Iterator[Question]:
    """The three questions, with how many markers each supports."""
    lines, patients, treated = manifest["lines"], manifest["patients"], manifest["treated"]
    how = {
        "association": f"{lines['n']} cell lines, adjusted for {listed(lines['adjusted_for'] or ['nothing'])}",
        "prognostic": f"{patients['n']} patients with {patients['events']} events of {patients['endpoint']}, "
        f"adjusted for {listed(patients['adjusted_for'] or ['nothing'])}"
        + (", then for proliferation too" if patients["proliferation"] else "; proliferation not measured"),
        "predictive": f"{treated['n']} treated, {treated['others']} with other drugs, adjusted for "
        f"{listed(treated['adjusted_for'] or ['nothing'])}",
    }
    for name, why in zip(NAMES, (one["untestable"] for one in (lines, patients, treated)), strict=True):
        yield Question(
            name=name,
            answer=f"not testable: {why}" if why else how[name],
            tests=int(manifest["tests"][name]) if not why else 0,
            supported=_supported(rows, name).height,
            testable=not why,
        )


def cautions_of(manifest: Mapping[str, Any], rows: pl.DataFrame) -> Iterator[Caution]:
    """What a reader must weigh, the gravest first."""
    yield Caution(
        "Association is not prediction",
        "A marker of cell lines, or of a bad course, is no marker of resistance in patients: only the interaction with "
        "the treatment would show that.",
    )
    chance = manifest["lines"]["by_chance"]
    if chance:
        mean = sum(chance) / len(chance)
        yield Caution(
            "Chance",
            f"with responses permuted, {mean:.1f} markers are found on average at q ≤ .05, {max(chance)} at most "
            f"(of {len(chance)} permutations, this drug alone).",
        )
    few = rows.filter(pl.col("lines_altered").is_not_null() & (pl.col("lines_altered") < 10))
    found = few.filter(pl.col("association_verdict") == "supported").height
    if found:
        yield Caution("Few altered lines", f"{count(found, 'alteration')} found rest on fewer than ten lines.")
    patients = manifest["patients"]
    if not patients["untestable"]:
        if patients["endpoint_use"] != "recommended":
            yield Caution(
                "Endpoint", f"{patients['endpoint']}: {patients['endpoint_use']}. {patients['endpoint_reason']}"
            )
        if not patients["proliferation"]:
            yield Caution("Proliferation", "fewer than three genes of the score are measured: not adjusted for.")
        if "stage" not in patients["adjusted_for"]:
            yield Caution("Stage", "is not known of enough patients, or there are too few events: not adjusted for.")
    if not manifest["treated"]["untestable"]:
        yield Caution(
            "Nobody was randomised", "why one patient had the drug and another had not is not known to this analysis."
        )
    yield Caution("Other calls", "drugs that were looked at in another call are not among the tests counted here.")


def reporting_items(manifest: Mapping[str, Any]) -> Iterator[ReportingItem]:
    """REMARK's items, with where this analysis stands."""
    lines, patients, treated, tests = (manifest[name] for name in ("lines", "patients", "treated", "tests"))
    left = "; ".join(f"{number} {why}" for why, number in patients["left_out"].items()) or "none"
    items = {
        "Marker and hypothesis (1)": "every gene and alteration at hand; none was named beforehand",
        "Patients (2)": f"{patients['n']} of {manifest['indication']}; left out: {left}",
        "Treatment (3)": f"on record: {treated['n']} with the drug, {treated['others']} with other drugs "
        "alone; not randomised",
        "Specimens and assay (4, 5)": f"as published: {', '.join(patients['sources']) or 'none'}; of cell lines "
        f"{', '.join(lines['sources'])}",
        "Design (6)": "retrospective; follow-up as in the clinical table; no matching",
        "Endpoint (7)": f"{patients['endpoint']}, {patients['endpoint_use']}; in lines {lines['metric']} of "
        f"{lines['dataset']}",
        "Candidate variables (8)": "age, stage, tumour type, proliferation; lineage and general sensitivity of lines",
        "Sample size (9)": f"{patients['events']} events; ten events a covariate, else it is left out",
        "Statistics (10)": "linear and Cox regression, a marker at a time; Wald intervals of 95%",
        "Handling of the marker (11)": "per standard deviation, or altered or not; no cut-point is searched for",
        "Multiplicity (10)": f"q of Benjamini and Hochberg over {tests['association']} tests of association "
        f"({count(tests['drugs'], 'drug')}), {tests['prognostic']} prognostic, {tests['predictive']} predictive",
        "Flow (12)": f"lines with a response {lines['n']}; patients {patients['n']}; events {patients['events']}; "
        f"events among the treated {treated['events']}, among others {treated['other_events']}",
        "Univariable and adjusted (15, 16)": "adjusted estimates alone; unadjusted: crescreen survival CODE --gene G",
        "Outside cohort (17)": "none: what stands here has to be shown again elsewhere",
    }
    return (ReportingItem(item=item, text=text) for item, text in items.items())
