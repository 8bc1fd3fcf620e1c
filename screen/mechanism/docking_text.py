"""A docking in lines for the terminal."""

from screen.mechanism.docking_run import NEAR, Docking, Pose

CAUTION = (
    "An illustration: a docking energy is no affinity, and enters no score and no order; compare it with the decoys'."
)


def docking_lines(found: Docking) -> list[str]:
    """The redocked ligand first; drugs and decoys only where it came back."""
    size = " x ".join(f"{one:.1f}" for one in found.box.size)
    lines = [
        f"redocked ligand: {found.rmsd:.2f} A from the crystal's, {found.redocked.energy:.1f} kcal/mol, "
        f"{found.redocked.seconds:.0f} s of a processor; {checks_of(found.redocked)}",
        f"box {size} A, seed {found.seed}, exhaustiveness {found.exhaustiveness}, receptor sha256 "
        f"{found.receptor_sha256[:12]}",
    ]
    if not found.shown:
        return [*lines, f"Over {NEAR:g} A: this docking does not find what is known, so nothing else was docked."]
    for one in sorted(found.poses, key=lambda one: one.energy):
        beside = "" if one.decoys_as_low is None else f"  {one.decoys_as_low:.0%} of decoys as low"
        lines.append(
            f"  {one.energy:6.1f}  {one.role:<6}  {one.heavy_atoms:>3} atoms  {one.name}{beside}; {checks_of(one)}"
        )
    if any(one.role == "drug" for one in found.poses) and not any(one.role == "decoy" for one in found.poses):
        lines.append("The store has no decoys of this size: the energies stand beside nothing.")
    return [*lines, CAUTION]


def checks_of(pose: Pose) -> str:
    """What PoseBusters found, in words."""
    if not pose.failed:
        return "passes PoseBusters' checks"
    return f"fails PoseBusters' {', '.join(pose.failed)}"
