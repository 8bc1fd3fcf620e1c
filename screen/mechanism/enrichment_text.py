"""An enrichment in lines for the terminal."""

from screen.mechanism.enrichment_run import Enrichment
from screen.mechanism.over_representation import OverRepresented

SHOWN = 20
CAUTION = "An illustration: an enriched set names genes that move together, no cause; it enters no score and no order."


def enrichment_lines(found: Enrichment, shown: int = SHOWN) -> list[str]:
    """What was tested and the sets with the smallest p."""
    below = sum(row.fdr < 0.05 for row in found.rows)
    lines = [
        f"{found.method}: {found.genes} genes, {found.matched} of them in a set; background {found.background} genes, "
        f"{found.background_from}",
        f"{found.tested} sets tested of {found.sets} in {found.sets_file} (sha256 {found.sets_sha256[:12]}); "
        f"{found.too_small} too small, {found.too_large} too large",
    ]
    if found.permutations is not None:
        lines.append(
            f"{found.permutations} random sets of each size, seed {found.seed}; p is {found.smallest_p:.1g} at least"
        )
    lines += [*found.notes, f"{below} sets at an FDR under 5%"]
    width = max((len(row.name) for row in found.rows[:shown]), default=0)
    for row in found.rows[:shown]:
        if isinstance(row, OverRepresented):
            what = f"{row.overlap:>4} of {row.size:<4} expected {row.expected:6.2f}"
        else:
            nes = "   -" if row.nes is None else f"{row.nes:+.2f}"
            what = f"{row.size:>4} genes  ES {row.es:+.3f}  NES {nes}"
        lines.append(f"  {row.name:<{width}}  {what}  p {row.p:.2g}  FDR {row.fdr:.2g}")
    if len(found.rows) > shown:
        lines.append(f"  and {len(found.rows) - shown} more: --json has all")
    return [*lines, CAUTION]
