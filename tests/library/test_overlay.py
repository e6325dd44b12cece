"""Overlays resolve to one flat standard and may only tighten."""

import pytest

from qingshan.library.errors import InvalidFile
from qingshan.library.overlay import resolve_overlay
from qingshan.library.standards import available, source_text

OVERLAY = """
schema: qingshan/overlay@1
extends: gbt-36132-2025
id: demo-city-green-factory
version: "2026"
title: {zh: 某市绿色工厂（在国标上加严，示例）, en: A city's green factory on top of the national standard}
status: illustrative
effective: {from: 2026-01-01, to: null}
sources: {CITY: {name: 示例市规定（虚构）, basis: invented}}
inputs:
  not_barred: {zh: 不在禁止申报期内, en: not barred, type: truth}
vetoes:
  - {id: ban, zh: 不在禁止申报期内, en: Not barred, must: not_barred, source: CITY, curable: false}
thresholds:
  E4: {fixed: {base: 2, lead: 10}}
levels:
  - {id: star3, zh: 三星, en: three stars, at: 75, source: CITY}
tests:
  - {name: 平台功能 6 项得一半, given: {platform_functions: 6}, expect: {E4: 3, ban: unknown}}
"""


def base(slug):
    return source_text(next(standard for standard in available() if standard.id == slug))


def problems(text):
    with pytest.raises(InvalidFile) as caught:
        resolve_overlay(text, base, name="o.yaml")
    return [problem.line("en") for problem in caught.value.problems]


def test_an_overlay_becomes_one_flat_standard():
    standard, text = resolve_overlay(OVERLAY, base, name="o.yaml")

    assert (standard.id, standard.full_points, len(standard.vetoes)) == ("demo-city-green-factory", 100 * 10_000, 4)
    assert [level.id for level in standard.levels] == ["star3"]
    assert "not_barred" in text
    assert standard.sha256 != next(other for other in available() if other.id == "gbt-36132-2025").sha256


def test_a_looser_number_is_refused_by_name():
    found = problems(OVERLAY.replace("{base: 2, lead: 10}", "{base: 0, lead: 6}").replace("E4: 3,", "E4: 6,"))

    assert len(found) == 1
    assert found[0].startswith("o.yaml:15:7 thresholds.E4")
    assert "loosened" in found[0]
    assert "lead 8 → lead 6" in found[0]


def test_an_unknown_indicator_or_key_is_refused():
    assert "no such indicator" in problems(OVERLAY.replace("E4: {fixed", "E9: {fixed"))[0]
    assert "only numbers can change" in problems(OVERLAY.replace("E4: {fixed: {base: 2, lead: 10}}", "E4: {points: 3}"))[0]
    assert "no such key" in problems(OVERLAY.replace("thresholds:", "groups: []\nthresholds:"))[0]
    assert "qingshan/overlay@1" in problems("schema: x")[0]


def test_the_flat_standards_own_tests_still_count():
    assert any("gives 3.0" in line for line in problems(OVERLAY.replace("E4: 3,", "E4: 4,")))
