"""Cheapest way to the mark: verified by the exact engine, equal to trying everything, honest where nothing helps."""

from datetime import date

import numpy as np
import pytest

from qingshan.engines.evaluation.cheapest import cheapest, every_bundle
from qingshan.engines.evaluation.columns import rows_of
from qingshan.engines.evaluation.measures import Workshop
from qingshan.engines.evaluation.standard import POINT, SHARE
from qingshan.flows.invented_city import invented_city
from qingshan.library.measures import measures_for
from qingshan.library.standards import find

STANDARD = find("gbt-36132-2025", on=date(2026, 1, 1))
CATALOGUE = measures_for(STANDARD)
TWELVE = ("compressed_air", "motors", "waste_heat", "process_upgrade", "energy_management", "carbon_platform", "pv_small", "pv_large")
TWELVE += ("water_reuse", "waste_contract", "green_design", "enms")
CITY = invented_city(40, seed=5)
MARK = 65 * POINT


def plant(row):
    return rows_of(CITY, np.array([row]))


def small():
    return Workshop(STANDARD, [measure for measure in CATALOGUE if measure.id in TWELVE])


@pytest.mark.parametrize("row", range(40))
def test_the_model_finds_what_trying_every_bundle_finds(row):
    workshop = small()

    solved = cheapest(workshop, plant(row), MARK, enumerate_up_to=0)
    tried = cheapest(workshop, plant(row), MARK, enumerate_up_to=12)

    assert (solved is None) == (tried is None)
    if solved is not None and tried is not None:
        assert solved.cost <= tried.cost * 1.02 + 1e-6
        assert solved.low_after >= MARK * SHARE
        assert solved.gate_after == 2


def test_every_answer_keeps_exclusions_and_prerequisites():
    workshop = Workshop(STANDARD, CATALOGUE)
    found = [cheapest(workshop, plant(row), 75 * POINT) for row in range(20)]

    for advice in filter(None, found):
        chosen = set(advice.measures)
        assert not {"pv_small", "pv_large"} <= chosen
        assert "carbon_platform" not in chosen or "energy_management" in chosen
        assert advice.low_after >= 75 * POINT * SHARE


def test_a_plant_above_the_mark_needs_nothing():
    workshop = Workshop(STANDARD, CATALOGUE)
    scores = workshop.score(CITY)
    row = int(np.flatnonzero((scores.veto == 2) & (scores.low > 30 * POINT * SHARE))[0])

    advice = cheapest(workshop, plant(row), 20 * POINT)

    assert advice is not None
    assert (advice.measures, advice.cost) == ((), 0.0)


def test_a_violation_cannot_be_bought_off():
    columns = {**CITY.columns, "no_violation_3y": np.zeros(40, np.uint8)}
    barred = rows_of(type(CITY)(CITY.industries, CITY.industry, columns), np.array([0]))

    assert cheapest(Workshop(STANDARD, CATALOGUE), barred, 10 * POINT) is None


def test_papers_alone_can_be_refused():
    workshop = Workshop(STANDARD, CATALOGUE)
    physical = {measure.id for measure in CATALOGUE if measure.physical}
    for row in range(10):
        advice = cheapest(workshop, plant(row), 60 * POINT, physical=True)
        assert advice is None or set(advice.measures) & physical


def test_a_higher_mark_is_never_cheaper():
    workshop = small()
    for row in range(8):
        costs = [cheapest(workshop, plant(row), mark * POINT, enumerate_up_to=12) for mark in (40, 50, 60, 70)]
        known = [advice.cost if advice else float("inf") for advice in costs]
        assert known == sorted(known)


def test_all_bundles_are_counted_once():
    assert len({tuple(bundle) for bundle in every_bundle(6)}) == 64
