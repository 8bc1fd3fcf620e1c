"""A survival analysis as lines for the terminal, the same that its page says."""

from screen.biomarkers.survival_analysis import Survival


def survival_lines(found: Survival) -> list[str]:
    """The answer first, then how it came about."""
    left = "".join(f"; {count} left out: {why}" for why, count in found.left_out.items())
    by = f" by {found.marker}" if found.marker else ""
    lines = [
        found.verdict,
        "",
        f"{found.endpoint} in {found.within}{by}: {found.n} patients, {found.events} events{left}",
        f"endpoint: {found.endpoint_use}{f' ({found.endpoint_reason})' if found.endpoint_reason else ''}",
    ]
    if found.marker_source:
        lines.append(f"marker: {found.per}; from {found.marker_source}")
    lines += ["", f"{'covariate':<28}{'HR':>8}{'95% interval':>20}{'p':>12}{'PH test p':>12}"]
    for one in found.covariates:
        interval = f"{one.low:.3f} to {one.high:.3f}"
        lines.append(f"{one.name:<28}{one.hazard_ratio:>8.3f}{interval:>20}{one.p:>12.2g}{one.ph_p:>12.2g}")
    if found.early_late:
        lines.append(f"hazards are not proportional: {found.early_late}")
    lines += ["", *_groups(found)]
    if found.logrank_p is not None:
        lines.append(f"log-rank p {found.logrank_p:.2g}; groups: {found.split}, set beforehand")
    return [*lines, "", *found.cautions]


def _groups(found: Survival) -> list[str]:
    times = "".join(f"{year:>7g}" for year in found.axis)
    lines = [f"{'at risk, by years':<40}{'n':>6}{'events':>8}{'median (years)':>22}{times}"]
    for curve in found.groups:
        at_risk = "".join(f"{count:>7}" for count in curve.at_risk)
        lines.append(f"{curve.group[:39]:<40}{curve.n:>6}{curve.events:>8}{median(curve):>22}{at_risk}")
    return lines


def median(curve: "object") -> str:
    """A group's median with its interval, years; where it was not reached, that."""
    value, low, high = (getattr(curve, name) for name in ("median", "median_low", "median_high"))
    if value is None:
        return "not reached"
    ends = " to ".join("-" if end is None else f"{end:.1f}" for end in (low, high))
    return f"{value:.1f} ({ends})"
