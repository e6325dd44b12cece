"""Laws that any standard keeps: a better input never lowers a score, units and order change nothing, what does not apply does not matter."""

import random
from dataclasses import replace

import numpy as np
import pytest

from qingshan.engines.evaluation.population import Population, evaluate_population
from qingshan.engines.evaluation.program import compile_standard
from qingshan.engines.evaluation.ranking import rank
from qingshan.engines.evaluation.standard import MOST_RATIO, SHARE, BestOf, Check, Group, Item, PerStep, Ranking, Ratio, Tier
from qingshan.kernel.text import Text
from tests.engines.evaluation.random_standards import NAME, SOURCE, formula, hostile_population, random_standard


def better_first(seed):
    """A standard whose items measure one input each, all better in one direction."""
    rng = random.Random(seed)
    base = random_standard(0)
    items = []
    better = rng.choice(["lower", "higher"])
    for index, rule in enumerate(rules(rng, better)):
        items.append(Item(f"i{index}", NAME, 10_000, rule, NAME, SOURCE))
    return better, replace(base, derived=(), vetoes=(), levels=(), statistics=(), scaled_to=None, groups=(Group("g", NAME, tuple(items)),))


def rules(rng, better):
    from qingshan.engines.evaluation.standard import Curve, Reference

    ends = sorted(rng.sample([-5.0, 0.0, 1.0, 2.5, 40.0], 2), reverse=better == "lower")
    steps = sorted(rng.sample([-2.0, 0.0, 1.0, 7.0], 3), reverse=better == "lower")
    curve = Curve(formula("n0"), "", better, fixed=Reference(*ends), at_base=rng.choice([0, 600_000]))
    tier = Tier(formula("n0"), "", better, tuple(zip(steps, (200_000, 500_000, SHARE), strict=True)))
    ratio = Ratio(formula("n0"), "", better, 3.0, rng.choice([SHARE, MOST_RATIO]))
    step = PerStep(formula("n0"), "", better, 1.0, 0.5, 150_000, rng.choice(["complete", "started"]))
    check = Check(formula("n0 <= 1" if better == "lower" else "n0 >= 1"))
    return [curve, tier, *([ratio] if better == "higher" else []), step, check, BestOf((curve, tier))]


@pytest.mark.parametrize("seed", range(60))
def test_a_better_input_never_lowers_a_score(seed):
    better, standard = better_first(seed)
    values = np.sort(np.concatenate([np.random.default_rng(seed).normal(0, 20, 300), [-5, 0, 1, 2.5, 40, 1e9, -1e9]]))
    plants = Population(("C30",), np.zeros(len(values), np.int32), {"n0": values})

    shares = evaluate_population(compile_standard(standard), plants, keep_shares=True).shares

    for row in shares:
        steps = np.diff(row if better == "higher" else row[::-1])
        assert (steps >= 0).all()


@pytest.mark.parametrize("seed", range(40))
def test_an_item_that_does_not_apply_scores_the_same_whatever_its_value(seed):
    standard = random_standard(seed)
    first = standard.groups[0]
    never = tuple(replace(item, applies_when=formula("not (reported(n0) or not reported(n0))")) for item in first.items)
    changed = tuple(replace(item, rule=Check(formula("reported(n1)")) if index % 2 else item.rule) for index, item in enumerate(never))
    one = replace(standard, groups=(replace(first, items=never), *standard.groups[1:]), levels=())
    two = replace(standard, groups=(replace(first, items=changed), *standard.groups[1:]), levels=())
    plants = hostile_population(compile_standard(one), 50, seed)

    assert (evaluate_population(compile_standard(one), plants).low == evaluate_population(compile_standard(two), plants).low).all()


@pytest.mark.parametrize("ties", ["include", "exclude"])
@pytest.mark.parametrize("seed", range(30))
def test_grades_follow_the_score_and_keep_their_quota(ties, seed):
    rng = np.random.default_rng(seed)
    scores, eligible = rng.integers(0, 12, 80) * 10**10, rng.random(80) < 0.9
    text = Text("", "")
    ranking = Ranking((("A+", text, 50_000), ("A", text, 400_000), ("B", text, SHARE)), ties, text, SOURCE)

    places = rank(ranking, scores, eligible)

    inside = scores[eligible], places.grade[eligible]
    order = np.argsort(-inside[0], kind="stable")
    assert (np.diff(inside[1][order]) >= 0).all()
    assert (places.grade[~eligible] == -1).all()
    for score in np.unique(inside[0]):
        assert len(set(inside[1][inside[0] == score])) == 1  # equal scores, equal grade
    count = eligible.sum()
    if ties == "exclude":
        assert (places.grade == 0).sum() <= count * 5 // 100
    else:
        assert (places.grade == 0).sum() >= count * 5 // 100
