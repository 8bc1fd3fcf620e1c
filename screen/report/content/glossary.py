"""What every report says in the same words: labels, evidence grades, definitions, the line of research use."""

import re
from collections.abc import Collection, Iterable, Sequence

from screen.expression import UNITS

RESEARCH_USE = "For research use only. Not a medical device; not for choosing a patient's treatment."
SYNTHETIC = "SYNTHETIC DATA: invented for demonstration; no real patient, no real result"

_TRIAL = re.compile(r"NCT\d{8}")
_INCHIKEY = re.compile(r"[A-Z]{14}-[A-Z]{10}-[A-Z]")
LABEL_SIGNS = {
    "Proved": "●",
    "Promising": "○",
    "Contradicted": "▲",
    "Inefficient": "–",
    "Not searched": "?",
    "Not scored": "·",
}
PAGE_WORDS = {
    "Proved": "recorded",
    "Promising": "no record",
    "Contradicted": "missed by the model",
    "Inefficient": "not listed, no record",
    "Not searched": "not searched",
    "Not scored": "not scored",
}
"""What pages say; the papers' words stand in the legend and in the tables of DEI and Qualified."""
ORIGINS = {
    "nci": "NCI",
    "cancerdrugsdb": "CancerDrugsDB",
    "repurposing_hub": "Repurposing Hub",
    "drugbank": "DrugBank",
    "clinicaltrials": "ClinicalTrials.gov",
    "aact": "AACT",
}
MARK_SIGNS = {"recorded": "●", "none": "○", "open": "?"}
FLAG_SIGNS = {"withdrawn": "✕", "tool compound": "◇", "no record": "◇"}
IDLE = "⊘"
LABELS = (
    ("Proved", "predicted efficient, and some record exists for this indication: a label, a trial whatever came of it"),
    ("Promising", "predicted efficient; the sources were searched and hold no record"),
    ("Contradicted", "not predicted efficient, although a record exists: that contradicts the model, not the drug"),
    ("Inefficient", "not predicted efficient; the sources were searched and hold no record"),
    ("Not searched", "no record is known, and no source was searched in full: absence is not shown"),
    ("Not scored", "the drug was not among those scored"),
)
GRADES = (
    ("E1", "approved for this indication"),
    ("E2", "approved for another indication"),
    ("E3", "in trial for this indication"),
    ("E4", "in trial for another indication"),
    ("E5", "in the Repurposing Hub only"),
    ("E0", "searched, nothing found"),
    ("N", "not searched"),
)
TERMS = (
    (
        "Score",
        "predicted probability that the tumour is sensitive to the drug, 0 to 1; mean over the ensemble, "
        "± its sample deviation over the members where no interval was measured.",
    ),
    (
        "Score interval",
        "wide enough, drug by drug, for 90% of the responses of cell lines that the model had not seen; "
        "carried to the score. Measured on cell lines: on patients it is not guaranteed.",
    ),
    (
        "Selective",
        "where this patient's score for the drug lies among the reference patients of the indication, "
        "0 to 100%. High: the drug stands out for this patient. Near 50%: it scores similarly for everybody.",
    ),
    ("Rank interval", "best and worst rank of the drug over the members of the ensemble."),
    (
        "Shortlist (EDP)",
        "efficient drugs for the patient: the best share of the scored drugs, as set; ties are broken "
        "by the drug's identity and marked =.",
    ),
    ("EDI", "efficient drugs for the indication: those on most patients' shortlists; ties at the last rank all enter."),
    ("DEI", "drug efficacy over indications: every EDI drug over every indication ranked, efficient or not."),
    (
        "Label, label by trials",
        "prediction crossed with the records of all sources, or with those of clinical trials "
        "alone. Evidence never changes a score or a rank.",
    ),
    ("†", "the drug was not in training: its score rests on its structure alone, and it has no selective score."),
    ("‡", "as †, and no drug of training is similar in structure or shares a known target: outside what was learned."),
    (
        "Marks ● ○ ?",
        "by labels, trials and the Repurposing Hub, in this order: a record here; searched in full, none; "
        "not searched in full, none known.",
    ),
    (
        "✕ withdrawn, ◇ tool compound, ◇ no record",
        "withdrawn from the market, by the Repurposing Hub; "
        "preclinical there, or not in it, and without a trial or label in the store.",
    ),
    (
        "⊘ idle in culture",
        "a prodrug, a drug that acts elsewhere in the body, or a modulator: its response in a dish, and any score "
        "learned from it, says little. From a list made by hand: others may lack the mark.",
    ),
    ("Novelty", "whether a drug was tried or approved for the indication, as far as the sources were searched."),
    ("Qualified", "Proved in at least one and Contradicted in none of the indications ranked, by trials."),
)
MEASURES = (
    (
        "r_drug",
        "mean correlation, within one drug, of prediction and measurement over cell lines the model had not seen.",
    ),
    ("r_res", "the same correlation after taking away what the naive predictor already knows; 0 means nothing beyond."),
    ("rmse", "root mean square error of the predicted response."),
    (
        "top 5%",
        "share of a cell line's predicted best 5% of drugs that are among its true best; selective: by what a "
        "drug does here beyond what it does elsewhere.",
    ),
    (
        "stands out, right",
        "of the drugs that stand out for an unseen cell line by the rules of page one, the share that stand out by "
        "the same rules in what was measured.",
    ),
    ("stands out, chance", "the same share of as many of the line's drugs predicted potent, taken at random."),
    ("coverage 90", "share of measurements within the model's own 90% interval."),
    ("conformal 90", "the same of an interval as wide as the errors on other cell lines or drugs held out."),
)
OF_SOME_KINDS = frozenset({"Score interval", "Rank interval", "EDI", "DEI", "Novelty", "Qualified", "Marks ● ○ ?"})
"""Terms that only some kinds of report use: a kind names those it does."""
METRICS = {
    "precision_top5": "top 5%",
    "selective_precision_top5": "top 5%, selective",
    "stands_out_precision": "stands out, right",
    "stands_out_chance": "stands out, chance",
    "coverage_90": "coverage 90",
    "coverage_conformal_90": "conformal 90",
}
"""Metrics that are printed by another name."""
DISCLAIMERS = (
    "The ranking comes from a model trained on cell lines. That it carries over to patients is a hypothesis, "
    "not a finding.",
    "A high score is a reason to test a drug on this tumour's organoids, not a reason to give it.",
    "Dose, toxicity, route, interactions, availability and the patient's condition are not considered: no source read "
    "here holds them. Nor does any hold the library type and purity of a sample, or a molecular subtype.",
    "Approved means that a source read here names the drug for the indication, in whatever line or subtype; it is no "
    "guideline and says nothing of the standard of care.",
    "No score is attributed to genes or pathways: which of them drive it was not computed. A target's expression is "
    "shown as a fact beside the score, never as its reason.",
    "Withdrawn trials are shown and do not count as records; terminated trials count, with their status. "
    "A combination's trial counts for each of its drugs, marked +.",
    "Evidence grades E1 to E5 are this report's own; they are not ESCAT, OncoKB or AMP/ASCO/CAP levels, which grade "
    "genetic alterations.",
    "The files read keep their own licences: GDSC and the Repurposing Hub are for non-commercial research, DrugBank is "
    "under an academic licence; those of other files are their owners' and were not checked.",
)
SIGNATURE = ("Prepared by", "Reviewed by", "Date")
SEARCHED = (
    "Only a snapshot declared to be complete shows that a record is absent. Read one in with: crescreen ingest "
    "FILE --coverage full, or --coverage conditions:{} for one that holds every record of the indication."
)


def terms(used: Collection[str]) -> list[tuple[str, str]]:
    """Terms that every report uses, and those of OF_SOME_KINDS in ``used``."""
    return [(term, says) for term, says in TERMS if term not in OF_SOME_KINDS or term in used]


def measures(printed: Iterable[Sequence[str]]) -> list[tuple[str, str]]:
    """Measures that some table prints; of each table the names of its metrics."""
    there = " ".join(METRICS.get(name, name) for names in printed for name in names)
    return [(term, says) for term, says in MEASURES if term in there]


def page_word(label: str, listed: bool) -> str:
    """The page's word for a label; what any list of the page names was not missed by the model."""
    on_a_list = {"Contradicted": "recorded", "Inefficient": "no record"} if listed else {}
    return on_a_list.get(label, PAGE_WORDS[label])


def record_link(record_id: str) -> str:
    """Where a trial is described; empty for what is no trial's number."""
    return f"https://clinicaltrials.gov/study/{record_id}" if _TRIAL.fullmatch(record_id) else ""


def drug_link(drug_id: str) -> str:
    """Where a drug's structure is described; empty for a drug without one."""
    return f"https://pubchem.ncbi.nlm.nih.gov/compound/{drug_id}" if _INCHIKEY.fullmatch(drug_id) else ""


def number(value: float | None, digits: int = 2) -> str:
    """A figure as printed: fixed digits, a true minus, a dash where there is none."""
    return "–" if value is None else f"{value:.{digits}f}".replace("-", "−")


def percent(value: float | None) -> str:
    """A share as a whole percentage."""
    return "–" if value is None else f"{value * 100:.0f}%"


def interval(low: float | None, high: float | None, digits: int = 2) -> str:
    """``low to high``, empty where not known."""
    return "" if low is None or high is None else f"{number(low, digits)} to {number(high, digits)}"


def span(least: int, most: int) -> str:
    """``3``, or ``3 to 9``."""
    return str(least) if least == most else f"{least} to {most}"


def p_value(p: float) -> str:
    """Two figures, never a bare 0."""
    return "< 0.001" if p < 0.001 else f"{p:.3f}" if p < 0.1 else f"{p:.2f}"


def short(text: str, length: int = 44) -> str:
    """The text, cut to ``length`` characters with an ellipsis."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def stratum(name: str) -> str:
    """What was measured on, with places to break a line: ``lineage:Esophagus/Stomach`` -> ``Esophagus / Stomach``."""
    return name.removeprefix("lineage:").replace("/", " / ")


def listed(items: Sequence[str], limit: int = 6) -> str:
    """``a, b and c``; beyond ``limit`` the number of the others."""
    shown = [short(item) for item in items[:limit]]
    if len(items) > limit:
        return f"{', '.join(shown)} and {len(items) - limit} more"
    return " and ".join([", ".join(shown[:-1]), shown[-1]]) if len(shown) > 1 else "".join(shown)


def unit(name: str) -> str:
    """What a unit of expression is called in a sentence; one that is not known keeps its name."""
    return UNITS.get(name, name)


def count(n: int, thing: str) -> str:
    """``1 drug``, ``2 drugs``."""
    return f"{n:,} {thing}" if n == 1 else f"{n:,} {thing}s"


def spelt(text: str) -> str:
    """The text in ASCII, every other letter by its number: ``患者-01`` -> ``U+60A3 U+8005 -01``."""
    return "".join(one if one.isascii() else f"U+{ord(one):04X} " for one in text)


def plain(name: str | None) -> str:
    """A phase or status as prose: ``ACTIVE_NOT_RECRUITING`` -> ``active, not recruiting``."""
    if not name:
        return "–"
    prose = name.replace("/PHASE", "/").replace("PHASE", "phase ").replace("_", " ")
    return prose.lower().replace("active not", "active, not").strip() if name.isupper() else name
