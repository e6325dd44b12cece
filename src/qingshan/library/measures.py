"""Catalogues of measures: from YAML to the engine's types, formulas checked against the inputs of the standard they serve."""

from importlib.resources import files
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qingshan.engines.evaluation.errors import FormulaError
from qingshan.engines.evaluation.explain import apply_conversions
from qingshan.engines.evaluation.formula import check_formula, parse_formula
from qingshan.engines.evaluation.measures import Measure
from qingshan.engines.evaluation.standard import Formula, Standard
from qingshan.kernel.citation import Basis, Citation
from qingshan.kernel.errors import Problem
from qingshan.kernel.quantity import BARE, Unit, parse_unit
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile
from qingshan.library.strict_yaml import Document, Path_, parse_yaml, read_yaml

COST_UNIT = "万元"


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Bilingual(_Row):
    zh: str = Field(min_length=1, max_length=200)
    en: str = Field(min_length=1, max_length=200)


class _Source(_Row):
    name: str
    basis: Basis
    verified: bool = False
    note: str = ""


class _Measure(_Bilingual):
    id: str = Field(pattern=r"^[a-z0-9_]{2,40}$")
    cost: str
    effects: dict[str, str | bool] = Field(min_length=1)
    when: str = ""
    excludes: list[str] = []
    requires: list[str] = []
    physical: bool = True
    source: str


class _File(_Row):
    schema_: Literal["qingshan/measures@1"] = Field(alias="schema")
    id: str
    title: _Bilingual
    standard: str
    sources: dict[str, _Source] = Field(min_length=1)
    measures: list[_Measure] = Field(min_length=1, max_length=60)


def read_measures(path: Path, standard: Standard) -> tuple[Measure, ...]:
    """A catalogue for a standard.

    Raises:
        InvalidFile: With every problem by line and column.
    """
    return _build(read_yaml(path), standard)


def parse_measures(text: str, standard: Standard, *, name: str) -> tuple[Measure, ...]:
    """Read a catalogue from text; see ``read_measures``."""
    return _build(parse_yaml(text, name=name), standard)


def measures_for(standard: Standard) -> tuple[Measure, ...]:
    """The shipped catalogue that serves a standard; empty where there is none."""
    for path in sorted(Path(str(files("qingshan.library") / "measures")).glob("*.yaml")):
        document = read_yaml(path)
        if document.data.get("standard") == standard.id:
            return _build(document, standard)
    return ()


def _build(document: Document, standard: Standard) -> tuple[Measure, ...]:
    try:
        content = _File.model_validate(document.data)
    except ValidationError as error:
        raise InvalidFile(
            [
                Problem(
                    document.place(tuple(fault["loc"])),
                    "" if isinstance(fault["input"], (dict, list)) else str(fault["input"]),
                    Text(f"类型或范围不符：{fault['msg']}", fault["msg"]),
                    Text("见措施文件说明", "see the format of catalogues"),
                )
                for fault in error.errors(include_url=False)
            ]
        ) from error
    return _Builder(document, content, standard).measures()


class _Builder:
    def __init__(self, document: Document, content: _File, standard: Standard) -> None:
        self.document, self.content = document, content
        self.units: dict[str, tuple[str, Unit]] = {
            wanted.key: (wanted.kind, BARE if wanted.kind == "truth" else parse_unit(wanted.unit)) for wanted in standard.inputs
        }
        self.problems: list[Problem] = []

    def measures(self) -> tuple[Measure, ...]:
        known = {row.id for row in self.content.measures}
        found = tuple(self._measure(index, row, known) for index, row in enumerate(self.content.measures))
        if len(known) < len(found):
            self._report(("measures",), "", Text("措施编号重复", "an id is used twice"), Text("编号不得重复", "ids must differ"))
        if self.problems:
            raise InvalidFile(self.problems)
        return found

    def _report(self, path: Path_, value: str, rule: Text, remedy: Text, column: int = 0) -> None:
        self.problems.append(Problem(self.document.place(path, column), value, rule, remedy))

    def _measure(self, index: int, row: _Measure, known: set[str]) -> Measure:
        path: Path_ = ("measures", index)
        for name in ("excludes", "requires"):
            for other in getattr(row, name):
                if other not in known:
                    self._report((*path, name), other, Text("没有这项措施", "there is no such measure"), Text("检查编号", "check the id"))
        source = self.content.sources.get(row.source)
        if source is None:
            self._report((*path, "source"), row.source, Text("出处未声明", "this source is not declared"), Text("在 sources 里声明", "declare it"))
        citation = Citation(row.source) if source is None else Citation(source.name, "", source.basis, source.verified, source.note)
        effects: dict[str, Formula | bool] = {}
        for key, effect in row.effects.items():
            where = (*path, "effects", key)
            if key not in self.units:
                self._report(where, key, Text("标准没有这个填报项", "the standard has no such input"), Text("检查名称", "check the name"))
            elif isinstance(effect, bool) != (self.units[key][0] == "truth"):
                self._report(
                    where,
                    str(effect),
                    Text("是否项写 true/false，数写公式", "a truth takes true or false, a number a formula"),
                    Text("改正", "correct it"),
                )
            else:
                effects[key] = effect if isinstance(effect, bool) else self._formula(where, effect, "number", self.units[key][1])
        cost = self._formula((*path, "cost"), row.cost, "number", parse_unit(COST_UNIT))
        when = self._formula((*path, "when"), row.when, "truth", None) if row.when else None
        return Measure(row.id, Text(row.zh, row.en), cost, effects, citation, tuple(row.excludes), tuple(row.requires), when, row.physical)

    def _formula(self, path: Path_, text: str, wanted: str, unit: Unit | None) -> Formula:
        try:
            node = parse_formula(text)
            kind, found = check_formula(node, self.units)
        except FormulaError as error:
            self._report(path, error.found, error.rule, error.remedy, error.column)
            return Formula("0", parse_formula("0"))
        if kind != wanted or (unit is not None and (found.dimensions != unit.dimensions or abs(found.factor / unit.factor - 1) > 1e-9)):
            self._report(
                path,
                text,
                Text("结果的类型或单位不符", "kind or unit of the result does not fit"),
                Text("用 to(…, '单位') 换算", "convert with to(…, 'unit')"),
            )
        units: Any = self.units
        return Formula(text, apply_conversions(node, units))
