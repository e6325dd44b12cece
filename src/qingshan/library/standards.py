"""Standards: from a YAML file to the engine's types, with every fault reported at once, by line and column.

The file is described in docs/reference/standard-file.md. A standard whose own tests fail is refused.
"""

import hashlib
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

import rfc8785
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from qingshan.engines.evaluation.errors import FormulaError
from qingshan.engines.evaluation.explain import apply_conversions
from qingshan.engines.evaluation.formula import check_formula, names_in, parse_formula
from qingshan.engines.evaluation.result import Benchmark, Evaluation, Subject
from qingshan.engines.evaluation.score import evaluate
from qingshan.engines.evaluation.standard import (
    POINT,
    SHARE,
    Check,
    Curve,
    Derived,
    Formula,
    Group,
    Input,
    Item,
    Level,
    Parameter,
    Reference,
    Rounding,
    Standard,
    Tier,
    Veto,
)
from qingshan.kernel.citation import Basis, Citation
from qingshan.kernel.errors import Problem, UnknownUnit
from qingshan.kernel.period import Period
from qingshan.kernel.quantity import BARE, Unit, parse_unit
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace
from qingshan.library.errors import InvalidFile, NotInLibrary
from qingshan.library.strict_yaml import Document, Path_, parse_yaml, read_yaml

FOREVER = date(9999, 1, 1)
TYPES = {
    "positive_quantitative": Text("正向定量", "positive quantitative"),
    "negative_quantitative": Text("负向定量", "negative quantitative"),
    "positive_qualitative": Text("正向定性", "positive qualitative"),
    "negative_qualitative": Text("负向定性", "negative qualitative"),
}


class _Row(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class _Bilingual(_Row):
    zh: str = Field(min_length=1, max_length=400)
    en: str = Field(min_length=1, max_length=400)

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class _Source(_Row):
    name: str
    basis: Basis
    verified: bool = False
    note: str = ""


class _Input(_Bilingual):
    type: Literal["number", "truth"] = "number"
    unit: str = ""
    evidence: list[_Bilingual] = []
    form: str = ""
    range: list[float | int] | None = Field(default=None, min_length=2, max_length=2)


class _Param(_Bilingual):
    unit: str
    value: float | int
    source: str
    clause: str = ""


class _Derived(_Bilingual):
    unit: str = ""
    expr: str
    source: str
    clause: str = ""


class _Reference(_Row):
    base: float | int
    lead: float | int


class _Step(_Row):
    at: float | int
    share: float | int = Field(ge=0, le=100)


class _Item(_Bilingual):
    id: str
    kind: Literal["curve", "tier", "check"]
    type: Literal["positive_quantitative", "negative_quantitative", "positive_qualitative", "negative_qualitative"]
    points: float | int = Field(gt=0, le=100)
    value: str = ""
    when: str = ""
    unit: str = ""
    better: Literal["lower", "higher"] | None = None
    benchmark: str = ""
    fixed: _Reference | None = None
    by_industry: dict[str, _Reference] = {}
    at_base: float | int = Field(default=0, ge=0, le=100)
    steps: list[_Step] = []
    applies_when: str = ""
    source: str
    clause: str = ""
    note: _Bilingual | None = None


class _Group(_Bilingual):
    id: str
    points: float | int
    items: list[_Item] = Field(min_length=1)


class _Veto(_Bilingual):
    id: str
    must: str
    source: str
    clause: str = ""
    curable: bool = True


class _Level(_Bilingual):
    id: str
    at: float | int
    source: str
    clause: str = ""


class _Rounding(_Row):
    rule: Literal["GB/T 8170"] = "GB/T 8170"
    total: Literal["1", "0.1", "0.01", "0.001"] = "0.01"
    compare: Literal["rounded", "exact"] = "exact"


class _Effective(_Row):
    from_: date = Field(alias="from")
    to: date | None = None


class _Test(_Row):
    name: str
    industry: str = "C30"
    given: dict[str, float | int | bool | None] = {}
    benchmarks: dict[str, _Reference] = {}
    expect: dict[str, float | int | str | bool | None]


class _File(_Row):
    schema_: Literal["qingshan/standard@1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")
    version: str = Field(min_length=1, max_length=40)
    title: _Bilingual
    kind: Literal["green_factory", "green_park", "green_supply_chain", "green_product", "system_integration", "top_runner", "other"]
    status: Literal["draft", "consultation", "in_force", "superseded", "withdrawn", "illustrative"]
    effective: _Effective
    sources: dict[str, _Source] = Field(min_length=1)
    rounding: _Rounding = _Rounding()
    redistribute: Literal["within_parent"] = "within_parent"
    notes: list[_Bilingual] = []
    inputs: dict[str, _Input]
    parameters: dict[str, _Param] = {}
    derived: dict[str, _Derived] = {}
    vetoes: list[_Veto] = []
    groups: list[_Group] = Field(min_length=1)
    levels: list[_Level] = []
    tests: list[_Test] = []


def load(path: Path) -> Standard:
    """Read and check a standard's file. (装入标准)

    Raises:
        InvalidFile: With all problems of the file.
    """
    return _build(read_yaml(path))


def parse(raw: bytes | str, *, name: str) -> Standard:
    """Read a standard from text; see ``load``."""
    return _build(parse_yaml(raw, name=name))


def _build(document: Document) -> Standard:
    try:
        content = _File.model_validate(document.data)
    except ValidationError as error:
        raise InvalidFile(_structure_problems(document, error)) from error
    return _Builder(document, content).standard()


@lru_cache(maxsize=1)
def available() -> tuple[Standard, ...]:
    """Every standard that the library ships, by id and version."""
    folder = files("qingshan.library") / "standards"
    found = [load(Path(str(path))) for path in sorted(Path(str(folder)).rglob("*.yaml"))]
    return tuple(sorted(found, key=lambda standard: (standard.id, standard.effective.start)))


def find(slug: str, *, on: date) -> Standard:
    """The version of a standard that is in force on a day.

    Raises:
        NotInLibrary: No such standard, or none in force on that day.
    """
    versions = [standard for standard in available() if standard.id == slug]
    if not versions:
        close = get_close_matches(slug, {standard.id for standard in available()}, 1)
        hint = f"; did you mean “{close[0]}”?" if close else ""
        raise NotInLibrary(f"No standard “{slug}” in the library; see `qingshan standard list`{hint}.")
    for standard in reversed(versions):
        if standard.effective.contains(on):
            return standard
    first = min(standard.effective.start for standard in versions)
    raise NotInLibrary(f"“{slug}” is not in force on {on}; its first version begins on {first}.")


def source_text(standard: Standard) -> str:
    """The YAML from which a shipped standard was read, for reading and download."""
    folder = Path(str(files("qingshan.library") / "standards"))
    for path in sorted(folder.rglob("*.yaml")):
        if load(path).sha256 == standard.sha256:
            return path.read_text(encoding="utf-8")
    raise NotInLibrary(f"No file for {standard.id} {standard.version}.")


_ZH = {
    "missing": ("缺少这一项", "this is missing", "补上", "add it"),
    "extra_forbidden": ("没有这个键", "there is no such key", "删去或改名", "delete or rename it"),
}


def _structure_problems(document: Document, error: ValidationError) -> Iterator[Problem]:
    for fault in error.errors(include_url=False):
        path = tuple(part for part in fault["loc"])
        kind = fault["type"]
        value = "" if kind == "missing" or isinstance(fault["input"], (dict, list)) else str(fault["input"])
        if kind in _ZH:
            zh, en, remedy_zh, remedy_en = _ZH[kind]
            if kind == "extra_forbidden":
                value = str(path[-1])
                close = get_close_matches(value, _siblings(path), 1)
                if close:
                    remedy_zh, remedy_en = f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?"
            yield Problem(document.place(path), value, Text(zh, en), Text(remedy_zh, remedy_en))
        else:
            message = fault["msg"]
            yield Problem(
                document.place(path),
                value,
                Text(f"类型或范围不符：{message}", message),
                Text("见标准文件格式说明", "see the format of standard files"),
            )


def _siblings(path: tuple[int | str, ...]) -> list[str]:
    """Keys that the schema knows at the place of an unknown key."""
    model: type[BaseModel] = _File
    names: dict[str, type[BaseModel]] = {
        "title": _Bilingual,
        "effective": _Effective,
        "rounding": _Rounding,
        "vetoes": _Veto,
        "groups": _Group,
        "items": _Item,
        "levels": _Level,
    }
    names |= {"inputs": _Input, "parameters": _Param, "derived": _Derived, "tests": _Test, "sources": _Source, "fixed": _Reference, "steps": _Step}
    for part in path[:-1]:
        model = names.get(str(part), model)
    return [field.alias or name for name, field in model.model_fields.items()]


class _Builder:
    def __init__(self, document: Document, content: _File) -> None:
        self.document, self.content = document, content
        self.problems: list[Problem] = []
        self.units: dict[str, tuple[str, Unit]] = {}
        self.used: set[str] = set()
        self.formulas: dict[str, Formula] = {}

    def standard(self) -> Standard:
        content = self.content
        sources = {key: Citation(source.name, "", source.basis, source.verified, source.note) for key, source in content.sources.items()}
        inputs = tuple(self._input(key, row) for key, row in content.inputs.items())
        parameters = tuple(
            Parameter(key, row.text, row.unit, float(row.value), self._cite(("parameters", key), row)) for key, row in content.parameters.items()
        )
        for key, parameter in content.parameters.items():
            self._declare(("parameters", key), key, "number", parameter.unit)
        derived = tuple(self._derived(key, row) for key, row in content.derived.items())
        vetoes = tuple(self._veto(index, row) for index, row in enumerate(content.vetoes))
        groups = tuple(self._group(index, row) for index, row in enumerate(content.groups))
        levels = self._levels(groups)
        self._unique_ids()
        self._unused()
        effective = content.effective
        if effective.to is not None and effective.to <= effective.from_:
            self._report(
                ("effective", "to"),
                str(effective.to),
                Text("有效期在开始之前就结束", "validity ends before it begins"),
                Text("检查日期", "check the dates"),
            )
        if self.problems:
            raise InvalidFile(self.problems)
        standard = Standard(
            id=content.id,
            version=content.version,
            title=content.title.text,
            kind=content.kind,
            status=content.status,
            effective=Period(effective.from_, effective.to or FOREVER),
            open_ended=effective.to is None,
            sources=sources,
            inputs=inputs,
            parameters=parameters,
            derived=derived,
            vetoes=vetoes,
            groups=groups,
            levels=levels,
            rounding=Rounding({"1": 10_000, "0.1": 1_000, "0.01": 100, "0.001": 10}[content.rounding.total], content.rounding.compare),
            sha256=hashlib.sha256(rfc8785.dumps(_canonical(self.document.data))).hexdigest(),
            notes=tuple(note.text for note in content.notes),
        )
        self._run_tests(standard)
        if self.problems:
            raise InvalidFile(self.problems)
        return standard

    def _report(self, path: Path_, value: str, rule: Text, remedy: Text, column: int = 0) -> None:
        self.problems.append(Problem(self.document.place(path, column), value, rule, remedy))

    def _cite(self, path: Path_, row: Any) -> Citation:
        source = self.content.sources.get(row.source)
        if source is None:
            close = get_close_matches(row.source, self.content.sources, 1)
            remedy = Text(f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?") if close else Text("在 sources 里声明", "declare it in sources")
            self._report((*path, "source"), row.source, Text("出处未声明", "this source is not declared"), remedy)
            return Citation(row.source)
        return Citation(source.name, row.clause, source.basis, source.verified, source.note)

    def _unit(self, path: Path_, symbol: str) -> Unit:
        try:
            return parse_unit(symbol)
        except UnknownUnit:
            self._report(
                path, symbol, Text("单位表里没有这个单位", "no such unit"), Text("见单位表 docs/reference/units.md", "see docs/reference/units.md")
            )
            return BARE

    def _declare(self, path: Path_, key: str, kind: str, unit: str) -> None:
        if key in self.units:
            self._report(path, key, Text("名称已被用过", "this name is taken"), Text("换一个名称", "choose another name"))
        self.units[key] = (kind, BARE if kind == "truth" else self._unit((*path, "unit"), unit))

    def _input(self, key: str, row: _Input) -> Input:
        self._declare(("inputs", key), key, row.type, row.unit)
        low, high = row.range or (None, None)
        if low is not None and high is not None and low >= high:
            self._report(
                ("inputs", key, "range"),
                str(row.range),
                Text("下限应小于上限", "the lower end must be below the upper"),
                Text("交换两数", "swap them"),
            )
        evidence = tuple(text.text for text in row.evidence)
        return Input(
            key, row.text, row.type, row.unit, evidence, row.form, None if low is None else float(low), None if high is None else float(high)
        )

    def _formula(self, path: Path_, text: str, wanted: str, unit: Unit | None = None) -> Formula:
        """Read and check a formula; every fault becomes a problem at its column."""
        fallback = Formula(text, parse_formula("0"))
        try:
            node = parse_formula(text)
            self.used.update(names_in(node))
            kind, found = check_formula(node, self.units)
        except FormulaError as error:
            self._report(path, error.found, error.rule, error.remedy, error.column)
            return fallback
        if kind != wanted:
            zh, en = ("是/否", "yes/no") if wanted == "truth" else ("数", "a number")
            self._report(path, text, Text(f"这里需要{zh}", f"{en} is needed here"), Text("检查公式", "check the formula"))
            return fallback
        if unit is not None and found.dimensions != unit.dimensions:
            self._report(
                path,
                text,
                Text("公式结果的量纲与声明的单位不同", "the formula measures something else than the declared unit"),
                Text("检查公式或单位", "check formula or unit"),
            )
        elif unit is not None and abs(found.factor / unit.factor - 1) > 1e-9:
            ratio = found.factor / unit.factor
            self._report(
                path,
                text,
                Text(f"公式结果与声明单位倍率差 {ratio:g}", f"result and declared unit differ by a factor {ratio:g}"),
                Text("用 to(…, '单位') 换算", "convert with to(…, 'unit')"),
            )
        return Formula(text, apply_conversions(node, self.units))

    def _derived(self, key: str, row: _Derived) -> Derived:
        path = ("derived", key)
        self._declare(path, key, "number", row.unit)
        declared = self.units.pop(key)[1]  # a quantity cannot use itself: it is unknown while its formula is read
        formula = self._formula((*path, "expr"), row.expr, "number", declared)
        self.units[key] = ("number", declared)
        return Derived(key, row.text, row.unit, formula, self._cite(path, row))

    def _veto(self, index: int, row: _Veto) -> Veto:
        path = ("vetoes", index)
        return Veto(row.id, row.text, self._formula((*path, "must"), row.must, "truth"), self._cite(path, row), row.curable)

    def _group(self, index: int, row: _Group) -> Group:
        items = tuple(self._item(("groups", index, "items", position), item) for position, item in enumerate(row.items))
        group = Group(row.id, row.text, items)
        if group.points != round(row.points * POINT):
            summed = group.points / POINT
            self._report(
                ("groups", index, "points"),
                f"{row.points:g}",
                Text(f"各指标分值之和是 {summed:g}", f"its items add up to {summed:g}"),
                Text("改正分值", "correct the points"),
            )
        return group

    def _item(self, path: Path_, row: _Item) -> Item:
        points = round(row.points * POINT)
        if abs(row.points * POINT - points) > 1e-6:
            self._report(
                (*path, "points"), f"{row.points}", Text("分值最多四位小数", "points have at most four decimals"), Text("修约后填写", "round it")
            )
        applies = self._formula((*path, "applies_when"), row.applies_when, "truth") if row.applies_when else None
        readers: dict[str, Callable[[Path_, _Item], Curve | Tier | Check]] = {"curve": self._curve, "tier": self._tier, "check": self._check}
        rule = readers[row.kind](path, row)
        note = row.note.text if row.note else None
        return Item(row.id, row.text, points, rule, TYPES[row.type], self._cite(path, row), applies, note)

    def _check(self, path: Path_, row: _Item) -> Check:
        if not row.when:
            self._report(path, row.id, Text("check 需要 when", "a check needs “when”"), Text("写明条件", "state the condition"))
            return Check(Formula("0", parse_formula("0")))
        return Check(self._formula((*path, "when"), row.when, "truth"))

    def _tier(self, path: Path_, row: _Item) -> Tier:
        formula, better = self._measured(path, row)
        steps = [(float(step.at), round(step.share / 100 * SHARE)) for step in row.steps]
        sign = 1 if better == "higher" else -1
        ordered = all(sign * a[0] < sign * b[0] and a[1] < b[1] for a, b in pairwise(steps))
        if not steps or not ordered:
            self._report(
                (*path, "steps"),
                "",
                Text("分档须由易到难、得分递增", "steps must run from easy to hard with rising shares"),
                Text("检查顺序", "check their order"),
            )
        return Tier(formula, row.unit, better, tuple(steps))

    def _measured(self, path: Path_, row: _Item) -> tuple[Formula, Literal["lower", "higher"]]:
        if not row.value:
            self._report(path, row.id, Text(f"{row.kind} 需要 value", f"a {row.kind} needs “value”"), Text("写明评价的量", "name the quantity"))
        if row.better is None:
            self._report(
                path, row.id, Text("需要 better: lower 或 higher", "“better: lower” or “higher” is needed"), Text("写明方向", "state the direction")
            )
        unit = self._unit((*path, "unit"), row.unit)
        formula = self._formula((*path, "value"), row.value, "number", unit) if row.value else Formula("0", parse_formula("0"))
        better = row.better or "higher"
        if (row.type.startswith("negative")) != (better == "lower"):
            self._report(
                (*path, "type"),
                row.type,
                Text("指标类型与方向矛盾", "type and direction contradict each other"),
                Text("负向指标越低越好", "negative means lower is better"),
            )
        return formula, better

    def _curve(self, path: Path_, row: _Item) -> Curve:
        formula, better = self._measured(path, row)
        references = {("fixed",): row.fixed} if row.fixed else {}
        references |= {("by_industry", code): reference for code, reference in row.by_industry.items()}  # type: ignore[misc]
        for where, reference in references.items():
            assert reference is not None
            if reference.base == reference.lead or (reference.lead > reference.base) != (better == "higher"):
                self._report(
                    (*path, *where),
                    f"base {reference.base:g}, lead {reference.lead:g}",
                    Text("引领值必须优于基准值", "the lead value must be better than the baseline value"),
                    Text("检查两值的顺序和 better", "check their order and “better”"),
                )
        if not references and not row.benchmark:
            self._report(
                path,
                row.id,
                Text("没有基准值来源", "no baseline value"),
                Text("写 fixed、by_industry 或 benchmark", "give fixed, by_industry or benchmark"),
            )
        fixed = Reference(float(row.fixed.base), float(row.fixed.lead)) if row.fixed else None
        table = tuple((code, Reference(float(value.base), float(value.lead))) for code, value in row.by_industry.items())
        return Curve(formula, row.unit, better, fixed, table, row.benchmark, round(row.at_base / 100 * SHARE))

    def _levels(self, groups: tuple[Group, ...]) -> tuple[Level, ...]:
        full = sum(group.points for group in groups)
        if full != 100 * POINT:
            self._report(
                ("groups",),
                f"{full / POINT:g}",
                Text("各组分值之和应为 100", "the groups must add up to 100"),
                Text("检查各组 points", "check the groups' points"),
            )
        levels = tuple(
            Level(row.id, row.text, round(row.at * POINT), self._cite(("levels", index), row)) for index, row in enumerate(self.content.levels)
        )
        for index, (lower, higher) in enumerate(pairwise(levels)):
            if higher.at <= lower.at:
                self._report(
                    ("levels", index + 1, "at"), higher.id, Text("等级须由低到高", "levels must ascend"), Text("检查顺序", "check their order")
                )
        for index, level in enumerate(levels):
            if level.at > full:
                self._report(
                    ("levels", index, "at"),
                    f"{level.at / POINT:g}",
                    Text("达不到的等级", "this level cannot be reached"),
                    Text("不得高于满分", "stay within the full score"),
                )
        return levels

    def _unique_ids(self) -> None:
        seen: set[str] = set()
        for path, identifier in self._ids():
            if identifier in seen:
                self._report(path, identifier, Text("编号重复", "this id is used twice"), Text("编号一经使用不再重用", "ids are never reused"))
            seen.add(identifier)

    def _ids(self) -> Iterator[tuple[Path_, str]]:
        for index, veto in enumerate(self.content.vetoes):
            yield ("vetoes", index, "id"), veto.id
        for index, group in enumerate(self.content.groups):
            yield ("groups", index, "id"), group.id
            for position, item in enumerate(group.items):
                yield ("groups", index, "items", position, "id"), item.id

    def _unused(self) -> None:
        for key in self.content.inputs:
            if key not in self.used:
                self._report(
                    ("inputs", key),
                    key,
                    Text("没有公式用到它", "no formula uses it"),
                    Text("删去，企业不该白填", "delete it: nobody should report in vain"),
                )

    def _run_tests(self, standard: Standard) -> None:
        for index, test in enumerate(self.content.tests):
            result = evaluate(standard, _test_subject(standard, test))
            for key, wanted in test.expect.items():
                found = observed(result, key)
                same = (
                    abs(found - wanted) < 5e-5
                    if isinstance(wanted, (int, float)) and isinstance(found, (int, float)) and not isinstance(wanted, bool)
                    else found == wanted
                )
                if not same:
                    self._report(
                        ("tests", index, "expect", key),
                        str(wanted),
                        Text(f"“{test.name}”算得 {found}", f"“{test.name}” gives {found}"),
                        Text("改正标准或算例", "correct the standard or the test"),
                    )


def _test_subject(standard: Standard, test: _Test) -> Subject:
    units = {item.key: "truth" if item.kind == "truth" else item.unit for item in standard.inputs}
    labels = {item.key: item.label for item in standard.inputs}
    facts = {
        key: Trace(key, labels.get(key, Text(key, key)), value if isinstance(value, bool) or value is None else float(value), units.get(key, ""))
        for key, value in test.given.items()
    }
    by_benchmark = {item.rule.external: item.rule.unit for item in standard.items if isinstance(item.rule, Curve) and item.rule.external}
    benchmarks = {
        key: Benchmark(float(value.base), float(value.lead), by_benchmark.get(key, ""), Citation("test", basis="declared"))
        for key, value in test.benchmarks.items()
    }
    return Subject(test.name, test.industry, facts, benchmarks)


def observed(result: Evaluation, key: str) -> float | str | bool | None:
    """What a test's ``expect`` names: a derived quantity, an item's points, a group, ``total``, ``high``, ``veto``, ``level``."""
    if key in ("total", "high"):
        return float(result.total if key == "total" else result.total_high)
    if key == "veto":
        return result.veto_state
    if key == "level":
        return result.level
    for quantity in result.derived:
        if quantity.key == key:
            return quantity.value if quantity.value is not None else quantity.state
    for group in result.groups:
        if group.id == key:
            return float(group.score)
        for item in group.items:
            if item.id == key:
                return float(item.score) if item.state == "scored" else item.state
    for veto in result.vetoes:
        if veto.id == key:
            return veto.state
    return f"no such result: {key}"


def _canonical(value: Any) -> Any:
    """File content as JSON for its hash: dates as text, numbers as their shortest text."""
    if isinstance(value, Mapping):
        return {key: _canonical(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_canonical(child) for child in value]
    return value if value is None or isinstance(value, (str, bool)) else repr(float(value)) if isinstance(value, (int, float)) else str(value)
