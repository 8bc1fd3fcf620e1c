"""Interventions and label names as written -> drugs of the store.

"Pazopanib hydrochloride 800 mg (Votrient)" means pazopanib, "paclitaxel + carboplatin" is two drugs, "FOLFOX" three,
and a placebo none. A formulation (liposomal, albumin-bound, oral) counts for its active substance.
"""

import html
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from screen.evidence.reviewed_names import ambiguous, reviewed
from screen.records import drug_key

_SALTS = (
    "hydrochloride",
    "dihydrochloride",
    "hcl",
    "hydrobromide",
    "mesylate",
    "dimesylate",
    "mesilate",
    "sulfate",
    "sulphate",
    "phosphate",
    "diphosphate",
    "acetate",
    "citrate",
    "tosylate",
    "ditosylate",
    "maleate",
    "dimaleate",
    "malate",
    "s-malate",
    "fumarate",
    "tartrate",
    "ditartrate",
    "succinate",
    "camsylate",
    "besylate",
    "bromide",
    "sodium",
    "disodium",
    "calcium",
    "potassium",
    "lactate",
    "glutamate",
    "mepesuccinate",
    "monohydrate",
    "dihydrate",
    "trihydrate",
    "hemihydrate",
    "dimethyl sulfoxide",
    "dimeglumine",
    "oxalate",
    "nitrate",
)
_FORMS = (
    "pegylated",
    "liposomal",
    "liposomes?",
    "nab",
    "albumin[- ]bound",
    "albumin[- ]stabilized",
    "nanoparticulate",
    "nanoparticles?",
    "recombinant",
    "oral(?:ly)?",
    "iv",
    "i\\.v\\.",
    "sc",
    "intravenous(?:ly)?",
    "subcutaneous",
    "intrathecal",
    "intraperitoneal",
    "intraventricular",
    "topical",
    "infusion",
    "injection",
    "for injection",
    "tablets?",
    "capsules?",
    "cream",
    "gel",
    "wafers?",
    "bolus",
    "formulation",
    "solution",
    "suspension",
    "high[- ]dose",
    "low[- ]dose",
    "standard[- ]dose",
    "dose escalation",
    "dose",
    "maintenance",
    "therapy",
    "treatment",
    "monotherapy",
    "regimen",
    "combination",
    "alone",
    "only",
    "therapeutic",
    "native",
    "modified",
    "metronomic",
    "weekly",
    "daily",
    "comparator",
    "experimental",
    "active drug",
    "drug",
    "biological",
    "phase (?:[1-4]|i{1,3}|iv)",
    "(?:part|arm|cohort|schedule) [a-d1-4]",
    "inhibitor",
    "antagonist",
    "implant",
    "xr",
    "er",
    "extended[- ]release",
    "protocol",
    "administration of",
    "association of",
    "mtd",
)
_NO_DRUG = re.compile(
    r"\b(?:placebos?|sham|saline|vehicle|standard of care|usual care|supportive care|bsc|chemotherapy|chemoradiotherapy"
    r"|radiation|radiotherapy|surgery|observation|no treatment|choice|questionnaires?|biomarkers?|laboratory"
    r"|pharmacokinetics?|pharmacological study|quality[- ]of[- ]life|transplant(?:ation)?|biopsy|imaging|tomography"
    r"|blood samples?|specimens?|prophylaxis|hormonal treatment|control)\b"
)
_SHORTEST = 2
"""One or two letters name nothing, whatever a vocabulary says."""
_SIGNS = re.compile('[®™©"“”*]')
_DOSE = re.compile(
    r"\b\d+(?:[.,]\d+)?\s*(?:mg|mcg|µg|ug|g|ml|iu|units?|mci|gy|%)"
    r"(?:\s*/\s*(?:m2|m²|kg|day|d|ml|dose))*(?!\w)|\bauc\s*=?\s*\d+(?:\.\d+)?"
)
_DAYS = re.compile(
    r"\b(?:on )?days? -?\d+(?:\s*(?:[,&-]|and|to)\s*-?\d+)*"
    r"(?:\s+of (?:a|each|every) \d+[- ]days? cycle)?"
)
_SCHEDULE = re.compile(r"\b(?:once|twice|three times|every|q\d+[dw]|bid|qd|at a dose of|for \d).*$")
_SALT = re.compile(rf"[\s-]+(?:{'|'.join(_SALTS)})\b")
_FORM = re.compile(rf"(?<![\w-])(?:{'|'.join(_FORMS)})(?!\w)")
_BIOSIMILAR = re.compile(r"(?<=\w)-[a-z]{4}$|^(?:ado|fam|ziv)-")
_JOINED = re.compile(
    r"\s*(?:[+;&]|,(?=\s|[A-Za-z])|/)\s*(?:(?:and|or|plus)\s+)?"
    r"|\s+(?:in combination with|in tandem with|combined with|followed by|and|plus|with|or|versus|vs\.?|then)\s+"
)
_BRACKETS = re.compile(r"\(([^()]*)\)|\[([^\[\]]*)\]")


@dataclass(frozen=True)
class Part:
    """One drug an intervention is made of."""

    text: str
    """As written, in lower case."""
    drug_id: str | None
    """``None`` where no drug of that name is known."""


class DrugNames:
    """Names to drugs.

    Parameters
    ----------
    keys : ``screen.records.drug_key`` of a name -> drug_id
    """

    def __init__(self, keys: Mapping[str, str]) -> None:
        # A reviewed name goes before a vocabulary's: one of them gives DDP to another drug than cisplatin.
        aliases = {
            key: keys[drug_key(drugs[0])]
            for key, drugs in reviewed().items()
            if len(drugs) == 1 and drug_key(drugs[0]) in keys
        }
        self._keys = {key: drug for key, drug in keys.items() if key not in ambiguous()} | aliases

    def parts(self, name: str, other_names: Sequence[str] = ()) -> tuple[Part, ...]:
        """The drugs of one intervention, each once, in the order written; none for placebos and procedures.

        ``other_names`` are looked up only where the name itself leads nowhere, and only where they agree on one drug.
        An abbreviation that registries use for several drugs ("ALA", "dex") is none of them by itself.
        """
        text = " ".join(_SIGNS.sub("", html.unescape(name)).lower().split())
        found = self._whole(text) or [part for piece in _pieces(text) for part in self._piece(piece)]
        if len(found) == 1 and found[0].drug_id is None:
            found = [Part(found[0].text, self._agreed(other_names))]
        once = {part.drug_id or part.text: part for part in found}
        return tuple(once.values())

    def _whole(self, text: str) -> list[Part]:
        drugs = reviewed().get(drug_key(_strip(text)), ())
        if len(drugs) > 1:
            return [Part(drug, self._keys.get(drug_key(drug))) for drug in drugs]
        drug_id = self._keys.get(drug_key(text))
        return [Part(text, drug_id)] if drug_id and len(drug_key(text)) > _SHORTEST else []

    def _piece(self, piece: str) -> list[Part]:
        main = " ".join(_BRACKETS.sub(" ", piece).split())
        inside = [
            part
            for hit in _BRACKETS.finditer(piece)
            for text in _JOINED.split(hit[1] or hit[2] or "")
            for part in self._named(text)
        ]
        if _NO_DRUG.search(main) or not main:
            # "placebo for X" holds no X, "chemotherapy (docetaxel and prednisone)" holds both.
            return [] if "placebo" in main else inside
        named = self._whole(main) or self._named(main)
        if named:
            return named
        return inside[:1] or ([Part(_unknown(main), None)] if re.search("[a-z].*[a-z]", _strip(main)) else [])

    def _named(self, text: str) -> list[Part]:
        """The drug of a single name, a structure before a bare name; empty where none is known."""
        ids = [drug_id for spelling in _spellings(text) if (drug_id := self._keys.get(drug_key(spelling)))]
        best = next((one for one in ids if not one.startswith("name:")), ids[0] if ids else None)
        return [Part(text, best)] if best else []

    def _agreed(self, other_names: Sequence[str]) -> str | None:
        ids = {
            part.drug_id
            for name in other_names
            for text in _pieces(_SIGNS.sub("", name).lower())
            for part in self._named(text)
        }
        return ids.pop() if len(ids) == 1 else None


def _unknown(text: str) -> str:
    """A name that leads to no drug as it is listed: an ambiguous one with what it may mean."""
    stripped = _strip(text)
    meant = ambiguous().get(drug_key(stripped))
    return f"{stripped} (ambiguous: {' or '.join(meant)})" if meant else stripped


def bare_name(text: str) -> str:
    """A name without salt, form and dose: the name of a drug that no table knows."""
    return _SALT.sub("", _strip(text.lower())).strip() or text


def _spellings(text: str) -> Iterator[str]:
    """The text as it is, then with less and less of what does not name the substance."""
    stripped = _strip(text)
    unsalted = _SALT.sub("", stripped)
    for spelling in dict.fromkeys((text, stripped, unsalted, _BIOSIMILAR.sub("", unsalted))):
        if len(drug_key(spelling)) > _SHORTEST:
            yield spelling


def _strip(text: str) -> str:
    undosed = _SCHEDULE.sub(" ", _DAYS.sub(" ", _DOSE.sub(" ", text)))
    return " ".join(_FORM.sub(" ", undosed).strip(" -:.,()").split()).strip(" -:.")


def _pieces(text: str) -> list[str]:
    """Cut where drugs are joined, outside brackets; doses hold slashes and go first."""
    masked = text
    for protected in (_BRACKETS, _DOSE, _DAYS):
        masked = protected.sub(lambda hit: "\x00" * len(hit[0]), masked)
    cuts = [0, *(edge for hit in _JOINED.finditer(masked) for edge in hit.span()), len(text)]
    pieces = [text[start:end].strip(" :,.") for start, end in zip(cuts[::2], cuts[1::2], strict=True)]
    # "atezolizumab, an engineered antibody": the second says what the first is.
    return [piece for number, piece in enumerate(pieces) if piece and not (number and piece.startswith(("a ", "an ")))]
