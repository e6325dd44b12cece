"""A draft replayed on a population: incremental equals full, and each clause's effect is what a real hybrid standard does."""

import random
from dataclasses import replace

import numpy as np
import pytest

from qingshan.engines.evaluation.diff import compare
from qingshan.engines.evaluation.population import evaluate_population
from qingshan.engines.evaluation.program import compile_standard
from qingshan.engines.evaluation.replay import Mark, knife_edge, replay, score_bins
from qingshan.engines.evaluation.standard import POINT, SHARE, Curve, Reference
from qingshan.engines.evaluation.statistics import figures, freeze
from tests.engines.evaluation.random_standards import hostile_population, random_standard


def with_item(standard, item):
    groups = tuple(replace(group, items=tuple(item if old.id == item.id else old for old in group.items)) for group in standard.groups)
    return replace(standard, groups=groups)


def revised(standard, seed):
    """Some items take the rule of another, one veto goes, points of one group move."""
    rng = random.Random(seed)
    draft = standard
    for item in standard.items:
        if rng.random() < 0.4:
            draft = with_item(draft, replace(item, rule=rng.choice(standard.items).rule))
    if draft.vetoes and rng.random() < 0.5:
        draft = replace(draft, vetoes=draft.vetoes[1:])
    plain = [item for item in draft.items if not item.choice]
    if rng.random() < 0.5 and plain:
        item = rng.choice(plain)
        draft = with_item(draft, replace(item, points=item.points + POINT))
    return replace(draft, sha256="draft")


def titled(standard, population, points, frozen):
    scores = evaluate_population(compile_standard(standard), population, figures=frozen)
    return (scores.veto == 2) & (scores.low >= points * SHARE), scores.low


@pytest.mark.parametrize("seed", range(120))
def test_incremental_replay_equals_the_full_run_and_effects_are_those_of_hybrids(seed):
    old = replace(random_standard(seed), levels=(), rounding=replace(random_standard(seed).rounding, compare="exact"))
    new = revised(old, seed)
    population = hostile_population(compile_standard(old), 200, seed)
    frozen = figures(old, population, freeze(old, population, "x"))
    points = 10 * POINT

    result = replay(old, new, population, Mark(points=points), figures_old=frozen, figures_new=frozen)

    before, low_before = titled(old, population, points, frozen)
    after, low_after = titled(new, population, points, frozen)
    assert (result.low_before == low_before).all()
    assert (result.low_after == low_after).all()
    assert (result.before == before).all()
    assert (result.after == after).all()
    assert result.net == int(after.sum()) - int(before.sum())
    for effect in result.effects:
        kind, _, name = effect.id.partition(":")
        if kind == "item":
            mine, other = (next(item for item in version.items if item.id == name) for version in (old, new))
            hybrid = with_item(old, replace(mine, rule=other.rule, applies_when=other.applies_when))
            alone, _ = titled(hybrid, population, points, frozen)
            assert effect.gained == int((alone & ~before).sum())
            assert effect.lost == int((before & ~alone).sum())
    assert result.net == sum(effect.net for effect in result.effects) + result.remainder


def test_an_unchanged_draft_changes_nothing():
    old = random_standard(7)
    population = hostile_population(compile_standard(old), 100, 7)

    result = replay(old, replace(old, sha256="same"), population, Mark(points=POINT))

    assert (result.effects, result.gained, result.lost, dict(result.drops)) == ((), 0, 0, {})
    assert compare(old, old) == ()


def test_slider_bins_count_every_plant_that_meets_the_conditions():
    low = np.array([0, 75 * 10**10, 75 * 10**10 - 1, 100 * 10**10], np.int64)

    bins = score_bins(low, np.array([True, True, True, True]))

    assert (bins.sum(), bins[0], bins[7500], bins[7499], bins[10000]) == (4, 1, 1, 1, 1)
    assert score_bins(low, np.array([True, False, True, True])).sum() == 3


def test_knife_edge_lists_the_nearest_first():
    old = replace(random_standard(11), levels=())
    population = hostile_population(compile_standard(old), 300, 11)
    result = replay(old, old, population, Mark(points=10 * POINT))

    rows = knife_edge(result, within=5)

    distances = abs(result.low_after[rows] - 10 * POINT * SHARE)
    assert (np.diff(distances) >= 0).all()
    assert (distances <= 5 * POINT * SHARE).all()


def test_a_stricter_line_is_called_tightened_and_its_mirror_loosened():
    old = next(
        standard
        for standard in map(random_standard, range(100))
        if any(isinstance(i.rule, Curve) and i.rule.fixed and i.rule.better == "higher" for i in standard.items)
    )
    item = next(i for i in old.items if isinstance(i.rule, Curve) and i.rule.fixed and i.rule.better == "higher")
    harder = replace(item, rule=replace(item.rule, fixed=Reference(item.rule.fixed.base, item.rule.fixed.lead + 1)))

    forth, back = compare(old, with_item(old, harder)), compare(with_item(old, harder), old)

    assert [(change.id, change.direction) for change in forth] == [(item.id, "tightened")]
    assert [change.direction for change in back] == ["loosened"]
