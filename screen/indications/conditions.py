"""Condition text -> TCGA codes: by OncoTree's names and by the reviewed words and rules of ``db/indications``.

A text is read in four steps. Its words are replaced by what they mean (``terms.csv``: "Carcinoma, Renal Cell" and
"renal cell cancer" become the same words); sites of spread and what a text says it is *not* about are taken out;
it is cut into the tumours it lists; and on each piece the rules are tried in order, each using up its words, so that
the special ("small cell lung") wins over the general ("lung cancer").
"""

import html
import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from screen.indications.codes import known, members, parts, table
from screen.indications.tree import OncoTree, from_oncotree

_SPELLING = (
    ("oesoph", "esoph"),
    ("haem", "hem"),
    ("leukaem", "leukem"),
    ("aemia", "emia"),
    ("tumour", "tumor"),
    ("gynaec", "gynec"),
    ("'s", ""),
    ("&", " and "),
)
_STAGES = re.compile(
    r"\bstage (?:[0-4]|i{1,3}|iv|[tnmabcd]\d?)[a-d]?\d?\b|(?<!grade )\b(?:i{2,3}|iv)[a-c]?\b"
    r"|\bajcc( v\d( and v\d)?)?|\bv\d\b"
)
_NOT_ABOUT = re.compile(
    r"\b(?:not (?:been )?(?:indicated|approved|recommended|effective|intended|for)|contraindicated"
    r"|other than|except|excepting|excluding|excludes|not including|without)\b[^;.)]*"
)
_CUT = re.compile(r"\s(?:and|or|plus|with|from|including|versus|vs|[,;:/().])(?=\s)")
_STOP = frozenset(
    (
        "a",
        "an",
        "any",
        "the",
        "of",
        "in",
        "on",
        "for",
        "to",
        "by",
        "is",
        "as",
        "at",
        "that",
        "which",
        "who",
        "are",
        "was",
        "be",
        "been",
        "has",
        "have",
        "this",
        "these",
    )
)
_LOOKS_LIKE_TUMOUR = re.compile(r"(?!(?:glauc|hemat|trach|granul|ather|c|st)oma)\w+(?:oma|omas|omata|leukemias?)$")


@dataclass(frozen=True)
class Mapped:
    """What a condition text stands for."""

    codes: tuple[str, ...]
    """TCGA codes, never groups; empty where none fits."""
    how: str
    """code | oncotree | synonym; without a code: other tumour (known, but no code stands for it) | too general |
    not a tumour | unmapped (names a tumour, but none of the table)."""


@dataclass(frozen=True)
class _Rule:
    words: frozenset[str]
    without: frozenset[str]
    uses: frozenset[str]
    codes: tuple[str, ...]
    how: str
    scope: str


def map_condition(text: str, nodes: OncoTree | None) -> Mapped:
    """TCGA codes of a condition as trials, labels and hubs write it.

    A code alone must be in upper case: ``BRCA`` is a cohort, ``brca`` may be a gene.
    """
    bare = text.strip().removeprefix("TCGA-")
    if known(bare):
        return Mapped(members(bare), "code")
    if nodes and bare in nodes.names and bare.isupper() and len(bare) > 2:
        return _of_nodes(from_oncotree(bare, nodes))
    words = _spread().sub(" metastasis ", _terms(_NOT_ABOUT.sub(" ", plain(text))))
    whole = _by_name(words.split(), nodes)
    if whole and whole.codes:
        return whole
    return _together([_piece(piece, nodes) for piece in _pieces(words)])


def plain(text: str) -> str:
    """Lower-case ASCII in American spelling; separators stand alone between blanks.

    >>> plain("Tumour, Non-Small&nbsp;Cell")
    'tumor , non small cell'
    """
    ascii_text = unicodedata.normalize("NFKD", html.unescape(text)).encode("ascii", "ignore").decode().lower()
    for british, american in _SPELLING:
        ascii_text = ascii_text.replace(british, american)
    spaced = re.sub(r"([,;:/().])", r" \1 ", re.sub(r"[^a-z0-9,;:/().+]", " ", ascii_text))
    return " ".join(spaced.split())


def _terms(text: str) -> str:
    pattern, meaning = _vocabulary()
    return " ".join(pattern.sub(lambda hit: f" {meaning[hit[1]]} ", _STAGES.sub(" ", text)).split())


@lru_cache
def _vocabulary() -> tuple[re.Pattern[str], dict[str, str]]:
    meaning = {plain(row["text"]): row["words"] for row in table("terms")}
    longest_first = sorted(meaning, key=len, reverse=True)
    return re.compile(rf"\b({'|'.join(map(re.escape, longest_first))})(?:s|es)?\b"), meaning


@lru_cache
def _kinds(kind: str) -> frozenset[str]:
    return frozenset(row["words"] for row in table("terms") if row["kind"] == kind and " " not in row["words"])


@lru_cache
def _spread() -> re.Pattern[str]:
    """Sites of spread, in canonical words: "liver metastasis", "metastatic to the brain"."""
    site = f"(?:{'|'.join(sorted(_kinds('site')))})"
    article = r"(?:the )?"
    return re.compile(
        rf"\b{site}(?: {site})* metastasis\b|\bmetastatic (?:brain|bone|lymphnode)(?: cancer)?\b"
        rf"|\bmetasta(?:tic|sis)(?: squamous| adeno)*(?: cancer)? (?:in|to) {article}{site}\b"
    )


def _pieces(words: str) -> list[list[str]]:
    """Words of each tumour listed; a part without a tumour word belongs to the next ("ovarian or tubal cancer")."""
    done: list[list[str]] = []
    waiting: list[str] = []
    for part in _CUT.split(f" {words} "):
        waiting += [word for word in part.split() if word not in _STOP and word.isalnum()]
        if not _kinds("tumour").isdisjoint(waiting):
            done.append(waiting)
            waiting = []
    if waiting and done:
        done[-1] += waiting
    elif waiting:
        done.append(waiting)
    return done


@lru_cache
def _rules() -> tuple[_Rule, ...]:
    def words(cell: str) -> frozenset[str]:
        return frozenset(cell.split())

    return tuple(
        _Rule(
            words(row["words"]),
            words(row["without"]),
            words(row["words"]) | words(row["also"]),
            parts(row["codes"]),
            row["how"],
            row["scope"],
        )
        for row in table("rules")
    )


def _piece(words: list[str], nodes: OncoTree | None) -> Mapped:
    named = _by_name(words, nodes)
    if named and named.codes:
        return named
    if not any(map(_tumour_word, words)):
        return Mapped((), "not a tumour")
    hits, left = _hits(frozenset(words))
    if named and left:
        # The tree knows a special tumour that no code stands for; the rules would only see its organ.
        return named
    return _together(hits) if hits else Mapped((), "unmapped")


def _hits(words: frozenset[str]) -> tuple[list[Mapped], frozenset[str]]:
    hits: list[Mapped] = []
    left = words
    for rule in _rules():
        # The word cancer may serve several sites ("ovarian and tubal cancer"), so it is never used up.
        if not rule.words <= left | (words & {"cancer"}) or rule.without & words or not rule.words & left:
            continue
        if rule.scope == "alone" and words - rule.words:
            continue
        hits.append(Mapped(rule.codes, rule.how))
        left -= rule.uses
        if rule.scope == "last":
            break
    return hits, left


def _tumour_word(word: str) -> bool:
    return word in _kinds("tumour") or word in _kinds("histology") or bool(_LOOKS_LIKE_TUMOUR.match(word))


def _by_name(words: list[str], nodes: OncoTree | None) -> Mapped | None:
    return _names(nodes).get(_key(words)) if nodes else None


def _key(words: list[str]) -> frozenset[str]:
    return frozenset(word for word in words if word.isalnum() and word not in _STOP and word not in ("and", "or"))


@lru_cache(maxsize=2)
def _names(nodes: OncoTree) -> dict[frozenset[str], Mapped]:
    found: dict[frozenset[str], set[tuple[str, ...]]] = {}
    for code, name in nodes.names.items():
        found.setdefault(_key(_terms(plain(name)).split()), set()).add(from_oncotree(code, nodes))
    # A name that several nodes share, with different codes, decides nothing.
    return {key: _of_nodes(next(iter(codes))) for key, codes in found.items() if len(codes) == 1}


def _of_nodes(codes: tuple[str, ...]) -> Mapped:
    return Mapped(codes, "oncotree" if codes else "other tumour")


def _together(found: list[Mapped]) -> Mapped:
    codes = tuple(sorted({code for one in found for code in one.codes}))
    hows = [one.how for one in found if bool(one.codes) == bool(codes)]
    order = ("synonym", "oncotree", "other tumour", "too general", "unmapped", "not a tumour")
    return Mapped(codes, min(hows, key=order.index, default="not a tumour"))
