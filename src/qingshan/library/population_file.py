"""Populations from a columnar file (Parquet): one row a plant and year, checked whole before anything is computed.

Columns: ``plant`` (code or id), ``year``, ``industry`` (GB/T 4754); optionally ``name`` and ``area``; then inputs of the standard by key,
in its units or in the unit that the field's metadata ``unit`` names, and benchmarks as ``key.base`` and ``key.lead``.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from qingshan.engines.evaluation.population import Population, PopulationScores, curves, evaluate_population
from qingshan.engines.evaluation.program import compile_standard
from qingshan.engines.evaluation.ranking import rank
from qingshan.engines.evaluation.result import points_of
from qingshan.engines.evaluation.standard import SCALE, Standard
from qingshan.engines.evaluation.statistics import Frozen, figures, freeze
from qingshan.kernel.codes import InvalidCode, industry_chain
from qingshan.kernel.errors import Problem, UnitMismatch, UnknownUnit
from qingshan.kernel.quantity import conversion
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile

MOST_ROWS, MOST_COLUMNS, SHOWN = 5_000_000, 500, 20
MOST_UNPACKED = 4 * 1024**3  # bytes that a small file may unfold to
OWN = ("plant", "name", "year", "industry", "area")
REQUIREMENTS = ("failed", "unknown", "met")


@dataclass(frozen=True, slots=True)
class YearOfPlants:
    """One year of a population, with who the rows are."""

    year: int
    plants: npt.NDArray[Any]
    names: npt.NDArray[Any]
    areas: npt.NDArray[Any]
    population: Population

    @property
    def industry_codes(self) -> npt.NDArray[Any]:
        """GB/T 4754 code of each row."""
        return np.asarray(self.population.industries)[self.population.industry]


class PopulationFile:
    """A checked file; years are read one at a time, so that memory holds a year and not the file."""

    def __init__(self, path: Path, standard: Standard) -> None:
        self.path, self.standard = path, standard
        try:
            self._file = pq.ParquetFile(path)
        except (OSError, pa.ArrowInvalid) as error:
            raise _one(
                path.name, "", Text("不是 Parquet 文件", "this is not a Parquet file"), Text("另存为 Parquet", "save it as Parquet")
            ) from error
        self._factors: dict[str, float] = {}
        self._check_columns()
        self.years: tuple[int, ...] = self._check_rows()
        self._kept: dict[int, YearOfPlants] = {}

    @cached_property
    def rows(self) -> int:
        """Number of rows."""
        return int(self._file.metadata.num_rows)

    def _wanted(self) -> dict[str, str]:
        """Columns that the standard can use, with their units."""
        units = {wanted.key: "truth" if wanted.kind == "truth" else wanted.unit for wanted in self.standard.inputs if not wanted.year}
        for rule in curves(self.standard):
            if rule.external:
                units[f"{rule.external}.base"] = units[f"{rule.external}.lead"] = rule.unit
        return units

    def _check_columns(self) -> None:
        name, schema, wanted = self.path.name, self._file.schema_arrow, self._wanted()
        problems: list[Problem] = []
        if self._file.metadata.num_rows > MOST_ROWS or len(schema.names) > MOST_COLUMNS:
            size = f"{self._file.metadata.num_rows} × {len(schema.names)}"
            rule = Text(f"最多 {MOST_ROWS} 行、{MOST_COLUMNS} 列", f"at most {MOST_ROWS} rows and {MOST_COLUMNS} columns")
            raise _one(name, size, rule, Text("拆成几个文件", "split the file"))
        unpacked = sum(self._file.metadata.row_group(index).total_byte_size for index in range(self._file.metadata.num_row_groups))
        if unpacked > MOST_UNPACKED:
            rule = Text("文件展开后超过 4 GiB", "the file unfolds to more than 4 GiB")
            raise _one(name, f"{unpacked / 1024**3:.1f} GiB", rule, Text("拆成几个文件", "split the file"))
        lacking = [column for column in ("plant", "year", "industry") if column not in schema.names]
        problems += [Problem(f"{name} {column}", "", Text("缺少这一列", "this column is missing"), Text("补上", "add it")) for column in lacking]
        for field in schema:
            if field.name in OWN:
                continue
            place = f"{name} {field.name}"
            if field.name not in wanted:
                close = get_close_matches(field.name, wanted, 1)
                remedy = Text(f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?") if close else Text("删去这一列", "delete this column")
                problems.append(
                    Problem(place, field.name, Text(f"{self.standard.id} 没有这一项", f"{self.standard.id} does not ask for this"), remedy)
                )
                continue
            truth = wanted[field.name] == "truth"
            if truth != pa.types.is_boolean(field.type) or not (truth or _is_number(field.type)):
                rule = Text("应为布尔列", "should be boolean") if truth else Text("应为数值列", "should be numbers")
                problems.append(Problem(place, str(field.type), rule, Text("转换类型", "convert the type")))
            unit = (field.metadata or {}).get(b"unit", b"").decode()
            if unit and not truth and unit != wanted[field.name]:
                try:
                    self._factors[field.name] = conversion(unit, wanted[field.name])
                except (UnknownUnit, UnitMismatch) as error:
                    problems.append(Problem(place, unit, Text("单位不符", "the unit does not fit"), Text(str(error), str(error))))
        if problems:
            raise InvalidFile(problems)

    def _check_rows(self) -> tuple[int, ...]:
        table = self._file.read(columns=["plant", "year", "industry"])
        name = self.path.name
        problems: list[Problem] = []
        for column in ("plant", "year", "industry"):
            empty = np.flatnonzero(pc.is_null(table[column]).to_numpy(zero_copy_only=False))[:SHOWN]
            rule, remedy = Text("不能为空", "must not be empty"), Text("补上", "fill it in")
            problems += [Problem(f"{name} row {row + 1} {column}", "", rule, remedy) for row in empty]
        if problems:
            raise InvalidFile(problems)
        codes = pc.unique(table["industry"]).to_pylist()
        for code in codes:
            try:
                industry_chain(str(code))
            except InvalidCode as error:
                row = int(np.flatnonzero(table["industry"].to_numpy() == code)[0])
                rule = Text("不是 GB/T 4754 代码", "this is no GB/T 4754 code")
                problems.append(Problem(f"{name} row {row + 1} industry", str(code), rule, Text(str(error), str(error))))
        plants = table["plant"].combine_chunks().dictionary_encode().indices.to_numpy().astype(np.int64)
        years = table["year"].to_numpy().astype(np.int64)
        keys = plants * 10_000 + years
        order = np.argsort(keys, kind="stable")
        for row in np.sort(order[1:][keys[order][1:] == keys[order][:-1]])[:SHOWN]:
            value = f"{table['plant'][int(row)]} {years[row]}"
            rule = Text("同一企业同一年度出现两次", "this plant stands here twice for the year")
            problems.append(Problem(f"{name} row {row + 1}", value, rule, Text("删去一行", "delete one row")))
        if problems:
            raise InvalidFile(problems)
        return tuple(sorted({int(year) for year in years}))

    def year(self, year: int) -> YearOfPlants:
        """One year's plants, with what the standard wants of the years before.

        Raises:
            InvalidFile: Values that are infinite or outside the range of their input, by row and column.
        """
        found = self._read(year)
        columns = dict(found.population.columns)
        back = {wanted.year for wanted in self.standard.inputs if wanted.year}
        for shift in sorted(back):
            earlier = self._read(year + shift) if year + shift in self.years else None
            rows = _matching(found.plants, earlier.plants) if earlier is not None else np.full(len(found.plants), -1)
            for wanted in self.standard.inputs:
                if wanted.year != shift:
                    continue
                source = None if earlier is None else earlier.population.columns.get(wanted.of)
                nothing: Any = np.uint8(1) if wanted.kind == "truth" else np.float64("nan")
                if source is None:
                    columns[wanted.key] = np.full(len(rows), nothing)
                else:
                    columns[wanted.key] = np.where(rows >= 0, source[np.maximum(rows, 0)], nothing)
        population = Population(found.population.industries, found.population.industry, columns)
        return YearOfPlants(year, found.plants, found.names, found.areas, population)

    def _read(self, year: int) -> YearOfPlants:
        if year not in self._kept:
            if len(self._kept) > 5:
                self._kept.pop(min(self._kept))
            self._kept[year] = self._load(pq.read_table(self.path, filters=[("year", "=", year)]), year)
        return self._kept[year]

    def _load(self, table: pa.Table, year: int) -> YearOfPlants:
        wanted = self._wanted()
        ranges = {entry.key: (entry.low, entry.high) for entry in self.standard.inputs}
        columns: dict[str, npt.NDArray[Any]] = {}
        problems: list[Problem] = []
        for key, unit in wanted.items():
            if key not in table.column_names:
                continue
            column = table[key].combine_chunks()
            if unit == "truth":
                columns[key] = pc.fill_null(pc.if_else(column, pa.scalar(2, pa.uint8()), pa.scalar(0, pa.uint8())), 1).to_numpy(zero_copy_only=False)
                continue
            values = np.array(column.cast(pa.float64()).to_numpy(zero_copy_only=False), np.float64)
            if key in self._factors:
                values *= self._factors[key]
            low, high = ranges.get(key, (None, None))
            wrong = np.isinf(values)
            if low is not None and high is not None:
                wrong |= (values < low) | (values > high)
            for row in np.flatnonzero(wrong)[: SHOWN - len(problems)]:
                bounds = f"{low:g}–{high:g}" if low is not None and high is not None and np.isfinite(values[row]) else "∞"
                rule = Text(f"超出范围 {bounds} {unit}", f"outside {bounds} {unit}")
                problems.append(
                    Problem(
                        f"{self.path.name} {table['plant'][int(row)]} {year} {key}",
                        f"{values[row]:g}",
                        rule,
                        Text("检查单位和小数点", "check unit and decimal point"),
                    )
                )
            columns[key] = values
        if problems:
            raise InvalidFile(problems)
        encoded = table["industry"].combine_chunks().dictionary_encode()
        text = {name: _text(table, name) for name in ("plant", "name", "area")}
        population = Population(tuple(str(code) for code in encoded.dictionary.to_pylist()), encoded.indices.to_numpy().astype(np.int32), columns)
        return YearOfPlants(year, text["plant"], text["name"], text["area"], population)


def _is_number(kind: pa.DataType) -> bool:
    return bool(pa.types.is_integer(kind) or pa.types.is_floating(kind) or pa.types.is_decimal(kind))


def _one(place: str, value: str, rule: Text, remedy: Text) -> InvalidFile:
    return InvalidFile([Problem(place, value, rule, remedy)])


def _text(table: pa.Table, name: str) -> npt.NDArray[Any]:
    if name not in table.column_names:
        return np.full(table.num_rows, "", dtype=object)
    return np.array([str(value or "") for value in table[name].to_pylist()], dtype=object)


def _matching(plants: npt.NDArray[Any], earlier: npt.NDArray[Any]) -> npt.NDArray[np.int64]:
    """Row in the earlier year of each plant, −1 where it was not there."""
    place = {plant: row for row, plant in enumerate(earlier)}
    return np.array([place.get(plant, -1) for plant in plants], np.int64)


def evaluate_file(file: PopulationFile, *, frozen: Frozen | None = None) -> Iterator[tuple[YearOfPlants, PopulationScores, pa.Table]]:
    """Evaluate every year of a file; population figures are frozen on the year itself unless given. (群体评价)

    Yields:
        Each year with its scores and a table: plant, name, area, industry, year, score, score_high, requirements, level, grade, place.
    """
    program = compile_standard(file.standard)
    for year in file.years:
        plants = file.year(year)
        held = frozen
        if held is None and file.standard.statistics:
            held = freeze(file.standard, plants.population, f"{file.path.name} {year}")
        known: Mapping[str, Any] = figures(file.standard, plants.population, held) if held is not None else {}
        scores = evaluate_population(program, plants.population, figures=known)
        yield plants, scores, result_table(file.standard, plants, scores)


def result_table(standard: Standard, plants: YearOfPlants, scores: PopulationScores) -> pa.Table:
    """Scores as a table; points are rounded by the standard's rule, from the exact integers."""
    levels = np.array(["", *(level.id for level in standard.levels)], dtype=object)
    columns: dict[str, Any] = {
        "plant": plants.plants,
        "name": plants.names,
        "area": plants.areas,
        "industry": plants.industry_codes,
        "year": np.full(len(plants.plants), plants.year, np.int32),
        "score": _rounded(scores.low, standard),
        "score_high": _rounded(scores.high, standard),
        "requirements": np.array(REQUIREMENTS, dtype=object)[scores.veto],
        "level": levels[scores.level.astype(np.int64) + 1],
    }
    if standard.ranking is not None:
        places = rank(standard.ranking, scores.low, scores.veto == 2)
        grades = np.array(["", *(grade for grade, _, _ in standard.ranking.grades)], dtype=object)
        columns["grade"], columns["place"] = grades[places.grade.astype(np.int64) + 1], places.place
    metadata = {"standard": standard.id, "version": standard.version, "sha256": standard.sha256}
    return pa.table(columns).replace_schema_metadata(metadata)


def _rounded(score: npt.NDArray[np.int64], standard: Standard) -> npt.NDArray[np.float64]:
    distinct, place = np.unique(score, return_inverse=True)
    if len(distinct) < 50_000:
        return np.asarray(np.array([float(points_of(int(value), standard.rounding.step)) for value in distinct])[place])
    step = standard.rounding.step * (SCALE // 10_000)
    whole, rest = np.divmod(score, step)
    whole = whole + ((2 * rest > step) | ((2 * rest == step) & (whole % 2 == 1)))
    return np.asarray(np.round(whole * (step / SCALE), 4))
