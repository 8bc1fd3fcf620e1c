"""Residual autoencoders: what counts in the loss, what distillation does, how large teacher and student are."""

import numpy as np
import pytest
import torch

from screen.models.vae.vae_training import (
    CODE,
    Unlabelled,
    codes_of,
    small_shape,
    teacher_shape,
    train_vae,
    without_further,
)
from screen.nn.residual_vae import ResidualVae, VaeShape, vae_loss, weights_of


def profiles(n: int = 96, genes: int = 40, seed: int = 0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return (rng.normal(size=(n, 4)) @ rng.normal(size=(4, genes)) / 2 + 0.2 * rng.normal(size=(n, genes))).astype("f4")


def cosine(one: np.ndarray, other: np.ndarray) -> float:
    return float(np.mean((one * other).sum(1) / np.linalg.norm(one, axis=1) / np.linalg.norm(other, axis=1)))


@pytest.mark.parametrize("genes", [64, 949, 6532])
def test_the_teacher_has_at_least_four_times_the_weights_of_the_student(genes: int) -> None:
    assert weights_of(teacher_shape(genes)) >= 4 * weights_of(small_shape(genes))


def test_weights_are_counted_as_they_are() -> None:
    shape = VaeShape(7, 5, 2, 3)
    assert weights_of(shape) == sum(weight.numel() for weight in ResidualVae(shape).parameters())


def test_a_gene_that_was_not_measured_counts_nothing_in_the_loss() -> None:
    torch.manual_seed(0)
    net = ResidualVae(VaeShape(6, 8, 1, 2)).eval()
    x, measured = torch.randn(5, 6), torch.ones(5, 6)
    measured[:, 3] = 0
    other = x.clone()
    found = net(x, torch.zeros(5, 2))
    other[:, 3] += 100
    assert vae_loss(found, x, measured, 0.1) == vae_loss(found, other, measured, 0.1)
    assert vae_loss(found, x, torch.ones(5, 6), 0.1) != vae_loss(found, other, torch.ones(5, 6), 0.1)


def test_training_rebuilds_better_than_the_mean_and_gives_the_same_codes_again() -> None:
    x = profiles()
    net = train_vae(without_further(x), VaeShape(40, 32, 1, 8), seed=1, epochs=60)
    with torch.inference_mode():
        rebuilt = net(torch.from_numpy(x), torch.zeros(len(x), 8)).rebuilt.numpy()
    assert np.mean((rebuilt - x) ** 2) < 0.5 * np.mean((x - x.mean(axis=0)) ** 2)
    again = train_vae(without_further(x), VaeShape(40, 32, 1, 8), seed=1, epochs=60)
    assert np.array_equal(codes_of(net, x), codes_of(again, x))


def test_a_student_points_where_its_teacher_points_and_one_without_does_not() -> None:
    x = profiles()
    data = without_further(x)
    teacher = train_vae(data, VaeShape(40, 64, 2, CODE), seed=1, epochs=10)
    alone = train_vae(data, VaeShape(40, 32, 1, CODE), seed=1, epochs=30)
    student = train_vae(data, VaeShape(40, 32, 1, CODE), seed=1, teacher=teacher, epochs=30)
    by_codes = train_vae(data, VaeShape(40, 32, 1, CODE), seed=1, teacher=codes_of(teacher, x), epochs=30)
    target = codes_of(teacher, x)
    assert cosine(codes_of(student, x), target) > 0.35
    assert cosine(codes_of(by_codes, x), target) > 0.35
    assert abs(cosine(codes_of(alone, x), target)) < 0.2


def test_further_profiles_are_sampled_as_many_as_there_are_lines() -> None:
    lines, further = profiles(30), profiles(200, 10, seed=3)
    data = Unlabelled(lines, np.ones(lines.shape, bool), further, np.ones(further.shape, bool), np.arange(5, 15))
    batches = list(data.batches(np.random.default_rng(0)))
    numbers = np.concatenate([rows for *_, rows in batches])
    assert (np.sort(numbers[numbers < 30]) == np.arange(30)).all()
    assert (numbers >= 30).sum() == 30
    x, there = data.profiles(np.array([2, 33]))
    assert np.array_equal(x[0], lines[2])
    assert np.array_equal(x[1, 5:15], further[3])
    assert there[1].sum() == 10
    assert not x[1, 15:].any()
