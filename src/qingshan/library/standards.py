"""Standards: from a YAML file to the engine's types, with every fault reported at once, by line and column.

The file is described in docs/reference/standard-file.md. A standard whose own tests fail is refused.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
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
from qingshan.engines.evaluation.formula import Node, check_formula, names_in, over_years, parse_formula, shift_years, walk
from qingshan.engines.evaluation.population import curves
from qingshan.engines.evaluation.ranges import Range, value_range
from qingshan.engines.evaluation.result import Benchmark, Evaluation, Subject
from qingshan.engines.evaluation.score import evaluate
from qingshan.engines.evaluation.standard import (
    MOST_RATIO,
    POINT,
    SHARE,
    BestOf,
    Check,
    Choice,
    Curve,
    Derived,
    Formula,
    Group,
    Input,
    Item,
    Level,
    Parameter,
    PerStep,
    Ranking,
    Ratio,
    Reference,
    Requirement,
    Rounding,
    Rule,
    SingleRule,
    Standard,
    Statistic,
    Tier,
    Transition,
    Unpublished,
    Veto,
)
from qingshan.engines.evaluation.statistics import ALL, Frozen
from qingshan.kernel.citation import Basis, Citation
from qingshan.kernel.codes import industry_chain
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


class _Rule(_Row):
    kind: Literal["curve", "tier", "check", "ratio", "per_step", "best_of", "unpublished"]
    value: str = ""
    when: str = ""
    unit: str = ""
    better: Literal["lower", "higher"] | None = None
    benchmark: str = ""
    fixed: _Reference | None = None
    by_industry: dict[str, _Reference] = {}
    at_base: float | int = Field(default=0, ge=0, le=100)
    steps: list[_Step] = []
    lead: float | int | None = None
    cap: float | int | None = Field(default=None, ge=100, le=100_000)
    start: float | int | None = None
    step: float | int | None = Field(default=None, gt=0)
    penalty: float | int | None = Field(default=None, gt=0, le=100)
    counting: Literal["complete", "started"] = "complete"


class _Item(_Rule):
    zh: str = Field(min_length=1, max_length=400)
    en: str = Field(min_length=1, max_length=400)
    id: str
    type: Literal["positive_quantitative", "negative_quantitative", "positive_qualitative", "negative_qualitative"]
    points: float | int = Field(gt=0, le=100)
    alternatives: list[_Rule] = []
    applies_when: str = ""
    choice: str = ""
    source: str
    clause: str = ""
    note: _Bilingual | None = None

    @property
    def text(self) -> Text:
        return Text(self.zh, self.en)


class _Choice(_Row):
    id: str
    pick: int = Field(ge=1)


class _Group(_Bilingual):
    id: str
    points: float | int
    raw: float | int | None = Field(default=None, gt=0)
    choices: list[_Choice] = []
    items: list[_Item] = Field(min_length=1)


class _Veto(_Bilingual):
    id: str
    must: str
    source: str
    clause: str = ""
    curable: bool = True
    section: _Bilingual | None = None


class _Requirement(_Bilingual):
    id: str
    must: str
    source: str
    clause: str = ""


class _Level(_Bilingual):
    id: str
    at: float | int | None = None
    requires: list[_Requirement] = []
    direct: list[_Requirement] = []
    source: str
    clause: str = ""


class _Statistic(_Bilingual):
    unit: str = ""
    of: str
    over: Literal["all", "industry"] = "all"
    function: Literal["mean", "percentile"]
    percent: float | int = Field(default=50, gt=0, lt=100)
    least: int = Field(default=5, ge=1)
    source: str
    clause: str = ""


class _Grade(_Bilingual):
    id: str
    upto: float | int = Field(gt=0, le=100)


class _Ranking(_Row):
    over: _Bilingual
    grades: list[_Grade] = Field(min_length=1)
    ties: Literal["include", "exclude"]
    source: str
    clause: str = ""


class _Transition(_Row):
    rule: Literal["applicant_choice", "old_until", "new_from_next_review"]
    until: date


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
    population: dict[str, float | int] = {}
    benchmarks: dict[str, _Reference] = {}
    expect: dict[str, float | int | str | bool | None]


class _File(_Row):
    schema_: Literal["qingshan/standard@1"] = Field(alias="schema")
    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{2,60}$")
    version: str = Field(min_length=1, max_length=40)
    title: _Bilingual
    kind: Literal[
        "green_factory",
        "green_park",
        "green_supply_chain",
        "green_product",
        "system_integration",
        "top_runner",
        "circular_economy",
        "green_enterprise",
        "other",
    ]
    status: Literal["draft", "consultation", "in_force", "superseded", "withdrawn", "illustrative"]
    effective: _Effective
    sources: dict[str, _Source] = Field(min_length=1)
    rounding: _Rounding = _Rounding()
    redistribute: Literal["within_parent"] = "within_parent"
    zero_division: Literal["unknown"] | None = None
    scaled_to: float | int | None = Field(default=None, gt=0, le=1000)
    industries: list[str] = []
    supersedes: str = ""
    transition: _Transition | None = None
    notes: list[_Bilingual] = []
    inputs: dict[str, _Input]
    parameters: dict[str, _Param] = {}
    derived: dict[str, _Derived] = {}
    vetoes: list[_Veto] = []
    statistics: dict[str, _Statistic] = {}
    groups: list[_Group] = []
    levels: list[_Level] = []
    ranking: _Ranking | None = None
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
    found = [load(path) for path in shipped_files()]
    return tuple(sorted(found, key=lambda standard: (standard.id, standard.effective.start)))


def shipped_files() -> list[Path]:
    """Files of the standards that the library ships."""
    return sorted(Path(str(files("qingshan.library") / "standards")).rglob("*.yaml"))


def verified_share(standard: Standard) -> tuple[int, int]:
    """How many clauses, parameters and formulas rest on a verified source, of how many."""
    rows: tuple[Any, ...] = (*standard.vetoes, *standard.items, *standard.levels, *standard.parameters, *standard.derived, *standard.statistics)
    cited = [entry.source for entry in rows]
    cited += [entry.source for level in standard.levels for entry in (*level.requires, *level.direct)]
    return sum(source.verified for source in cited), len(cited)


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


def overlaps(standards: Iterable[Standard]) -> list[Problem]:
    """Versions of one standard that are in force on the same day without a transition rule of the newer one."""
    by_id: dict[str, list[Standard]] = {}
    for standard in standards:
        if standard.status == "in_force":
            by_id.setdefault(standard.id, []).append(standard)
    found = []
    for versions in by_id.values():
        for older, newer in pairwise(sorted(versions, key=lambda standard: standard.effective.start)):
            if older.effective.end > newer.effective.start and newer.transition is None:
                found.append(
                    Problem(
                        f"{newer.id} {newer.version} effective",
                        f"{newer.effective.start}",
                        Text(
                            f"与 {older.version} 的有效期重叠，且没有过渡规则", f"overlaps the validity of {older.version} without a transition rule"
                        ),
                        Text("写 transition，或把旧版的 to 改为新版的 from", "give a transition, or end the older version where the newer begins"),
                    )
                )
    return found


def source_text(standard: Standard) -> str:
    """The YAML from which a shipped standard was read, for reading and download."""
    for path in shipped_files():
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
        "alternatives": _Rule,
        "choices": _Choice,
        "statistics": _Statistic,
        "ranking": _Ranking,
        "grades": _Grade,
        "requires": _Requirement,
        "direct": _Requirement,
        "transition": _Transition,
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
        self.inputs: list[Input] = []
        self.derived: list[Derived] = []
        self._fixed_names: set[str] = set()
        self.ranges: dict[str, Range] = {}

    def standard(self) -> Standard:
        content = self.content
        sources = {key: Citation(source.name, "", source.basis, source.verified, source.note) for key, source in content.sources.items()}
        self.inputs = [self._input(key, row) for key, row in content.inputs.items()]
        parameters = tuple(
            Parameter(key, row.text, row.unit, float(row.value), self._cite(("parameters", key), row)) for key, row in content.parameters.items()
        )
        for key, parameter in content.parameters.items():
            self._declare(("parameters", key), key, "number", parameter.unit)
        self._fixed_names = {*content.parameters, *content.statistics}
        for key, statistic in content.statistics.items():
            self._declare(("statistics", key), key, "number", statistic.unit)
        for key, row in content.derived.items():
            self.derived.append(self._derived(key, row))
        statistics = tuple(self._statistic(key, row) for key, row in content.statistics.items())
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
            inputs=tuple(self.inputs),
            parameters=parameters,
            derived=tuple(self.derived),
            vetoes=vetoes,
            groups=groups,
            levels=levels,
            rounding=Rounding({"1": 10_000, "0.1": 1_000, "0.01": 100, "0.001": 10}[content.rounding.total], content.rounding.compare),
            sha256=content_hash(self.document.data),
            notes=tuple(note.text for note in content.notes),
            statistics=statistics,
            ranking=self._ranking(),
            scaled_to=None if content.scaled_to is None else round(content.scaled_to * POINT),
            supersedes=content.supersedes,
            tests=len(content.tests),
            transition=None if content.transition is None else Transition(content.transition.rule, content.transition.until),
        )
        self._exact_sums(standard)
        if self.problems:
            raise InvalidFile(self.problems)
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
        if low is not None and high is not None:
            self.ranges[key] = (float(low), float(high))
        evidence = tuple(text.text for text in row.evidence)
        return Input(
            key, row.text, row.type, row.unit, evidence, row.form, None if low is None else float(low), None if high is None else float(high)
        )

    def _formula(self, path: Path_, text: str, wanted: str, unit: Unit | None = None) -> Formula:
        """Read and check a formula; every fault becomes a problem at its column."""
        fallback = Formula(text, parse_formula("0"))
        try:
            node = over_years(parse_formula(text), self._fixed_names)
            self.used.update(name.partition("@")[0] for name in names_in(node))
            self._declare_years(node)
            kind, found = check_formula(node, self.units)
        except FormulaError as error:
            rule, remedy = self._circular(error) or (error.rule, error.remedy)
            self._report(path, error.found, rule, remedy, error.column)
            return fallback
        self._divisions(path, node)
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

    def _declare_years(self, node: Node) -> None:
        """Declare what a formula uses of earlier years: inputs to be reported for those years, and quantities computed from them."""
        for name in dict.fromkeys(names_in(node)):
            base, _, year = name.partition("@")
            if not year or name in self.units or base not in self.units:
                continue
            kind_and_unit = self.units[base]
            label = Text(f"（前 {year[1:]} 年）", f" ({year[1:]} years earlier)" if year != "-1" else " (the year before)")
            own = next((entry for entry in self.inputs if entry.key == base), None)
            if own is not None:
                shifted = replace(own, key=name, label=_joined(own.label, label), of=base, year=int(year))
                self.inputs.append(shifted)
                if base in self.ranges:
                    self.ranges[name] = self.ranges[base]
            else:
                quantity = next(entry for entry in self.derived if entry.key == base)
                formula = shift_years(quantity.formula.node, int(year), self._fixed_names)
                self._declare_years(formula)
                text = f"at({quantity.formula.text}, {year})"
                self.derived.append(replace(quantity, key=name, label=_joined(quantity.label, label), formula=Formula(text, formula)))
            self.units[name] = kind_and_unit

    def _circular(self, error: FormulaError) -> tuple[Text, Text] | None:
        """A clearer word where an undeclared name is a quantity that stands below, or that leads back here."""
        below = self.content.derived.get(error.found)
        if below is None or error.found in self.units:
            return None
        seen, queue = {error.found}, [error.found]
        while queue:
            row = self.content.derived.get(queue.pop())
            for match in re.findall(r"[^\W\d]\w*", row.expr if row else ""):
                if match == error.found:
                    return (
                        Text(f"循环引用：{error.found} 的公式又用到它自己", f"circular: the formula of {error.found} leads back to itself"),
                        Text("去掉其中一处引用", "break the circle"),
                    )
                if match in self.content.derived and match not in seen:
                    seen.add(match)
                    queue.append(match)
        return (Text("该计算量在后面才声明", "this quantity is declared further down"), Text("把它移到前面", "move it above"))

    def _divisions(self, path: Path_, node: Node) -> None:
        """A denominator that can be zero needs a stated policy."""
        for operation in walk(node):
            if operation.op != "/":
                continue
            low, high = value_range(operation.arguments[1], self.ranges)
            always = low == high == 0
            if always or (low <= 0 <= high and self.content.zero_division is None):
                self._report(
                    path,
                    "/",
                    Text("分母恒为零", "this denominator is always zero")
                    if always
                    else Text("分母可能为零，而没有规定怎么办", "this denominator can be zero and nothing says what then"),
                    Text(
                        "写 zero_division: unknown（除数为零视为不明），或给分母的填报项规定大于零的 range",
                        "write zero_division: unknown, or give the denominator's inputs a range above zero",
                    ),
                    operation.at,
                )

    def _statistic(self, key: str, row: _Statistic) -> Statistic:
        path = ("statistics", key)
        if row.of not in self.units:
            close = get_close_matches(row.of, self.units, 1)
            remedy = Text(f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?") if close else Text("先声明", "declare it first")
            self._report((*path, "of"), row.of, Text("未声明的名称", "this name is not declared"), remedy)
        else:
            self.used.add(row.of)
            if self.units[row.of][1].dimensions != self.units[key][1].dimensions:
                self._report(
                    (*path, "unit"), row.unit, Text("单位与被统计的量不同类", "the unit does not fit the quantity"), Text("改正单位", "correct it")
                )
        return Statistic(key, row.text, row.unit, row.of, row.over, row.function, float(row.percent), row.least, self._cite(path, row))

    def _ranking(self) -> Ranking | None:
        row = self.content.ranking
        if row is None:
            return None
        shares = [grade.upto for grade in row.grades]
        if shares != sorted(set(shares)):
            self._report(
                ("ranking", "grades"), "", Text("各档比例须递增", "the grades' shares must rise"), Text("upto 是累计比例", "upto is cumulative")
            )
        grades = tuple((grade.id, grade.text, round(grade.upto / 100 * SHARE)) for grade in row.grades)
        return Ranking(grades, row.ties, row.over.text, self._cite(("ranking",), row))

    def _exact_sums(self, standard: Standard) -> None:
        """Uncapped ratios must leave all sums exact: below 2⁵³ before and 2⁶³ after scaling."""
        most = sum(item.points * (item.rule.cap if isinstance(item.rule, Ratio) else SHARE) for item in standard.items)
        factor = max(standard.scale[0], standard.full_points if any(item.applies_when for item in standard.items) else 1)
        if most >= 2**53 or most * factor >= 2**62:
            self._report(
                ("groups",),
                "",
                Text("不封顶的比值项与不适用项不能同时出现在如此多的指标里", "too many uncapped ratios beside items that may not apply"),
                Text("给比值项写 cap", "give the ratios a cap"),
            )

    def _derived(self, key: str, row: _Derived) -> Derived:
        path = ("derived", key)
        self._declare(path, key, "number", row.unit)
        declared = self.units.pop(key)[1]  # a quantity cannot use itself: it is unknown while its formula is read
        formula = self._formula((*path, "expr"), row.expr, "number", declared)
        self.units[key] = ("number", declared)
        return Derived(key, row.text, row.unit, formula, self._cite(path, row))

    def _veto(self, index: int, row: _Veto) -> Veto:
        path = ("vetoes", index)
        must = self._formula((*path, "must"), row.must, "truth")
        return Veto(row.id, row.text, must, self._cite(path, row), row.curable, row.section.text if row.section else None)

    def _requirement(self, path: Path_, row: _Requirement) -> Requirement:
        return Requirement(row.id, row.text, self._formula((*path, "must"), row.must, "truth"), self._cite(path, row))

    def _group(self, index: int, row: _Group) -> Group:
        items = tuple(self._item(("groups", index, "items", position), item, row) for position, item in enumerate(row.items))
        choices = tuple(Choice(choice.id, choice.pick) for choice in row.choices)
        for position, choice in enumerate(choices):
            mine = [item for item in items if item.choice == choice.id]
            if len(mine) < choice.pick or len({item.points for item in mine}) > 1:
                self._report(
                    ("groups", index, "choices", position),
                    choice.id,
                    Text("选择指标须分值相等，且不少于选取数", "items of a choice need equal points and must be at least as many as are picked"),
                    Text("检查 choice 和 pick", "check “choice” and “pick”"),
                )
        known = {choice.id for choice in choices}
        for position, item in enumerate(items):
            if item.choice and item.choice not in known:
                self._report(
                    ("groups", index, "items", position, "choice"),
                    item.choice,
                    Text("没有这组选择", "there is no such choice"),
                    Text("在本组 choices 里声明", "declare it in the group's choices"),
                )
        group = Group(row.id, row.text, items, choices)
        if not self.problems and group.points != round(row.points * POINT):
            summed = group.points / POINT
            self._report(
                ("groups", index, "points"),
                f"{row.points:g}",
                Text(f"各指标分值之和是 {summed:g}", f"its items add up to {summed:g}"),
                Text("改正分值", "correct the points"),
            )
        return group

    def _item(self, path: Path_, row: _Item, group: _Group) -> Item:
        exact = row.points * POINT if group.raw is None else row.points * group.points / group.raw * POINT
        points = round(exact)
        if abs(exact - points) > 1e-6:
            self._report(
                (*path, "points"), f"{row.points}", Text("分值最多四位小数", "points have at most four decimals"), Text("修约后填写", "round it")
            )
        applies = self._formula((*path, "applies_when"), row.applies_when, "truth") if row.applies_when else None
        if row.kind == "best_of":
            rule: Rule = self._best_of(path, row)
        elif row.kind == "unpublished":
            rule = Unpublished()
        else:
            rule = self._rule(path, row, row.type)
        note = row.note.text if row.note else None
        return Item(row.id, row.text, points, rule, TYPES[row.type], self._cite(path, row), applies, note, row.choice)

    def _best_of(self, path: Path_, row: _Item) -> Rule:
        simple = [entry for entry in row.alternatives if entry.kind not in ("best_of", "unpublished")]
        if len(simple) != len(row.alternatives) or len(simple) < 2:
            self._report(
                path,
                row.id,
                Text("best_of 需要至少两个普通规则", "best_of needs at least two plain rules"),
                Text("写 alternatives", "give alternatives"),
            )
            return Unpublished()
        return BestOf(tuple(self._rule((*path, "alternatives", index), entry, "") for index, entry in enumerate(simple)))

    def _rule(self, path: Path_, row: _Rule, type_: str) -> SingleRule:
        readers: dict[str, Callable[[Path_, _Rule, str], SingleRule]] = {
            "curve": self._curve,
            "tier": self._tier,
            "check": self._check,
            "ratio": self._ratio,
            "per_step": self._per_step,
        }
        return readers[row.kind](path, row, type_)

    def _ratio(self, path: Path_, row: _Rule, type_: str) -> Ratio:
        formula, better = self._measured(path, row, type_)
        if row.lead is None or row.lead <= 0:
            self._report(
                path, row.kind, Text("ratio 需要大于零的 lead", "a ratio needs a “lead” above zero"), Text("写明引领值", "give the lead value")
            )
        cap = MOST_RATIO if row.cap is None else round(row.cap / 100 * SHARE)
        return Ratio(formula, row.unit, better, float(row.lead or 1), cap)

    def _per_step(self, path: Path_, row: _Rule, type_: str) -> PerStep:
        formula, better = self._measured(path, row, type_)
        if row.start is None or row.step is None or row.penalty is None:
            self._report(
                path,
                row.kind,
                Text("per_step 需要 start、step、penalty", "per_step needs start, step and penalty"),
                Text("写全三项", "give all three"),
            )
        return PerStep(formula, row.unit, better, float(row.start or 0), float(row.step or 1), round((row.penalty or 0) / 100 * SHARE), row.counting)

    def _check(self, path: Path_, row: _Rule, _type: str) -> Check:
        if not row.when:
            self._report(path, row.kind, Text("check 需要 when", "a check needs “when”"), Text("写明条件", "state the condition"))
            return Check(Formula("0", parse_formula("0")))
        return Check(self._formula((*path, "when"), row.when, "truth"))

    def _tier(self, path: Path_, row: _Rule, type_: str) -> Tier:
        formula, better = self._measured(path, row, type_)
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

    def _measured(self, path: Path_, row: _Rule, type_: str) -> tuple[Formula, Literal["lower", "higher"]]:
        if not row.value:
            self._report(path, row.kind, Text(f"{row.kind} 需要 value", f"a {row.kind} needs “value”"), Text("写明评价的量", "name the quantity"))
        if row.better is None:
            self._report(
                path, row.kind, Text("需要 better: lower 或 higher", "“better: lower” or “higher” is needed"), Text("写明方向", "state the direction")
            )
        unit = self._unit((*path, "unit"), row.unit)
        formula = self._formula((*path, "value"), row.value, "number", unit) if row.value else Formula("0", parse_formula("0"))
        better = row.better or "higher"
        if type_ and type_.startswith("negative") != (better == "lower"):
            self._report(
                (*path, "type"),
                type_,
                Text("指标类型与方向矛盾", "type and direction contradict each other"),
                Text("负向指标越低越好", "negative means lower is better"),
            )
        return formula, better

    def _curve(self, path: Path_, row: _Rule, type_: str) -> Curve:
        formula, better = self._measured(path, row, type_)
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
                row.kind,
                Text("没有基准值来源", "no baseline value"),
                Text("写 fixed、by_industry 或 benchmark", "give fixed, by_industry or benchmark"),
            )
        if row.by_industry and not row.benchmark and row.fixed is None:
            for code in self.content.industries:
                if not {*industry_chain(code), "default"} & set(row.by_industry):
                    self._report(
                        (*path, "by_industry"),
                        code,
                        Text("适用行业没有对标值", "an industry of this standard has no reference values"),
                        Text("补上该行业或 default", "add the industry, or default"),
                    )
        fixed = Reference(float(row.fixed.base), float(row.fixed.lead)) if row.fixed else None
        table = tuple((code, Reference(float(value.base), float(value.lead))) for code, value in row.by_industry.items())
        return Curve(formula, row.unit, better, fixed, table, row.benchmark, round(row.at_base / 100 * SHARE))

    def _levels(self, groups: tuple[Group, ...]) -> tuple[Level, ...]:
        content = self.content
        full = sum(group.points for group in groups)
        if not groups and not content.vetoes:
            self._report((), "", Text("既没有基本要求也没有指标", "neither requirements nor indicators"), Text("至少写一项", "give at least one"))
        if groups and content.scaled_to is None and full != 100 * POINT and not self.problems:
            self._report(
                ("groups",),
                f"{full / POINT:g}",
                Text("各组分值之和应为 100", "the groups must add up to 100"),
                Text("检查各组 points，或用 scaled_to 写明折算", "check the groups' points, or state a scale by scaled_to"),
            )
        levels = tuple(
            Level(
                row.id,
                row.text,
                None if row.at is None else round(row.at * POINT),
                self._cite(("levels", index), row),
                tuple(self._requirement(("levels", index, "requires", i), entry) for i, entry in enumerate(row.requires)),
                tuple(self._requirement(("levels", index, "direct", i), entry) for i, entry in enumerate(row.direct)),
            )
            for index, row in enumerate(content.levels)
        )
        marks = [(index, level) for index, level in enumerate(levels) if level.at is not None]
        for (_, lower), (index, higher) in pairwise(marks):
            if (higher.at or 0) <= (lower.at or 0):
                self._report(("levels", index, "at"), higher.id, Text("等级须由低到高", "levels must ascend"), Text("检查顺序", "check their order"))
        most = round(content.scaled_to * POINT) if content.scaled_to else full
        capped = all(not isinstance(item.rule, Ratio) or item.rule.cap <= SHARE for group in groups for item in group.items)
        for index, level in marks:
            if capped and (level.at or 0) > most:
                self._report(
                    ("levels", index, "at"),
                    f"{(level.at or 0) / POINT:g}",
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
        for index, level in enumerate(self.content.levels):
            yield ("levels", index, "id"), level.id

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
            frozen = Frozen(
                "test", {key: {ALL: (float(value), 10**6)} | {test.industry: (float(value), 10**6)} for key, value in test.population.items()}, ""
            )
            result = evaluate(standard, _test_subject(standard, test), frozen)
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
    by_benchmark = {rule.external: rule.unit for rule in curves(standard) if rule.external}
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
    for level in result.levels:
        if level.id == key:
            return level.state
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


def content_hash(data: Mapping[str, Any]) -> str:
    """SHA-256 of a standard's content in canonical form; its ``status`` is its state of life, not content."""
    return hashlib.sha256(rfc8785.dumps(_canonical({key: value for key, value in data.items() if key != "status"}))).hexdigest()


def _joined(first: Text, second: Text) -> Text:
    return Text(first.zh + second.zh, first.en + second.en)


def _canonical(value: Any) -> Any:
    """File content as JSON for its hash: dates as text, numbers as their shortest text."""
    if isinstance(value, Mapping):
        return {key: _canonical(child) for key, child in value.items()}
    if isinstance(value, list):
        return [_canonical(child) for child in value]
    return value if value is None or isinstance(value, (str, bool)) else repr(float(value)) if isinstance(value, (int, float)) else str(value)
