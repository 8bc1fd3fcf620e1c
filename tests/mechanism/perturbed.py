"""Synthetic perturbation profiles with a planted pathway, in the formats that people have."""

from pathlib import Path

import h5py
import numpy as np
from numpy.typing import NDArray

GENES = [f"G{i:03}" for i in range(400)]
PATHWAY = GENES[40:65]
DOSES = (0.1, 1.0, 10.0)


def wells(
    *, drugs: int = 30, replicates: int = 3, vehicles: int = 24, seed: int = 2
) -> tuple[NDArray[np.float64], list[dict[str, str]]]:
    """Values (wells, genes) and facts: ``first`` and ``mate`` raise the pathway with the dose, ``other`` another one,
    ``silent`` nothing."""
    rng = np.random.default_rng(seed)
    rows, facts = [], []
    names = ["first", "mate", "other", "silent", *(f"drug {i}" for i in range(drugs))]
    for name in names:
        moved = {"first": PATHWAY, "mate": PATHWAY, "other": GENES[200:225], "silent": []}.get(
            name, list(rng.choice(GENES[70:], 25, replace=False))
        )
        for dose in DOSES:
            for _ in range(replicates):
                shift = np.isin(GENES, moved) * (1 + np.log10(dose * 10)) * 0.8
                rows.append(rng.normal(size=len(GENES)) + shift)
                facts.append({"pert_iname": name, "pert_type": "trt_cp", "pert_dose": str(dose)})
    for _ in range(vehicles):
        rows.append(rng.normal(size=len(GENES)))
        facts.append({"pert_iname": "DMSO", "pert_type": "ctl_vehicle", "pert_dose": "-666"})
    for fact in facts:
        fact |= {"cell_id": "A1", "pert_time": "24", "rna_plate": "P1"}
    return np.array(rows), facts


def write_gctx(path: Path, values: NDArray[np.float64], facts: list[dict[str, str]], symbols: list[str]) -> None:
    """As CMap writes it: float32, wells by rows, byte strings, probes with their symbols in the row table."""
    with h5py.File(path, "w") as file:
        file["0/DATA/0/matrix"] = values.astype(np.float32)
        file["0/META/ROW/id"] = np.array([f"{i}_at" for i in range(len(symbols))], "S")
        file["0/META/ROW/pr_gene_symbol"] = np.array(symbols, "S")
        file["0/META/COL/id"] = np.array([f"W{i}" for i in range(len(values))], "S")
        for name in facts[0]:
            file[f"0/META/COL/{name}"] = np.array([fact[name] for fact in facts], "S")


def write_gct(path: Path, values: NDArray[np.float64], facts: list[dict[str, str]], symbols: list[str]) -> None:
    """Version 1.3."""
    names = list(facts[0])
    lines = ["#1.3", f"{len(symbols)}\t{len(values)}\t1\t{len(names)}"]
    lines.append("\t".join(["id", "pr_gene_symbol", *(f"W{i}" for i in range(len(values)))]))
    lines += ["\t".join([name, "-666", *(fact[name] for fact in facts)]) for name in names]
    lines += [
        "\t".join([f"{i}_at", symbol, *(repr(float(v)) for v in values[:, i].astype(np.float32))])
        for i, symbol in enumerate(symbols)
    ]
    path.write_text("\n".join(lines) + "\n")


def write_sets(path: Path) -> None:
    """The planted pathway, the other drug's, and twenty that nothing moves."""
    rng = np.random.default_rng(1)
    sets = {"PLANTED": PATHWAY, "OTHER": GENES[200:225]}
    rest = [gene for gene in GENES[70:] if gene not in sets["OTHER"]]
    sets |= {f"SET{i}": sorted(rng.choice(rest, 25, replace=False)) for i in range(20)}
    path.write_text("".join(f"{name}\t\t" + "\t".join(genes) + "\n" for name, genes in sets.items()))
