"""An illustration by signatures in sentences, for the terminal and the page."""

from collections.abc import Sequence
from statistics import median

from screen.mechanism.preranked import Enriched
from screen.mechanism.signature_records import Illustration, Pathways, QueryMatch, TwoDrugs
from screen.mechanism.signatures import Signature, described

SHOWN = 10
CAUTION = "An illustration from one file of cell-line profiles: it enters no score and no order."


def lead(found: Illustration) -> str:
    """The one sentence to read."""
    if not found.in_file or found.signature is None:
        return f"{found.drug} is not in {found.file}, which says nothing on its effect; {found.drugs} drugs are in it."
    return f"{described(found.signature)}: {effect(found.signature)}."


def effect(row: Signature) -> str:
    """Whether a signature differs from the vehicle."""
    changed = f"{row.changed} genes beyond two standard deviations"
    if row.no_effect is None:
        return f"{changed}; without vehicle wells no effect cannot be told from one"
    of = "vehicle wells" if row.wells == 1 else f"random groups of {row.wells} vehicle wells"
    as_strong = f"{row.vehicles_as_strong} of {row.vehicles} {of} as strong"
    return f"{changed}, {as_strong}: {verdict(row)}"


def verdict(row: Signature) -> str:
    """Effect or none, in a few words."""
    if row.no_effect is None:
        return "cannot be told"
    return "no effect seen" if row.no_effect else "an effect on expression"


def facts(found: Illustration) -> list[str]:
    """What was read, and how."""
    joined = "" if found.joined is None else f", {found.joined} of them in the store"
    return [
        f"{found.file} ({found.kind}, sha256 {found.sha256[:12]}): {found.profiles} profiles, {found.drugs} drugs"
        f"{joined}, {found.genes} genes",
        *found.notes,
    ]


def mechanism_line(found: Illustration) -> str:
    """Where drugs of the same mechanism stand; empty where that is not known."""
    shared = found.shared
    if shared is None or not shared.mechanism:
        return ""
    if not shared.drugs:
        return f"No other drug of the file shares its mechanism ({shared.mechanism})."
    ranks = ", ".join(map(str, shared.ranks[:12])) + (" ..." if len(shared.ranks) > 12 else "")
    p = "" if shared.p is None else f"; one-sided Mann-Whitney p {shared.p:.2g}"
    return f"Same mechanism ({shared.mechanism}): ranks {ranks} of {shared.of}{p}."


def control_line(found: Illustration) -> str:
    """What the control drugs show."""
    if not found.control:
        return "No control: no other drug of the cell line."
    of = found.control_correlations
    return (
        f"Control, {len(found.control)} drugs of like strength sampled at random: correlation {median(of):.2f} in the "
        f"middle, {max(of):.2f} at most."
    )


def pathway_control(found: Pathways) -> str:
    """Sets found beside those of control drugs."""
    middle = f"; control drugs: {median(found.control):g} in the middle, {max(found.control)} at most"
    tested = f"{found.found.tested} of {found.found.sets} sets tested, {found.below} at an FDR under 5%"
    return tested + (middle if found.control else "; no control drugs") + "."


def versus_lines(two: TwoDrugs, drug: str) -> list[str]:
    """The comparison of two drugs, each figure with its control."""
    lines = [
        f"{drug} against {two.against}: correlation {two.correlation:.2f}"
        + _beside(two.control_correlations, "{:.2f}", " of 20 drugs of like strength in its place")
        + f". {two.against}: {effect(two.signature)}."
    ]
    if two.differ is None:
        lines.append(f"Genes cannot be tested: {two.wells[0]} and {two.wells[1]} wells, three each are needed.")
        return lines
    lines.append(
        f"{two.differ} genes differ at an FDR under 5% ({two.wells[0]} and {two.wells[1]} wells of all doses)"
        + _beside([float(one) for one in two.control_differ], "{:.0f}", " against each control drug")
        + "."
    )
    return lines


def _beside(values: Sequence[float], form: str, what: str) -> str:
    if not values:
        return "; no control drugs"
    low, middle, high = (form.format(one) for one in (min(values), median(values), max(values)))
    return f"; control: {middle} in the middle ({low} to {high}){what}"


def signature_lines(found: Illustration) -> list[str]:
    """All of it for the terminal."""
    lines = [lead(found), *facts(found)]
    if not found.in_file:
        return [*lines, CAUTION]
    lines += [f"  {row.dose or 0:>7g}  {effect(row)}" for row in found.signatures if row.dose is not None]
    lines += [line for line in (mechanism_line(found), control_line(found)) if line]
    for row in found.similar[:SHOWN]:
        mark = " (same mechanism)" if row.shared else ""
        lines.append(
            f"  {row.rank:>3}  {row.correlation:+.2f}  {row.signature}{mark}; {row.controls_as_similar:.0%} of controls"
        )
    if found.query:
        lines.append(f"Your genes, over {len(found.query)} drugs:")
        lines += [f"  {row.rank:>3}  {row.score:+.2f}  {row.drug}  FDR {row.fdr:.2g}" for row in _near(found)]
    if found.pathways:
        lines += ["Pathways of the signature: " + pathway_control(found.pathways), *_sets(found.pathways)]
    if found.versus:
        lines += versus_lines(found.versus, found.drug)
        lines += [f"  {row.gene}  {row.difference:+.2f}  FDR {row.fdr:.2g}" for row in found.versus.genes[:SHOWN]]
        if found.versus.pathways:
            lines += ["Pathways between the two: " + pathway_control(found.versus.pathways)]
            lines += _sets(found.versus.pathways)
    return [*lines, *[f"Cannot be said from this file: {one}" for one in found.cannot], CAUTION]


def _near(found: Illustration) -> list[QueryMatch]:
    mine = [row for row in found.query if found.signature is not None and row.drug == found.signature.drug]
    return [*found.query[:5], *[row for row in mine if row.rank > 5]]


def ends(found: Pathways, count: int = 5) -> tuple[list[Enriched], list[Enriched]]:
    """The sets with the smallest FDR towards the top of the ranking, and towards the bottom."""
    rows = [row for row in found.found.rows if isinstance(row, Enriched)]
    return [row for row in rows if row.es > 0][:count], [row for row in rows if row.es <= 0][:count]


def _sets(found: Pathways) -> list[str]:
    up, down = ends(found)
    return [
        f"  {side:<4}  {row.name}  {row.size} genes  NES {row.nes or 0:+.2f}  FDR {row.fdr:.2g}"
        for side, rows in (("up", up), ("down", down))
        for row in rows
    ]
