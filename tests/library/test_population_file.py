"""Populations from Parquet: the same scores as plant by plant, earlier years joined, faults by row and column, nothing half read."""

from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from qingshan.engines.evaluation.result import Subject
from qingshan.engines.evaluation.score import evaluate
from qingshan.engines.evaluation.statistics import freeze
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace
from qingshan.library.errors import InvalidFile
from qingshan.library.population_file import PopulationFile, evaluate_file
from qingshan.library.result_file import write_results
from qingshan.library.standards import find

STANDARD = find("all-forms", on=date(2026, 6, 1))


def written(path, **changes):
    columns = {
        "plant": ["a", "b", "c", "a", "b", "d"],
        "year": [2024, 2024, 2024, 2025, 2025, 2025],
        "industry": ["C17", "C26", "C3011", "C17", "C26", "C17"],
        "area": ["330206"] * 6,
        "energy": pa.array([100.0, 300.0, None, 90.0, 300.0, 50.0]),
        "output_value": [1000.0, 900.0, 800.0, 1100.0, 0.0, 500.0],
        "land": [10.0, 20.0, 30.0, 10.0, 20.0, 5.0],
        "green_power": pa.array([10.0, 20.0, None, 15.0, 20.0, 40.0]),
        "certificate": pa.array([True, None, False, True, True, None]),
        "accident": pa.array([False, False, False, False, True, None]),
    }
    columns.update(changes)
    pq.write_table(pa.table({key: value for key, value in columns.items() if value is not None}), path)
    return path


def read_all(path):
    file = PopulationFile(path, STANDARD)
    return [file.year(year) for year in file.years]


def problems(path):
    with pytest.raises(InvalidFile) as caught:
        read_all(path)
    return [problem.line("en") for problem in caught.value.problems]


def test_a_file_gives_the_same_as_plant_by_plant_with_the_year_before(tmp_path):
    file = PopulationFile(written(tmp_path / "p.parquet"), STANDARD)
    plants, scores, table = list(evaluate_file(file))[1]

    frozen = freeze(STANDARD, plants.population, "p.parquet 2025")
    columns = plants.population.columns
    for row in range(3):
        facts = {}
        for wanted in STANDARD.inputs:
            if wanted.key not in columns:
                continue
            value = columns[wanted.key][row]
            if wanted.kind == "truth":
                facts[wanted.key] = Trace(wanted.key, Text("", ""), {0: False, 1: None, 2: True}[int(value)], "truth")
            else:
                facts[wanted.key] = Trace(wanted.key, Text("", ""), None if np.isnan(value) else float(value), wanted.unit)
        alone = evaluate(STANDARD, Subject(str(row), plants.industry_codes[row], facts), frozen)
        assert (alone.low, alone.high) == (scores.low[row], scores.high[row])
        assert float(alone.total) == table["score"][row].as_py()
    assert columns["green_power@-1"].tolist()[:2] == [10.0, 20.0]
    assert np.isnan(columns["green_power@-1"][2])
    assert table["requirements"].to_pylist() == ["met", "failed", "unknown"]
    assert table["place"].to_pylist() == [1, 0, 0]


def test_a_unit_in_the_metadata_is_converted(tmp_path):
    table = pq.read_table(written(tmp_path / "p.parquet"))
    field = pa.field("energy", pa.float64(), metadata={"unit": "kgce"})
    schema = table.schema.set(table.schema.get_field_index("energy"), field)
    pq.write_table(table.cast(schema), tmp_path / "q.parquet")

    assert PopulationFile(tmp_path / "q.parquet", STANDARD).year(2025).population.columns["energy"].tolist() == [0.09, 0.3, 0.05]


def test_faults_are_named_by_row_and_column(tmp_path):
    assert problems(written(tmp_path / "a.parquet", enery=[1.0] * 6)) == [
        "a.parquet enery: “enery” – all-forms does not ask for this; did you mean “energy”?"
    ]
    assert "this column is missing" in problems(written(tmp_path / "b.parquet", industry=None))[0]
    assert "row 3 industry" in problems(written(tmp_path / "c.parquet", industry=["C17", "C26", "XX", "C17", "C26", "C17"]))[0]
    assert "“a 2024”" in problems(written(tmp_path / "d.parquet", plant=["a", "a", "c", "a", "b", "d"]))[0]
    assert "d.parquet" not in problems(written(tmp_path / "e.parquet", land=[0.0, 20.0, 30.0, 10.0, 20.0, 5.0]))[0]
    assert "outside 1–100000 亩" in problems(written(tmp_path / "f.parquet", land=[0.0, 20.0, 30.0, 10.0, 20.0, 5.0]))[0]
    assert "should be boolean" in problems(written(tmp_path / "g.parquet", accident=[1.0] * 6))[0]
    (tmp_path / "h.parquet").write_bytes(b"PAR1 no")
    assert "not a Parquet file" in problems(tmp_path / "h.parquet")[0]


@pytest.mark.parametrize("ending", ["parquet", "xlsx", "csv"])
def test_results_are_written_whole(tmp_path, ending):
    file = PopulationFile(written(tmp_path / "p.parquet"), STANDARD)
    table = pa.concat_tables([table for _, _, table in evaluate_file(file)])

    write_results(table, tmp_path / f"r.{ending}")

    assert [path.name for path in tmp_path.glob("r.*")] == [f"r.{ending}"]
    if ending == "parquet":
        assert pq.read_table(tmp_path / "r.parquet").equals(table)
    if ending == "xlsx":
        from python_calamine import CalamineWorkbook

        rows = CalamineWorkbook.from_path(str(tmp_path / "r.xlsx")).get_sheet_by_index(0).to_python()
        assert len(rows) == 7
        assert rows[1][0] == "a"


def test_an_unknown_ending_is_refused(tmp_path):
    with pytest.raises(InvalidFile):
        write_results(pa.table({"a": [1]}), tmp_path / "r.doc")
