"""What an illustration by signatures says."""

from dataclasses import dataclass

from screen.mechanism.enrichment_run import Enrichment
from screen.mechanism.signatures import Signature
from screen.mechanism.similar import Shared, Similar
from screen.mechanism.two_drugs import Components, GeneDifference


@dataclass(frozen=True, kw_only=True)
class QueryMatch:
    """A user's genes in the signature of one drug."""

    drug: str
    rank: int
    score: float
    """Enrichment score of a list, -1 to 1; Spearman's correlation of a ranking."""
    p: float
    fdr: float
    """Over all drugs of the cell line."""


@dataclass(frozen=True, kw_only=True)
class Pathways:
    """Gene sets at both ends of a ranking, and how many the control drugs have."""

    found: Enrichment
    below: int
    """Sets at an FDR under 5%."""
    control: tuple[int, ...]
    """The same of each control drug."""


@dataclass(frozen=True, kw_only=True)
class TwoDrugs:
    """Two drugs in one cell line."""

    against: str
    signature: Signature
    """Of the other drug."""
    correlation: float
    control_correlations: tuple[float, ...]
    """Of the first drug's signature with those of control drugs of the other's strength."""
    wells: tuple[int, int]
    """Of the first drug and of the other."""
    components: Components | None
    genes: tuple[GeneDifference, ...]
    """Every gene, the smallest p first; empty where there are too few wells."""
    differ: int | None
    """Genes at an FDR under 5%."""
    control_differ: tuple[int, ...]
    """The same between the first drug and each control drug."""
    pathways: Pathways | None


@dataclass(frozen=True, kw_only=True)
class Illustration:
    """A drug's signature among those of a file."""

    drug: str
    in_file: bool
    """False says nothing on what the drug does."""
    file: str
    sha256: str
    kind: str
    profiles: int
    drugs: int
    genes: int
    cell: str
    joined: int | None
    """Drugs of the file that the store has; None without a store."""
    signatures: tuple[Signature, ...]
    """Every dose and time of the drug."""
    signature: Signature | None
    """The one that is compared: its highest dose."""
    similar: tuple[Similar, ...]
    shared: Shared | None
    control: tuple[str, ...]
    control_correlations: tuple[float, ...]
    query: tuple[QueryMatch, ...]
    pathways: Pathways | None
    versus: TwoDrugs | None
    cannot: tuple[str, ...]
    """What the file does not let one say."""
    notes: tuple[str, ...]
