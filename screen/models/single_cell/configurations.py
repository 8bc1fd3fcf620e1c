"""scDEAL (Chen et al. 2022) and ATSDP-NET (Zhou et al. 2025) as rows of one table, with their twins."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Literal

from screen.errors import InputError

EncoderKind = Literal["DAE", "AE", "VAE"]
Sampling = Literal["none", "up", "down", "smote"]
LabelRule = Literal["waterfall", "quantiles"]
Supervision = Literal["unsupervised", "few-shot"]

MOST_HEADS = 32
"""ATSDP-NET studies 0 to 32."""


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """One method with its settings."""

    says: str
    encoder: EncoderKind = "DAE"
    """Denoising, plain or variational autoencoder, pretrained on either domain (eqs 1 to 3, 12 to 14)."""
    hidden: tuple[int, ...] = (256, 128)
    """Widths of the encoder's hidden layers; the decoder has them the other way round."""
    bottleneck: int = 512
    """Width of the code."""
    predictor: tuple[int, ...] = (128, 64)
    """Widths of the predictor's hidden layers."""
    dropout: float = 0.3
    heads: int = 0
    """Heads of the attention over tokens of the code (eqs 4 to 9), each a token wide; 0: none."""
    sampling: Sampling = "none"
    """How the classes of the bulk training lines, and of these alone, are balanced."""
    labels: LabelRule = "waterfall"
    """What makes a cell line sensitive: :mod:`screen.models.single_cell.bulk_labels`."""
    supervision: Supervision = "unsupervised"
    """Labels of cells never train (the equations), or those of the training cells do as well."""
    noise: float = 0.2
    """Of a denoising autoencoder: probability that an input is set to zero."""
    mmd: float = 1.0
    """Weight of the maximum mean discrepancy (eq 16)."""
    clusters: float = 0.2
    """Weight of the cluster regulariser (eqs 16 and 17)."""
    neighbours: int = 10
    """Of the graph that the cells' clusters are found in."""
    genes: int = 2_000
    """Most genes of the space that lines and cells share, the most variable in both."""
    epochs: int = 500
    """Most passes of each stage."""
    patience: int = 50
    """A stage ends after so many passes without a better loss on validation lines or cells."""
    batch: int = 200
    rate: float = 1e-3
    """Learning rate (Adam) of the autoencoders and of the predictor."""
    transfer_rate: float = 1e-4
    """Learning rate of transfer, which starts from trained networks: at ten times that the predictor has forgotten
    validation lines after one pass."""
    most_cells: int = 5_000
    """Cells that are trained on; all are scored."""

    def settings(self) -> dict[str, Any]:
        """All but the words, for a manifest."""
        return {name: value for name, value in asdict(self).items() if name != "says"}


_ATSDP = Configuration(
    says="ATSDP-NET, settings of GSE117872 HN120 (cisplatin): attention of 8 heads, SMOTE", heads=8, sampling="smote"
)

CONFIGURATIONS: Mapping[str, Configuration] = {
    "atsdp-net": _ATSDP,
    "atsdp-net-hn137": replace(
        _ATSDP,
        says="ATSDP-NET, settings of GSE117872 HN137 (cisplatin)",
        bottleneck=32,
        hidden=(512, 256),
        predictor=(256, 128),
        sampling="up",
    ),
    "atsdp-net-gse140440": replace(
        _ATSDP,
        says="ATSDP-NET, settings of GSE140440 (docetaxel)",
        predictor=(256, 128),
        dropout=0.2,
        heads=4,
        sampling="up",
    ),
    "atsdp-net-gse110894": replace(_ATSDP, says="ATSDP-NET, settings of GSE110894 (mouse, I-BET-762)", sampling="up"),
    "atsdp-net-no-attention": replace(_ATSDP, says="twin of atsdp-net without attention", heads=0),
    "atsdp-net-few-shot": replace(
        _ATSDP, says="atsdp-net that labels of the training cells train too", supervision="few-shot"
    ),
    "scdeal": Configuration(says="scDEAL: denoising autoencoders, MMD, cluster regulariser; no attention"),
    "scdeal-vae": Configuration(says="scDEAL on variational autoencoders", encoder="VAE"),
    "scdeal-ae": Configuration(says="scDEAL on plain autoencoders", encoder="AE"),
    "scdeal-no-clusters": Configuration(says="twin of scdeal without the cluster regulariser", clusters=0.0),
    "scdeal-few-shot": Configuration(says="scdeal that labels of the training cells train too", supervision="few-shot"),
}
"""name -> row. Widths, dropout, heads and sampling of ATSDP-NET are those of its Table 2 and text; weights of the
losses, batch, learning rate and the number of genes are not published and ours. Every row's twin without transfer is
scored beside it: its bulk encoder and predictor put on cells."""


def configuration(name: str, **changes: Any) -> Configuration:
    """The row of a name, with some settings changed.

    Raises
    ------
    InputError
        No such row, or heads that do not divide the code.
    """
    if name not in CONFIGURATIONS:
        raise InputError(f"no model of cells {name!r}", where="--model", remedy=f"one of: {', '.join(CONFIGURATIONS)}")
    made = replace(CONFIGURATIONS[name], **changes)
    if made.heads < 0 or made.heads > MOST_HEADS or (made.heads and made.bottleneck % made.heads):
        raise InputError(
            f"{made.heads} heads do not divide a code of {made.bottleneck}",
            where="--heads",
            remedy=f"0 for none, or a divisor of {made.bottleneck} up to {MOST_HEADS}",
        )
    return made
