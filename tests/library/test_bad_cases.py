"""A faulty case: twenty problems at once, each with its place; a workbook likewise by sheet and cell."""

from pathlib import Path

import openpyxl
import pytest

from qingshan.library.cases import parse_case, read_case
from qingshan.library.errors import InvalidFile
from qingshan.library.strict_yaml import parse_yaml
from qingshan.library.workbook import write_template

CASES = Path(__file__).parents[1] / "cases"
FAULTY = """schema: qingshan/case@1
plant: {name: 演示厂, uscc: 913302007960528397, industry: X99, area: "330206"}
year: 2025
choices: {grid_region: mars}
use:
  - {carrier: electricity, kind: consumed, unit: kWh, months: {2025-01: 100, 2025-02: 1000000, 2025-03: 100, 2025-04: 100}}
  - {carrier: electricity, kind: green_purchase, unit: kWh, months: {2025-01: 500}}
  - {carrier: electricty, unit: kWh, year_total: 5}
  - {carrier: diesel, kind: consumed, unit: m3, year_total: 5}
  - {carrier: raw_coal, kind: consumed, unit: t, year_total: -5}
  - {carrier: raw_coal, kind: consumed, unit: t, year_total: 5}
  - {carrier: natural_gas, kind: consumed, unit: m3, year_total: 5}
  - {carrier: coke, kind: own_pv, unit: kg, year_total: 5}
  - {carrier: lpg, kind: consumed, unit: kg, months: {2024-01: 5}}
output_value: {unit: t, year_total: 5}
facts:
  water_withdrawal: {value: viel, unit: m3}
  water_reused: {value: 5, unit: kg}
  platform_functions: {value: 13, unit: 项}
  qms: maybe
  enms: 不适用
  watr: 5
products:
  - {limit: gb16780-2021/clinkr, output: 1, unit: t, energy: 1, energy_unit: tce}
  - {limit: gb16780-2021/clinker, output: 0, unit: t, energy: 1, energy_unit: tce}
benchmarks:
  water_intensity: {base: 1, lead: 2, unit: m3/万元, source: x}
"""


def test_twenty_problems_are_reported_together_with_line_and_remedy(green_factory):
    with pytest.raises(InvalidFile) as caught:
        parse_case(FAULTY, green_factory, name="case.yaml")

    problems = caught.value.problems
    assert len(problems) >= 20
    lines = {int(problem.place.split(":")[1]) for problem in problems}
    assert {2, 4, 6, 8, 9, 10, 11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 22, 24, 25, 27} <= lines
    assert all(problem.rule.zh and problem.rule.en and problem.remedy.zh and problem.remedy.en for problem in problems)
    text = str(caught.value)
    assert "case.yaml:6:" in text
    assert "相差 10000 倍" in text
    assert "是不是“electricity”？" in text


@pytest.mark.parametrize("month", ["2025-01: 1, 2025-01: 2"])
def test_a_month_that_stands_twice_is_refused(month):
    with pytest.raises(InvalidFile, match="键重复"):
        parse_yaml(f"months: {{{month}}}", name="case.yaml")


@pytest.mark.parametrize("value", [".inf", "-.inf", ".nan", "1e999"])
def test_infinite_amounts_are_refused(green_factory, value):
    with pytest.raises(InvalidFile):
        parse_case(FAULTY.split("use:")[0] + f"facts: {{water_withdrawal: {{value: {value}, unit: m3}}}}\n", green_factory)


@pytest.fixture
def filled(tmp_path, green_factory):
    path = tmp_path / "case.xlsx"
    write_template(path, green_factory)
    book = openpyxl.load_workbook(path)
    plant = book["企业"]
    for row, value in ((3, "演示茶厂"), (5, "C1530"), (6, "350000"), (7, "2025")):
        plant.cell(row, 3, value)
    energy = book["月度用能"]
    for month in range(1, 13):
        energy.cell(2, 3 + month, 100_000 + month)
    energy.cell(2, 3, "kWh")
    facts = book["年度数据"]
    for row in range(2, facts.max_row + 1):
        if facts.cell(row, 1).value == "water_withdrawal":
            facts.cell(row, 5, 1610)
        if facts.cell(row, 1).value == "qms":
            facts.cell(row, 5, value=True)
    return path, book


def test_a_filled_workbook_reads_like_its_yaml(filled, green_factory):
    path, book = filled
    book.save(path)
    months = ", ".join(f"2025-{month:02d}: {100_000 + month}" for month in range(1, 13))
    yaml = (
        'schema: qingshan/case@1\nplant: {name: 演示茶厂, industry: C1530, area: "350000"}\nyear: 2025\n'
        f"use: [{{carrier: electricity, kind: consumed, unit: kWh, months: {{{months}}}}}]\n"
        "facts: {water_withdrawal: {value: 1610, unit: m3}, qms: true}\n"
    )

    from_sheet, from_text = read_case(path, green_factory), parse_case(yaml, green_factory)

    assert from_sheet.years == from_text.years
    assert (from_sheet.name, from_sheet.industry, from_sheet.area) == (from_text.name, from_text.industry, from_text.area)


def test_text_in_a_number_cell_and_a_wrong_unit_are_named_by_cell(filled, green_factory):
    path, book = filled
    book["月度用能"].cell(2, 6, "十万")
    book["月度用能"].cell(2, 3, "m3")
    book.save(path)

    with pytest.raises(InvalidFile) as caught:
        read_case(path, green_factory)

    places = [problem.place for problem in caught.value.problems]
    assert "case.xlsx 月度用能!F2" in places
    assert "case.xlsx 月度用能!C2" in places


def test_moved_columns_are_refused(filled, green_factory):
    path, book = filled
    book["月度用能"].move_range("C1:D20", cols=20)
    book.save(path)

    with pytest.raises(InvalidFile, match=r"月度用能!C1.*单位"):
        read_case(path, green_factory)


def test_an_untouched_template_reports_nothing(tmp_path, green_factory):
    path = tmp_path / "empty.xlsx"
    write_template(path, green_factory)

    with pytest.raises(InvalidFile) as caught:
        read_case(path, green_factory)

    assert {problem.place.split("!")[1] for problem in caught.value.problems} == {"C3", "C5", "C7"}


def test_what_is_no_workbook_is_refused(tmp_path, green_factory):
    path = tmp_path / "case.xlsx"
    path.write_bytes(b"PK\x03\x04 nonsense")

    with pytest.raises(InvalidFile, match="不是可读的"):
        read_case(path, green_factory)


@pytest.mark.parametrize(("unit", "output_unit"), [("万kWh", "万元"), ("kWh", "元"), ("MWh", "元")])
def test_a_whole_year_in_the_wrong_unit_is_noticed(green_factory, unit, output_unit):
    text = (
        (CASES / "tea_company_2025.yaml")
        .read_text(encoding="utf-8")
        .replace("unit: kWh", f"unit: {unit}")
        .replace("unit: 万元", f"unit: {output_unit}")
    )

    with pytest.raises(InvalidFile, match="不合常理"):
        parse_case(text, green_factory)
