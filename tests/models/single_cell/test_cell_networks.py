"""The networks do what the equations say, and not what the published code did instead."""

import numpy as np
import pytest
import torch
from scipy.sparse import csr_matrix

from screen.errors import InputError
from screen.models.single_cell.bulk_labels import cut_of
from screen.models.single_cell.cell_networks import Autoencoder, CellPredictor, TokenAttention, cluster_regulariser
from screen.models.single_cell.class_balance import balanced
from screen.models.single_cell.code_clusters import code_clusters
from screen.models.single_cell.configurations import CONFIGURATIONS, configuration
from screen.models.single_cell.gene_space import cell_levels, scale_of
from screen.models.single_cell.transfer_stages import Networks
from screen.nn.losses import discrepancy
from tests.models.single_cell.planted_cells import quick


def test_the_rows_of_the_paper_are_its_tables() -> None:
    rows = {
        name: (c.bottleneck, c.hidden, c.predictor, c.dropout, c.heads, c.sampling, c.epochs)
        for name, c in CONFIGURATIONS.items()
    }
    assert rows["atsdp-net"] == (512, (256, 128), (128, 64), 0.3, 8, "smote", 500)
    assert rows["atsdp-net-hn137"] == (32, (512, 256), (256, 128), 0.3, 8, "up", 500)
    assert rows["atsdp-net-gse140440"] == (512, (256, 128), (256, 128), 0.2, 4, "up", 500)
    assert rows["atsdp-net-gse110894"] == (512, (256, 128), (128, 64), 0.3, 8, "up", 500)
    assert rows["scdeal"][4] == 0
    assert all(
        c.supervision == ("few-shot" if "few-shot" in name else "unsupervised") for name, c in CONFIGURATIONS.items()
    )


@pytest.mark.parametrize("heads", [0, 1, 2, 4, 8, 16, 32])
def test_heads_from_none_to_32(heads: int) -> None:
    predictor = CellPredictor(configuration("atsdp-net", heads=heads))
    assert predictor(torch.rand(3, 512)).shape == (3,)


def test_heads_that_do_not_divide_the_code_are_refused() -> None:
    for heads in (3, 64):
        with pytest.raises(InputError, match="do not divide"):
            configuration("atsdp-net", heads=heads)
    with pytest.raises(InputError, match="no model of cells"):
        configuration("atsdpnet")


def test_attention_is_no_linear_map_and_looks_at_one_cell_alone() -> None:
    attention = TokenAttention(32, 8)
    x, y = torch.rand(2, 5, 32)
    assert not torch.allclose(attention(x + y), attention(x) + attention(y), atol=1e-5)
    assert torch.allclose(attention(x)[2], attention(x[2:3])[0], atol=1e-6)
    one = TokenAttention(32, 1)
    assert torch.allclose(one(x + y), one(x) + one(y), atol=1e-5)


def test_an_autoencoder_is_held_to_the_clean_input() -> None:
    network = Autoencoder(30, quick(noise=0.5, dropout=0.0)).train()
    x = torch.rand(40, 30) + 1
    before = x.clone()
    torch.manual_seed(0)
    loss = network.loss(x)
    torch.manual_seed(0)
    shown = x * (torch.rand_like(x) >= 0.5)
    clean = (network.decoder(network.encoder(shown)) - x).square().mean()
    assert torch.equal(x, before)
    assert loss.item() == pytest.approx(clean.item())


def test_the_regulariser_draws_the_cells_of_a_cluster_together() -> None:
    codes = torch.rand(12, 6, requires_grad=True)
    clusters = [0, 1, 2] * 4
    first = cluster_regulariser(codes, clusters)
    (slope,) = torch.autograd.grad(first, codes)
    assert float(slope.abs().sum()) > 0
    assert cluster_regulariser(codes - 0.5 * slope, clusters) < first
    assert float(cluster_regulariser(torch.rand(3, 6), [0, 1, 2])) == 0.0


def test_every_network_of_eq_16_is_trained_by_transfer() -> None:
    made = quick(dropout=0.0)
    networks = Networks(20, made)
    x = torch.rand(10, 20)
    on_lines, on_cells = networks.bulk.encoder(x), networks.cells.encoder(x)
    loss = networks.predictor(on_lines).square().mean() + discrepancy(on_lines[None], on_cells[None]).sum()
    loss.backward()  # type: ignore[no-untyped-call]
    for network in (networks.bulk.encoder, networks.cells.encoder, networks.predictor):
        assert sum(float(w.grad.abs().sum()) for w in network.parameters() if w.grad is not None) > 0


def test_classes_are_balanced_among_the_rows_given() -> None:
    rng = np.random.default_rng(0)
    x, labels = rng.random((30, 5)).astype(np.float32), np.array([1.0] * 6 + [0.0] * 24)
    assert balanced(x, labels, "none", rng)[0] is x
    for how, rows in (("up", 48), ("down", 12), ("smote", 48)):
        made, classes = balanced(x, labels, how, rng)  # type: ignore[arg-type]
        assert (len(made), classes.mean()) == (rows, 0.5)
    made = balanced(x, labels, "smote", rng)[0][30:]
    between = [
        any(np.allclose(np.linalg.norm(row - a) + np.linalg.norm(row - b), np.linalg.norm(a - b), atol=1e-5)
            for a in x[:6] for b in x[:6])
        for row in made
    ]  # fmt: skip
    assert all(between)


def test_low_responses_are_sensitive() -> None:
    response = np.concatenate([np.linspace(0.2, 0.8, 10), np.linspace(0.9, 0.99, 60), [np.nan]])
    cut = cut_of(response, "waterfall")
    assert 0.7 < cut.sensitive_below < 0.95
    labels = cut.labels(response)
    assert (labels[0], labels[69]) == (1.0, 0.0)
    assert np.isnan(labels[70])
    straight = np.linspace(0, 1, 101)
    assert cut_of(straight, "waterfall").sensitive_below == pytest.approx(0.5)
    thirds = cut_of(straight, "quantiles").labels(straight)
    assert (np.nansum(thirds), np.isnan(thirds).sum()) == (34, 33)


def test_levels_take_one_logarithm_and_know_their_totals() -> None:
    counts = csr_matrix(np.array([[1.0, 9.0, 0.0], [0.0, 5.0, 5.0]], np.float32))
    levels = cell_levels(counts, np.array([10.0, 10.0])).toarray()
    assert levels[0] == pytest.approx([np.log1p(1000), np.log1p(9000), 0.0])
    with pytest.raises(InputError, match="not on one scale"):
        cell_levels(counts, np.array([1.0, 10.0]))


def test_a_scale_is_of_the_rows_it_was_made_from() -> None:
    rows = np.array([[1.0, 2.0, np.nan], [3.0, 2.0, 4.0]], np.float32)
    scaled = scale_of(rows)(np.array([[5.0, 9.0, np.nan]], np.float32))
    assert scaled.tolist() == [[3.0, 0.0, 0.0]]


def test_clusters_of_codes_are_found() -> None:
    rng = np.random.default_rng(0)
    codes = np.concatenate([rng.normal(0, 0.1, (30, 4)), rng.normal(3, 0.1, (20, 4))]).astype(np.float32)
    labels = code_clusters(codes, 10, 0)
    assert len({*labels[:30].tolist()} & {*labels[30:].tolist()}) == 0
    assert np.array_equal(labels, code_clusters(codes, 10, 0))
