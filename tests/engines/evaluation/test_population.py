"""The population engine gives the same integers as the explaining engine, whatever is thrown at both."""

import numpy as np
import pytest

from qingshan.engines.evaluation import population as population_module
from qingshan.engines.evaluation.errors import WrongColumns
from qingshan.engines.evaluation.population import Population, evaluate_population
from qingshan.engines.evaluation.program import compile_standard
from qingshan.engines.evaluation.score import evaluate
from qingshan.engines.evaluation.statistics import figures, freeze
from tests.engines.evaluation.random_standards import hostile_population, random_standard, subject_at

VETO = {"failed": 0, "unknown": 1, "met": 2}


@pytest.mark.parametrize("seed", range(300))
def test_scalar_and_population_give_the_same_integers(seed):
    standard = random_standard(seed)
    program = compile_standard(standard)
    population = hostile_population(program, 40, seed)

    frozen = freeze(standard, population, "random")
    scores = evaluate_population(program, population, keep_shares=True, figures=figures(standard, population, frozen))

    levels = ["", *(level.id for level in standard.levels)]
    for row in range(40):
        alone = evaluate(standard, subject_at(population, program, row), frozen)
        assert (alone.low, alone.high, VETO[alone.veto_state]) == (scores.low[row], scores.high[row], scores.veto[row])
        assert alone.level == levels[scores.level[row] + 1]
        for index, item in enumerate(alone.items):
            if scores.applies[index, row] == 2:
                assert item.share == scores.shares[index, row] if item.share is not None else scores.shares[index, row] < 0


@pytest.mark.parametrize("seed", range(40))
def test_order_of_rows_and_size_of_blocks_change_nothing(seed, monkeypatch):
    program = compile_standard(random_standard(seed))
    population = hostile_population(program, 300, seed)
    plain = evaluate_population(program, population)
    order = np.random.default_rng(seed).permutation(300)
    shuffled = Population(population.industries, population.industry[order], {key: column[order] for key, column in population.columns.items()})
    without_lines = Population(population.industries, population.industry, population.columns)

    again = evaluate_population(program, shuffled)
    monkeypatch.setattr(population_module, "BLOCK", 7)
    in_small_blocks = evaluate_population(program, population)

    assert (evaluate_population(program, without_lines).low[order] == again.low).all()
    for field in ("low", "high", "veto"):
        assert (getattr(in_small_blocks, field) == getattr(plain, field)).all()


@pytest.mark.parametrize("seed", range(100))
def test_score_lies_in_its_interval_and_within_full_marks(seed):
    standard = random_standard(seed)
    program = compile_standard(standard)

    scores = evaluate_population(program, hostile_population(program, 200, seed))

    assert (scores.low >= 0).all()
    assert (scores.low <= scores.high).all()
    most = standard.full_points * 1_500_000  # a ratio may earn half as much again
    assert (scores.high <= most * standard.scale[0] // standard.scale[1] + 1).all()


def test_a_column_of_the_wrong_length_is_refused():
    program = compile_standard(random_standard(3))
    population = hostile_population(program, 10, 3)
    key = next(iter(population.columns))
    broken = Population(population.industries, population.industry, {**population.columns, key: population.columns[key][:5]})

    with pytest.raises(WrongColumns, match=key):
        evaluate_population(program, broken)
