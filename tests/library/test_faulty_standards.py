"""Faults of a standard's file: each is named with line and column, all at once, and nothing in the file can run."""

from pathlib import Path

import pytest
import yaml

from qingshan.library.errors import InvalidFile
from qingshan.library.standards import overlaps, parse

TEXT = (Path(__file__).parents[2] / "src/qingshan/library/standards/green_factory/gbt-36132-2025.yaml").read_text(encoding="utf-8")


def problems(text):
    with pytest.raises(InvalidFile) as caught:
        parse(text, name="s.yaml")
    return caught.value.problems


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (
            "energy / output_value, 'kgce/万元'",
            "energy / output_value, 'kWh/万元'",
            "s.yaml:57:115 derived.energy_per_value.expr：“kWh/万元”——to() 的单位与量纲不符；检查公式的量纲",
        ),
        (
            'expr: "co2 / output_value"',
            'expr: "co2 / output_valu"',
            "s.yaml:59:106 derived.co2_per_value.expr：“output_valu”——未声明的名称；是不是“output_value”？",
        ),
        ('expr: "co2 / output_value"', 'expr: "co2 + output_value"', None),
        ('expr: "co2 / output_value"', 'expr: "co2 / (output_value"', None),
        ("fixed: {base: 0, lead: 8}", "fixed: {base: 8, lead: 0}", None),
        ("points: 30\n    items:\n      - {id: E1", "points: 29\n    items:\n      - {id: E1", None),
        ("{id: E2,", "{id: E1,", None),
        ("source: GBT36132, clause: 表 C.1 第1项", "source: GBT3613, clause: 表 C.1 第1项", None),
        ("unit: tce, form", "unit: tcee, form", None),
        ("redistribute: within_parent", "redistributes: within_parent", None),
        ("effective: {from: 2025-12-31, to: null}", "effective: {from: 2025-12-31, to: 2020-01-01}", None),
        ("expect: {E4: 3.75", "expect: {E4: 4.75", None),
        ("must: no_violation_3y", "must: energy", None),
        ("better: lower, benchmark: energy_intensity", "better: higher, benchmark: energy_intensity", None),
    ],
)
def test_each_fault_is_named_with_its_place(old, new, expected):
    assert old in TEXT

    found = problems(TEXT.replace(old, new, 1))

    assert all(problem.place.startswith("s.yaml:") and problem.rule.zh and problem.rule.en and problem.remedy.zh for problem in found)
    if expected:
        assert expected.split("：", 1)[1] in found[0].line()
        assert expected.split(" ", 1)[1].split("：")[0] in found[0].place


FORMS = (Path(__file__).parents[2] / "src/qingshan/library/standards/illustrative/all-forms.yaml").read_text(encoding="utf-8")
GOLDEN = yaml.safe_load((Path(__file__).parent / "faults.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("case", GOLDEN, ids=lambda case: case["fault"])
def test_each_class_of_fault_has_its_golden_message(case):
    text = FORMS.replace(case["old"], case["new"], 1)
    if "and" in case:
        text = text.replace(case["and"]["old"], case["and"]["new"], 1)

    assert text != FORMS
    assert [problem.line("zh") for problem in problems(text)] == case["says"]


def test_two_versions_in_force_need_a_transition():
    older = parse(FORMS.replace("status: illustrative", "status: in_force"), name="old.yaml")
    text = FORMS.replace('version: "1"', 'version: "2"').replace("from: 2026-01-01", "from: 2027-01-01")
    newer = parse(text.replace("status: illustrative", "status: in_force"), name="new.yaml")
    with_rule = text.replace("status: illustrative", "status: in_force\ntransition: {rule: applicant_choice, until: 2027-06-30}")

    found = overlaps([newer, older])

    assert [problem.place for problem in found] == ["all-forms 2 effective"]
    assert "过渡规则" in found[0].rule.zh
    assert overlaps([older, parse(with_rule, name="new.yaml")]) == []


def test_the_state_of_life_is_not_part_of_the_content_hash():
    assert parse(FORMS, name="a").sha256 == parse(FORMS.replace("status: illustrative", "status: draft"), name="b").sha256
    assert parse(FORMS, name="a").sha256 != parse(FORMS.replace("at: 80", "at: 81"), name="b").sha256


def test_many_faults_are_reported_together():
    text = (
        TEXT.replace("unit: tce, form", "unit: tcee, form")
        .replace("{id: E2,", "{id: E1,")
        .replace("fixed: {base: 0, lead: 8}", "fixed: {base: 8, lead: 0}")
    )
    text = text.replace("must: no_violation_3y", "must: energy").replace('expr: "co2 / output_value"', 'expr: "co2 / output_valu"')

    assert len(problems(text)) >= 5


@pytest.mark.parametrize(
    "formula",
    [
        "__import__('os')",
        "energy.__class__",
        "open('x')",
        "energy ** 99",
        "[energy]",
        "lambda: 1",
        "(" * 200 + "1" + ")" * 200,
        "+".join(["energy"] * 400),
        "energy; energy",
        "energy if",
    ],
)
def test_no_formula_can_run_or_explode(formula):
    found = problems(TEXT.replace('expr: "co2 / output_value"', f'expr: "{formula}"'))

    assert "derived.co2_per_value" in found[0].place


@pytest.mark.parametrize(
    "text",
    [
        "a: &x [1]\nb: [*x, *x]",
        "!!python/object/apply:os.system ['true']",
        "a: 1\na: 2",
        "[" * 40,
        "x: " + "[" * 20 + "]" * 20,
        "",
        "\x00",
        "a: b: c",
        "#" * 1_100_000,
    ],
)
def test_hostile_yaml_is_refused(text):
    assert problems(text)
