"""Independent readings of genes, expression, responses, structures, outcomes and weights."""

import re
from pathlib import Path

import numpy as np
import pandas as pd

from screen.records import drug_key
from screen.store import Store
from tests.real_files.comparing import Check, compared, rows


def matrix(store: Store, file: Path, theirs: pd.DataFrame) -> tuple[int, int]:
    """Every cell of a matrix (subjects x genes), single precision; of genes given twice the first counts."""
    theirs = theirs.loc[:, ~theirs.columns.duplicated()]
    wrong = cells = 0
    orders = dict(store.sql("SELECT gene_order_id, genes FROM gene_orders").rows())
    seen = set()
    ours = rows(store, file, "expression", "subject_id, gene_order_id, levels")
    for subject, order, levels in ours:
        expected = theirs.loc[str(subject)].reindex([str(gene) for gene in orders[order]]).to_numpy(np.float32)
        found = np.array([np.nan if one is None else one for one in levels], np.float32)  # type: ignore[attr-defined]
        wrong += int((~((expected == found) | (np.isnan(expected) & np.isnan(found)))).sum())
        cells += len(found)
        seen.add(str(subject))
    return cells + len(set(theirs.index) ^ seen), wrong + len(set(theirs.index) ^ seen)


def parquet_matrix(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_parquet(file)
    subjects = frame.index.str.match("ACH-|TCGA-").all()
    return matrix(store, file, frame if subjects else frame.T)


def tcga_matrix(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, index_col=0)
    frame = frame if str(frame.index[0]).startswith("TCGA") else frame.T
    primary = frame[frame.index.str[13:15].isin(["", "01"])]
    primary.index = primary.index.str[:12]
    return matrix(store, file, primary[~primary.index.duplicated()])


def models(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, dtype=str)
    cosmic = frame["COSMICID"].str.replace(r"\.0$", "", regex=True)
    theirs = zip(frame["ModelID"], frame["OncotreeLineage"], frame["OncotreeCode"], cosmic, strict=True)
    ours = rows(store, file, "cell_line_records", "cell_line_id, lineage, oncotree_code, cosmic_id")
    return compared((tuple(None if pd.isna(v) else v for v in row) for row in theirs), ours)


def _responses(frame: pd.DataFrame, line: str, drug: str, value: str) -> set[tuple[str, str, float]]:
    known = frame.dropna(subset=[line, drug, value])
    pairs = known.groupby([known[line].astype(str), known[drug].map(drug_key)])[value].mean()
    return {(str(one), str(key), round(float(mean), 9)) for (one, key), mean in pairs.items()}


def _stored_responses(store: Store, file: Path, metric: str) -> set[tuple[str, str, float]]:
    found = rows(store, file, "responses", "cell_line_ref, drug_key, value", f"metric = '{metric}'")
    return {(str(one), str(key), round(float(str(value)), 9)) for one, key, value in found}


def gdsc2(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, low_memory=False)
    line = frame["SANGER_MODEL_ID"] if "SANGER_MODEL_ID" in frame else frame["COSMIC_ID"]
    counts = [
        compared(
            _responses(frame.assign(line=line), "line", "DRUG_NAME", metric), _stored_responses(store, file, metric)
        )
        for metric in ("AUC", "LN_IC50")
    ]
    return sum(one for one, _ in counts), sum(one for _, one in counts)


def long(value: str, metric: str) -> Check:
    def check(store: Store, file: Path) -> tuple[int, int]:
        return compared(
            _responses(pd.read_csv(file), "cell_line_id", "drug_name", value), _stored_responses(store, file, metric)
        )

    return check


def structures(store: Store, file: Path) -> tuple[int, int]:
    """Skeletons of InChIKeys by RDKit, of single molecules; platinum's bonds a standard form takes apart."""
    from rdkit import Chem, RDLogger

    RDLogger.DisableLog("rdApp.*")  # type: ignore[attr-defined]
    frame = pd.read_csv(file, dtype=str)
    lower = {str(c).lower(): c for c in frame.columns}
    name = frame[next(lower[c] for c in ("drug_name", "name", "drug") if c in lower)]
    smiles = frame[next(lower[c] for c in ("smiles", "canonical_smiles", "isosmiles") if c in lower)]
    theirs = {}
    for one, text in zip(name, smiles, strict=True):
        molecule = (
            Chem.MolFromSmiles(text)
            if isinstance(text, str) and text.strip() and not re.search(r"\.|Pt", text)
            else None
        )
        if molecule is not None and isinstance(one, str):
            theirs.setdefault(drug_key(one), set()).add(Chem.MolToInchiKey(molecule)[:14])
    ours: dict[str, set[str]] = {}
    for key, found in rows(store, file, "drug_names", "drug_key, drug_id", "drug_id IS NOT NULL AND preferred"):
        ours.setdefault(str(key), set()).add(str(found)[:14])
    wrong = [key for key, skeletons in theirs.items() if not skeletons & ours.get(key, set())]
    return len(theirs), len(wrong)


def outcomes(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, encoding="utf-8-sig", na_values=["#N/A"])
    theirs = {
        (str(patient), end, bool(event), float(days))
        for end in ("OS", "DSS", "DFI", "PFI")
        for patient, event, days in frame[["bcr_patient_barcode", end, f"{end}.time"]].itertuples(index=False)
        if pd.notna(event) and pd.notna(days) and days >= 0
    }
    return compared(theirs, rows(store, file, "outcomes", "patient_id, endpoint, event, days"))


def given(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, sep="\t", encoding="latin-1", dtype=str)
    patient = next(c for c in frame.columns if frame[c].astype(str).str.startswith("TCGA-").mean() > 0.9)
    theirs = set(frame[patient].str[:12])
    return compared(theirs, (one for (one,) in rows(store, file, "given_drugs", "patient_id")))


def symbols(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, dtype=str, keep_default_na=False)
    alias, symbol = frame.columns[:2]
    theirs = set(frame[[alias, symbol]].itertuples(index=False, name=None))
    return compared(theirs, rows(store, file, "gene_aliases", "alias, symbol"))


def entrez(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, sep="\t", dtype=str).dropna()
    theirs = set(frame[list(frame.columns[[1, 0]])].itertuples(index=False, name=None))
    return compared(theirs, rows(store, file, "gene_aliases", "alias, symbol", "kind = 'entrez'"))


def genes_by_samples(store: Store, file: Path) -> tuple[int, int]:
    frame = pd.read_csv(file, index_col=0).T
    frame.columns = frame.columns.map(str)
    return matrix(store, file, frame)


def weights(store: Store, file: Path) -> tuple[int, int]:
    """Every number of the checkpoint, by torch."""
    import torch
    from safetensors.torch import load

    theirs = torch.load(file, map_location="cpu", weights_only=True)
    (stored,) = rows(store, file, "drug_encoders JOIN source_files USING (source_id)", "tensors")[0]
    ours = load(bytes(stored))  # type: ignore[arg-type]
    return len(theirs), sum(not any(torch.equal(v.float(), w) for w in ours.values()) for v in theirs.values())
