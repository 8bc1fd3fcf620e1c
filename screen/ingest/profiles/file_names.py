"""What the name of a one-sample file says: whose it is."""

import re
from pathlib import Path

_ENDING = re.compile(
    r"(?:\.(?:gz|txt|tsv|csv|tab|sf|out|dat)|\.(?:rna_seq|augmented_star_gene_counts|results|fpkm_tracking|abundance|quant)"
    r"|[._-](?:htseq|genes|isoforms|counts?|htseq_counts|gene_counts|featurecounts|gene_abund|readcounts?"
    r"|tpm|fpkm|fpkm-uq|rpkm|rsem)|[._-]?ReadsPerGene)$",
    re.IGNORECASE,
)
_GENERIC = frozenset(
    [
        "quant",
        "abundance",
        "genes",
        "isoforms",
        "rsem",
        "gene_abund",
        "abund",
        "t_data",
        "count",
        "counts",
        "htseq",
        "htseq_counts",
        "featurecounts",
        "gene_counts",
        "readspergene",
        "expression",
        "results",
        "tpm",
        "fpkm",
        "rpkm",
        "gene",
    ]
)
"""File names that programs give to every sample: the folder above names it."""


def sample_name(path: Path) -> str:
    """The file's name without its endings; for ``quant.sf`` and its like the name of the folder.

    >>> sample_name(Path("run7/P-12/quant.sf.gz")), sample_name(Path("P07ReadsPerGene.out.tab"))
    ('P-12', 'P07')
    >>> sample_name(Path("P01.genes.results")), sample_name(Path("run7/P-13/rsem.genes.results"))
    ('P01', 'P-13')
    """
    stem = path.name
    while (shorter := _ENDING.sub("", stem)) != stem:
        if not shorter or shorter.lower() in _GENERIC:
            return path.resolve().parent.name
        stem = shorter
    return path.resolve().parent.name if stem.lower() in _GENERIC else stem
