"""The command line: published figures, exit codes, one line for each error."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run(*arguments, stdin=""):
    return subprocess.run([sys.executable, "-m", "qingshan.cli.main", *arguments], capture_output=True, text=True, input=stdin, cwd=ROOT, check=False)


def test_evaluate_prints_the_published_figures_and_the_rules_behind_them():
    done = run("evaluate", "tests/cases/tea_company_2025.yaml", "--on", "2026-05-01", "--explain")

    assert done.returncode == 0
    for text in ("180.0055 tce", "30.1568 %", "6.6545 kgce/万元", "32.3112 kgce/t", "430.7676 tCO2", "当量值", "平均因子", "2025-07", "二手来源"):
        assert text in done.stdout


def test_evaluate_json_carries_exact_integers_and_traces():
    done = run("evaluate", "tests/cases/steel_2020_2023.yaml", "--on", "2026-05-01", "--json")

    years = json.loads(done.stdout)
    assert [answer["year"] for answer in years] == [2020, 2021, 2022, 2023]
    assert years[0]["schema"] == "qingshan/explanation@1"
    assert years[0]["exact"]["integers"][1] == 100 * 10**10


def test_a_mark_that_is_not_surely_reached_exits_with_one():
    assert run("evaluate", "tests/cases/demo_cement.yaml", "--on", "2026-05-01", "--mark", "75").returncode == 1


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (("evaluate", "missing.yaml"), "missing.yaml"),
        (("evaluate", "tests/cases/demo_cement.yaml", "--standard", "gbt-36132-2052"), "did you mean"),
        (("evaluate", "tests/cases/demo_cement.yaml", "--on", "2020-01-01"), "not in force"),
        (("standard", "check", "Makefile"), "Makefile:"),
        (("standard", "show", "nothing"), "standard list"),
        (("nonsense",), "No such command"),
    ],
)
def test_bad_input_exits_with_two_and_says_why(arguments, text):
    done = run(*arguments)

    assert done.returncode == 2
    assert text in done.stderr
    assert "Traceback" not in done.stderr


def test_energy_adds_carriers_and_names_the_conversion():
    done = run("energy", "-", "--on", "2025-01-01", stdin="carrier,amount,unit\nelectricity,200,万kWh\nraw_coal,5,t\n")

    assert done.stdout.startswith("249.37")
    assert "当量值" in done.stdout


def test_energy_reports_every_bad_row():
    done = run("energy", "-", "--on", "2025-01-01", stdin="carrier,amount,unit\nelectricty,1,kWh\nraw_coal,x,t\nraw_coal,2,m3\n")

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 3)


def test_template_and_standards_are_there(tmp_path):
    assert run("template", "evaluate", "-o", str(tmp_path / "t.xlsx")).returncode == 0
    assert (tmp_path / "t.xlsx").stat().st_size > 5000
    assert "gbt-36132-2025" in run("standard", "list").stdout
    assert "94" not in run("--lang", "en", "standard", "show", "gbt-36132-2025").stderr
    assert "gb16780-2021/clinker" in run("standard", "limits", "--find", "clinker").stdout
