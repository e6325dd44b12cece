"""Worked examples: a YAML file in tests/cases with published results is a test; an official can add one."""

from datetime import date
from pathlib import Path

import pytest

from qingshan.engines.evaluation.score import evaluate
from qingshan.kernel.quantity import conversion
from qingshan.library.cases import read_case
from qingshan.library.standards import find
from qingshan.library.subject import subject_from

CASES = sorted((Path(__file__).parent / "cases").glob("*.yaml"))


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_case_gives_its_published_results(path):
    standard = find("gbt-36132-2025", on=date(2026, 5, 1))
    case = read_case(path, standard)
    assert case.expect, "a worked example states what it should give"
    results = {}
    for year in case.years:
        subject = subject_from(case, year, standard)
        result = evaluate(standard, subject)
        figures = {trace.key: (trace.value, trace.unit) for trace in (*subject.facts.values(), *result.derived)}
        figures |= {item.id: (float(item.score), "") for item in result.items}
        results[year.year] = figures | {"total": (float(result.total), ""), "veto": (result.veto_state, "")}

    for row in case.expect:
        value, unit = results[row["year"]][row["result"]]
        if isinstance(row["value"], str):
            assert value == row["value"]
            continue
        factor = conversion(unit, row["unit"]) if "unit" in row else 1.0
        assert value * factor == pytest.approx(row["value"], abs=row["tolerance"]), row
