"""A plant's case: what it measured and reported in a year, from YAML or a workbook, checked whole before anything is computed.

The form is described in docs/reference/case-file.md; ``workbook`` reads and writes the same content as XLSX.
"""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from difflib import get_close_matches
from pathlib import Path
from typing import Any, cast, get_args

from qingshan.engines.evaluation.population import curves as curves_of
from qingshan.engines.evaluation.result import Benchmark
from qingshan.engines.evaluation.standard import Standard
from qingshan.engines.metering.aggregate import suspicious_months
from qingshan.engines.metering.emissions import RULES, ElectricityRule
from qingshan.engines.metering.energy import CONVERSIONS, Conversion
from qingshan.kernel.citation import Basis, Citation
from qingshan.kernel.codes import InvalidCode, check_uscc, industry_chain
from qingshan.kernel.errors import Problem, UnitMismatch, UnknownUnit
from qingshan.kernel.period import InvalidPeriod, Month
from qingshan.kernel.quantity import conversion
from qingshan.kernel.text import Text
from qingshan.library.codes import industry_name
from qingshan.library.errors import InvalidFile, NotInLibrary
from qingshan.library.factors import coal_equivalents, table
from qingshan.library.limits import ProductLimit, product_limit
from qingshan.library.strict_yaml import Path_, parse_yaml, read_yaml

KINDS = {
    "consumed": Text("消费量", "consumed"),
    "green_purchase": Text("其中：外购绿电", "of which green power bought"),
    "own_pv": Text("其中：自发自用光伏", "of which own PV"),
    "sold": Text("外供量", "sold"),
}
OUTPUT_UNIT = "万元"
# Bounds of common sense, not of law: at the upper one the electricity alone would cost several times the output.
LEAST_KWH, MOST_KWH = 0.5, 100_000.0  # [kWh/万元]


@dataclass(frozen=True, slots=True)
class Amounts:
    """Amounts of a year: by month, or one total. ``evidence`` names records or documents. (数量)"""

    label: Text
    unit: str
    months: Mapping[Month, float] = field(default_factory=dict)
    total: float | None = None
    evidence: tuple[str, ...] = ()
    records: Mapping[Month, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Use:
    """One carrier used, bought green, generated or sold. (能源品种)"""

    carrier: str
    kind: str
    amounts: Amounts


@dataclass(frozen=True, slots=True)
class Fact:
    """A reported figure or yes/no; ``None`` is “not reported”. (填报值)"""

    value: float | bool | None
    unit: str = ""
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductRow:
    """A product under an energy-limit standard: its output and its energy. (限额产品)"""

    limit: ProductLimit
    output: float
    output_unit: str
    energy: float
    energy_unit: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Choices:
    """Named choices of method; each is printed with the result. (口径选择)"""

    electricity_conversion: Conversion = "calorific_value"
    electricity_emissions: ElectricityRule = "deduct_at_average"
    grid_region: str = "cn"
    grid_year: int = 0  # 0: the case's year
    fuel_set: str = ""  # "": the one of the industry


@dataclass(frozen=True, slots=True)
class CaseYear:
    """Everything reported for one year. (年度)"""

    year: int
    choices: Choices = Choices()
    uses: tuple[Use, ...] = ()
    output_value: Amounts | None = None
    product_output: Amounts | None = None
    emission_blocks: Mapping[str, float] = field(default_factory=dict)  # [tCO2], as verified by a third party
    emission_evidence: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict)
    products: tuple[ProductRow, ...] = ()
    benchmarks: Mapping[str, Benchmark] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Case:
    """One plant and its years. (案例)"""

    name: str
    industry: str
    uscc: str
    area: str
    source: Citation
    years: tuple[CaseYear, ...]
    expect: Mapping[str, Any] = field(default_factory=dict)  # published results, for worked examples
    warnings: tuple[Problem, ...] = ()


def read_case(path: Path, standard: Standard) -> Case:
    """Read a case from YAML or XLSX and check it against what a standard asks for.

    Raises:
        InvalidFile: With every problem of the file, each by line and column or by sheet and cell.
    """
    if path.suffix.lower() in (".xlsx", ".xlsm", ".xls"):
        from qingshan.library.workbook import read_workbook

        content, place = read_workbook(path, standard)
        return build_case(content, place, standard)
    document = read_yaml(path)
    return build_case(document.data, document.place, standard)


def parse_case(text: str, standard: Standard, *, name: str = "case.yaml") -> Case:
    """Read a case from YAML text; see ``read_case``."""
    document = parse_yaml(text, name=name)
    return build_case(document.data, document.place, standard)


def build_case(content: Any, place: Callable[[Path_], str], standard: Standard) -> Case:
    """Check plain data; ``place`` tells where the value at a path stands in its file."""
    return _Reader(content, place, standard).case()


class _Reader:
    def __init__(self, content: Any, place: Callable[[Path_], str], standard: Standard) -> None:
        self.content, self.place, self.standard = content, place, standard
        self.problems: list[Problem] = []
        self.carriers = coal_equivalents(on=date(9999, 1, 1))

    def report(self, path: Path_, value: Any, rule: Text, remedy: Text, severity: str = "error") -> None:
        self.problems.append(Problem(self.place(path), "" if value is None else str(value), rule, remedy, severity))

    def case(self) -> Case:
        known = {"schema", "plant", "source", "year", "years", "expect", *_YEAR_KEYS}
        top = self.mapping((), self.content, known)
        if top.get("schema") != "qingshan/case@1":
            self.report(
                ("schema",),
                top.get("schema"),
                Text("第一行应为 schema: qingshan/case@1", "the file must say schema: qingshan/case@1"),
                Text("从模板开始", "start from the template"),
            )
        plant = self.mapping(("plant",), top.get("plant"), {"name", "uscc", "industry", "area"})
        industry = self.industry(plant)
        years = tuple(self.years(top))
        case = Case(
            name=self.text(("plant", "name"), plant.get("name"), required=True),
            industry=industry,
            uscc=self.uscc(plant),
            area=str(plant.get("area") or ""),
            source=self.citation(("source",), top.get("source")),
            years=years,
            expect=top.get("expect") or {},
            warnings=tuple(problem for problem in self.problems if problem.severity == "warning"),
        )
        errors = [problem for problem in self.problems if problem.severity == "error"]
        if errors:
            raise InvalidFile(errors)
        return case

    # small readers: each returns something usable and notes what is wrong

    def mapping(self, path: Path_, value: Any, known: set[str]) -> dict[str, Any]:
        if value is None:
            value = {}
        if not isinstance(value, dict):
            self.report(path, value, Text("这里应是一组键值", "a mapping is expected here"), Text("见模板", "see the template"))
            return {}
        for key in value:
            if key not in known:
                close = get_close_matches(key, known, 1)
                remedy = Text(f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?") if close else Text("删去", "delete it")
                self.report((*path, key), key, Text("没有这个键", "there is no such key"), remedy)
        return value

    def rows(self, path: Path_, value: Any) -> list[Any]:
        if value is None:
            return []
        if isinstance(value, list):
            return value
        self.report(path, value, Text("这里应是一个列表", "a list is expected here"), Text("每行以“- ”开头", "begin each row with “- ”"))
        return []

    def text(self, path: Path_, value: Any, *, required: bool = False) -> str:
        if value is None or value == "":
            if required:
                self.report(path, "", Text("缺少这一项", "this is missing"), Text("补上", "add it"))
            return ""
        return str(value)

    def number(self, path: Path_, value: Any, *, negative: bool = False) -> float | None:
        if value is None or value == "":
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            self.report(
                path,
                value,
                Text("应为数字", "a number is expected"),
                Text("去掉单位、逗号和文字；未报告则留空", "remove units, commas and words; leave it empty if not reported"),
            )
            return None
        if not math.isfinite(value) or abs(value) > 1e15:
            self.report(path, value, Text("数字超出范围", "the number is out of range"), Text("检查单位和小数点", "check unit and decimal point"))
            return None
        if value < 0 and not negative:
            self.report(
                path,
                f"{value:g}",
                Text("不能为负", "it cannot be negative"),
                Text("外供量填在 sold（外供量）一行", "give sold amounts in a row of kind sold"),
            )
            return None
        return float(value)

    def factor(self, path: Path_, unit: Any, wanted: str) -> float | None:
        """Exact factor from a reported unit to the wanted one."""
        if not isinstance(unit, str) or not unit:
            self.report(path, unit, Text("缺少单位", "the unit is missing"), Text(f"例如 {wanted}", f"for example {wanted}"))
            return None
        try:
            return conversion(unit, wanted)
        except UnknownUnit:
            self.report(path, unit, Text("单位表里没有这个单位", "no such unit"), Text(f"例如 {wanted}", f"for example {wanted}"))
        except UnitMismatch:
            self.report(
                path,
                unit,
                Text(f"这个量应以 {wanted} 一类的单位计", f"this is measured in units like {wanted}"),
                Text("改正单位", "correct the unit"),
            )
        return None

    def evidence(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        value = row.get("evidence")
        return tuple(str(part) for part in value) if isinstance(value, list) else (str(value),) if value else ()

    def citation(self, path: Path_, value: Any) -> Citation:
        row = self.mapping(path, value, {"document", "basis", "verified", "note"})
        basis = row.get("basis", "declared")
        if basis not in get_args(Basis):
            self.report(
                (*path, "basis"),
                basis,
                Text("不是已知的来源类别", "not a known basis"),
                Text(f"可用：{' '.join(get_args(Basis))}", f"use one of {' '.join(get_args(Basis))}"),
            )
            basis = "declared"
        return Citation(
            str(row.get("document") or "企业填报"), "", cast("Basis", basis), bool(row.get("verified", False)), str(row.get("note") or "")
        )

    def industry(self, plant: Mapping[str, Any]) -> str:
        code = self.text(("plant", "industry"), plant.get("industry"), required=True)
        if code:
            try:
                industry_name(code)
                return industry_chain(code)[0]
            except (InvalidCode, NotInLibrary) as error:
                self.report(
                    ("plant", "industry"),
                    code,
                    Text("不是 GB/T 4754 制造业代码", "no GB/T 4754 code of manufacturing"),
                    Text("写门类字母加数字，如 C3011", f"e.g. C3011: {error}"),
                )
        return "C13"

    def uscc(self, plant: Mapping[str, Any]) -> str:
        code = self.text(("plant", "uscc"), plant.get("uscc"))
        if code:
            try:
                return check_uscc(code)
            except InvalidCode as error:
                self.report(
                    ("plant", "uscc"),
                    code,
                    Text("统一社会信用代码校验不通过", "the unified social credit code is wrong"),
                    Text("对照营业执照", str(error)),
                )
        return ""

    def years(self, top: Mapping[str, Any]) -> Iterator[CaseYear]:
        if "years" in top:
            for key, body in self.mapping(("years",), top["years"], set(map(str, range(1990, 2101)))).items():
                if key.isdecimal():
                    yield self.year(("years", key), int(key), body)
            return
        year = top.get("year")
        if not isinstance(year, int) or not 1990 <= year <= 2100:
            self.report(("year",), year, Text("应为四位年份", "a four-digit year is expected"), Text("例如 2025", "for example 2025"))
            year = 2025
        yield self.year((), year, {key: value for key, value in top.items() if key in _YEAR_KEYS})

    def year(self, path: Path_, year: int, body: Any) -> CaseYear:
        body = self.mapping(path, body, set(_YEAR_KEYS))
        blocks, evidence = self.blocks((*path, "emissions_reported"), body.get("emissions_reported"))
        uses = tuple(self.uses((*path, "use"), body.get("use"), year))
        self.balance((*path, "use"), uses)
        output_value = self.amounts(
            (*path, "output_value"), body.get("output_value"), OUTPUT_UNIT, Text("工业总产值", "industrial output value"), year
        )
        self.plausible((*path, "use"), uses, output_value)
        return CaseYear(
            year=year,
            choices=self.choices((*path, "choices"), body.get("choices")),
            uses=uses,
            output_value=output_value,
            product_output=self.amounts(
                (*path, "product_output"), body.get("product_output"), "t", Text("合格产品产量", "qualified product output"), year
            ),
            emission_blocks=blocks,
            emission_evidence=evidence,
            facts=self.facts((*path, "facts"), body.get("facts")),
            products=tuple(self.products((*path, "products"), body.get("products"), year)),
            benchmarks=self.benchmarks((*path, "benchmarks"), body.get("benchmarks")),
        )

    def choices(self, path: Path_, value: Any) -> Choices:
        row = self.mapping(path, value, {"electricity_conversion", "electricity_emissions", "grid_region", "grid_year", "fuel_set"})
        for key, options in (
            ("electricity_conversion", set(CONVERSIONS)),
            ("electricity_emissions", set(RULES)),
            ("grid_region", set(table("factors", "grid.yaml")["regions"])),
            ("fuel_set", set(table("factors", "fuels.yaml")["sets"])),
        ):
            if row.get(key) is not None and str(row[key]) not in options:
                known = " ".join(sorted(options))
                self.report(
                    (*path, key), row[key], Text("不是可选的口径", "this choice does not exist"), Text(f"可选：{known}", f"use one of {known}")
                )
                return Choices()
        year = row.get("grid_year", 0)
        if not isinstance(year, int) or isinstance(year, bool):
            self.report((*path, "grid_year"), year, Text("应为年份", "a year is expected"), Text("例如 2023", "for example 2023"))
            year = 0
        plain = Choices()
        return Choices(
            cast("Conversion", row.get("electricity_conversion") or plain.electricity_conversion),
            cast("ElectricityRule", row.get("electricity_emissions") or plain.electricity_emissions),
            str(row.get("grid_region") or plain.grid_region),
            year,
            str(row.get("fuel_set") or plain.fuel_set),
        )

    def uses(self, path: Path_, value: Any, year: int) -> Iterator[Use]:
        seen: set[tuple[str, str]] = set()
        for index, entry in enumerate(self.rows(path, value)):
            here = (*path, index)
            row = self.mapping(here, entry, {"carrier", "kind", "unit", "months", "year_total", "evidence"})
            carrier, kind = str(row.get("carrier", "")), str(row.get("kind", "consumed"))
            if carrier not in self.carriers:
                close = get_close_matches(carrier, self.carriers, 1)
                remedy = (
                    Text(f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?")
                    if close
                    else Text("见 qingshan energy --list", "see qingshan energy --list")
                )
                self.report(
                    (*here, "carrier"), carrier, Text("折标系数表里没有这种能源", "no such energy carrier in the coal-equivalent table"), remedy
                )
                continue
            if kind not in KINDS or (kind in ("green_purchase", "own_pv") and carrier != "electricity"):
                self.report(
                    (*here, "kind"),
                    kind,
                    Text("不是可用的类别", "no such kind for this carrier"),
                    Text(f"可用：{' '.join(KINDS)}", f"use one of {' '.join(KINDS)}"),
                )
                continue
            if (carrier, kind) in seen:
                self.report(
                    here,
                    f"{carrier} {kind}",
                    Text("同一能源和类别出现两次", "this carrier and kind stands here twice"),
                    Text("合并成一行", "merge them into one row"),
                )
            seen.add((carrier, kind))
            factor = self.carriers[carrier]
            if factor.kgce is None:
                self.report(
                    (*here, "carrier"),
                    carrier,
                    Text(f"标准只给出范围 {factor.range}，不能折算", f"the standard prints only a range {factor.range}"),
                    Text("用实测热值或更具体的品种", "use a measured value or a more specific carrier"),
                )
                continue
            amounts = self.amounts(here, row, factor.unit, factor.label, year, extra={"carrier", "kind"})
            if amounts is not None:
                yield Use(carrier, kind, amounts)

    def amounts(self, path: Path_, value: Any, wanted: str, label: Text, year: int, extra: set[str] | None = None) -> Amounts | None:
        if value is None:
            return None
        row = self.mapping(path, value, {"zh", "en", "unit", "months", "year_total", "evidence"} | (extra or set()))
        factor = self.factor((*path, "unit"), row.get("unit"), wanted)
        months: dict[Month, float] = {}
        for key, entry in self.mapping((*path, "months"), row.get("months"), {str(Month(year, m)) for m in range(1, 13)}).items():
            try:
                month = Month.parse(key)
            except InvalidPeriod:
                continue
            amount = self.number((*path, "months", key), entry)
            if amount is not None and factor is not None:
                months[month] = amount * factor
        total = self.number((*path, "year_total"), row.get("year_total"))
        for month, ratio in suspicious_months(months):
            rule = Text(f"与其他月份相差 {ratio:g} 倍", f"differs from the other months by a factor {ratio:g}")
            self.report(
                (*path, "months", str(month)),
                f"{months[month]:g} {wanted}",
                rule,
                Text("多半是 kWh 与 万kWh 混用；改正后再提交", "probably kWh and 万kWh are mixed; correct it"),
            )
        if (
            months
            and total is not None
            and factor is not None
            and len(months) == 12
            and abs(sum(months.values()) - total * factor) > 1e-6 * max(abs(total * factor), 1)
        ):
            self.report(
                (*path, "year_total"),
                f"{total:g}",
                Text(f"与各月之和 {sum(months.values()) / factor:g} 不符", f"is not the sum of the months, {sum(months.values()) / factor:g}"),
                Text("只填其一或改正", "give one of them, or correct it"),
            )
        if row.get("zh"):
            label = Text(str(row["zh"]), str(row.get("en") or row["zh"]))
        if not months and total is None:
            return None
        return Amounts(label, wanted, months, None if total is None or factor is None or months else total * factor, self.evidence(row))

    def plausible(self, path: Path_, uses: tuple[Use, ...], output: Amounts | None) -> None:
        """Electricity beside output value: a whole year in the wrong unit shows as a factor 10⁴, which no single month betrays."""
        for index, use in enumerate(uses):
            if use.carrier == "electricity" and use.kind == "consumed" and output is not None:
                kwh, value = (sum(amounts.months.values()) if amounts.months else amounts.total or 0.0 for amounts in (use.amounts, output))
                same_months = set(use.amounts.months) == set(output.months)
                if kwh > 0 and value > 0 and same_months and not LEAST_KWH <= kwh / value <= MOST_KWH:
                    rule = Text(
                        f"每万元产值用电 {kwh / value:.3g} kWh，不合常理", f"{kwh / value:.3g} kWh per 10,000 CNY of output are not plausible"
                    )
                    remedy = Text(
                        "多半是 kWh 与 万kWh、元与万元混用；改正单位", "probably kWh and 万kWh, or 元 and 万元, are mixed; correct the unit"
                    )
                    self.report((*path, index, "unit"), f"{kwh:g} kWh", rule, remedy)

    def balance(self, path: Path_, uses: tuple[Use, ...]) -> None:
        """Green power and own PV are part of the consumption, month by month."""
        by_kind = {use.kind: use.amounts for use in uses if use.carrier == "electricity"}
        consumed = by_kind.get("consumed")
        parts = [by_kind[kind] for kind in ("green_purchase", "own_pv") if kind in by_kind]
        if consumed is None:
            if parts:
                self.report(
                    path,
                    "",
                    Text("填了绿电或光伏，却没有总用电量", "green power or PV without total consumption"),
                    Text("补一行 kind: consumed", "add a row of kind consumed"),
                )
            return
        index = next(i for i, use in enumerate(uses) if use.amounts is consumed)
        for month, amount in consumed.months.items():
            renewable = sum(part.months.get(month, 0.0) for part in parts)
            if renewable > amount * (1 + 1e-9):
                self.report(
                    (*path, index, "months", str(month)),
                    f"{amount:g} kWh",
                    Text(f"绿电与光伏合计 {renewable:g} kWh，多于用电量", f"green power and PV are {renewable:g} kWh, more than consumed"),
                    Text("用电量应含绿电和自用光伏", "consumption includes green power and own PV"),
                )
        if consumed.total is not None and sum(part.total or 0 for part in parts) > consumed.total * (1 + 1e-9):
            self.report(
                (*path, index, "year_total"),
                f"{consumed.total:g} kWh",
                Text("绿电与光伏合计多于用电量", "green power and PV are more than consumed"),
                Text("用电量应含绿电和自用光伏", "consumption includes green power and own PV"),
            )

    def blocks(self, path: Path_, value: Any) -> tuple[dict[str, float], tuple[str, ...]]:
        if value is None:
            return {}, ()
        row = self.mapping(path, value, {"unit", "fuel", "process", "net_power_heat", "embodied", "evidence"})
        factor = self.factor((*path, "unit"), row.get("unit"), "tCO2")
        found = {}
        for block in ("fuel", "process", "net_power_heat", "embodied"):
            amount = self.number((*path, block), row.get(block), negative=block == "net_power_heat")
            if amount is not None and factor is not None:
                found[block] = amount * factor
        return found, self.evidence(row)

    def facts(self, path: Path_, value: Any) -> dict[str, Fact]:
        inputs = {item.key: item for item in self.standard.inputs}
        found = {}
        for key, entry in self.mapping(path, value, set(inputs)).items():
            wanted = inputs.get(key)
            if wanted is None:
                continue
            here = (*path, key)
            row = entry if isinstance(entry, dict) else {"value": entry}
            row = self.mapping(here, row, {"value", "unit", "evidence"})
            spot = (*here, "value") if isinstance(entry, dict) else here
            given = row.get("value")
            if given in ("不适用", "n/a", "N/A", "not applicable"):
                self.report(
                    spot,
                    given,
                    Text("“不适用”只能由标准或主管部门认定", "“not applicable” is for the standard or an officer to say"),
                    Text("没有数据就留空", "leave it empty if there are no data"),
                )
                continue
            if wanted.kind == "truth":
                if given is not None and not isinstance(given, bool):
                    self.report(
                        spot, given, Text("应为 true 或 false", "true or false is expected"), Text("不清楚就留空", "leave it empty if unknown")
                    )
                    continue
                found[key] = Fact(given, "truth", self.evidence(row))
                continue
            number = self.number(spot, given, negative=wanted.low is not None and wanted.low < 0)
            if number is None:
                found[key] = Fact(None, wanted.unit, self.evidence(row))
                continue
            factor = self.factor((*here, "unit"), row.get("unit"), wanted.unit)
            if factor is None:
                continue
            if (wanted.low is not None and number * factor < wanted.low) or (wanted.high is not None and number * factor > wanted.high):
                self.report(
                    spot,
                    f"{number:g} {row.get('unit')}",
                    Text(
                        f"应在 {wanted.low:g} 与 {wanted.high:g} {wanted.unit} 之间",
                        f"must lie between {wanted.low:g} and {wanted.high:g} {wanted.unit}",
                    ),
                    Text("检查单位和小数点", "check unit and decimal point"),
                )
                continue
            found[key] = Fact(number * factor, wanted.unit, self.evidence(row))
        return found

    def products(self, path: Path_, value: Any, year: int) -> Iterator[ProductRow]:
        for index, entry in enumerate(self.rows(path, value)):
            here = (*path, index)
            row = self.mapping(here, entry, {"limit", "output", "unit", "energy", "energy_unit", "evidence"})
            try:
                limit = product_limit(str(row.get("limit", "")))
            except NotInLibrary as error:
                self.report(
                    (*here, "limit"),
                    row.get("limit"),
                    Text("限额标准库里没有这个产品", "no such product in the limit standards"),
                    Text(str(error), str(error)),
                )
                continue
            if limit.in_force(date(year, 12, 31)) is False:
                self.report(
                    (*here, "limit"),
                    limit.id,
                    Text(
                        f"{limit.source.document} 自 {limit.effective_from} 起实施，{year} 年尚未生效",
                        f"in force from {limit.effective_from}, not in {year}",
                    ),
                    Text("仅供对照；评级用当年有效的限额标准", "for comparison only; grade by the limit in force in that year"),
                    "warning",
                )
            output = self.number((*here, "output"), row.get("output"))
            energy = self.number((*here, "energy"), row.get("energy"), negative=True)
            if output is None or energy is None or output == 0:
                self.report(
                    here,
                    limit.label.zh,
                    Text("产量和能耗都要填，产量大于零", "output and energy are both needed, output above zero"),
                    Text("缺一项就不能评级", "without both there is no grade"),
                )
                continue
            per, by = limit.unit.split("/", 1)
            if self.factor((*here, "unit"), row.get("unit"), by) is None or self.factor((*here, "energy_unit"), row.get("energy_unit"), per) is None:
                continue
            yield ProductRow(limit, output, str(row["unit"]), energy, str(row["energy_unit"]), self.evidence(row))

    def benchmarks(self, path: Path_, value: Any) -> dict[str, Benchmark]:
        curves = {rule.external: rule for rule in curves_of(self.standard) if rule.external}
        found = {}
        for key, entry in self.mapping(path, value, set(curves)).items():
            if key not in curves:
                continue
            here = (*path, key)
            row = self.mapping(here, entry, {"base", "lead", "unit", "source", "basis", "verified"})
            base, lead = (self.number((*here, name), row.get(name), negative=True) for name in ("base", "lead"))
            factor = self.factor((*here, "unit"), row.get("unit"), curves[key].unit)
            if base is None or lead is None:
                self.report(
                    here,
                    key,
                    Text("基准值和引领值都要填", "baseline and lead value are both needed"),
                    Text("缺一项就没有对标", "without both there is no benchmark"),
                )
                continue
            if base == lead or (lead > base) != (curves[key].better == "higher"):
                self.report(
                    here,
                    f"base {base:g}, lead {lead:g}",
                    Text("引领值必须优于基准值", "the lead value must be better than the baseline value"),
                    Text("检查两值的顺序", "check their order"),
                )
                continue
            if not row.get("source"):
                self.report(
                    (*here, "source"),
                    "",
                    Text("对标值必须有出处", "a benchmark needs a source"),
                    Text("写明文件或统计", "name the document or statistic"),
                )
            if factor is not None:
                source = self.citation(
                    (*here,), {"document": row.get("source"), "basis": row.get("basis", "declared"), "verified": row.get("verified", False)}
                )
                found[key] = Benchmark(base * factor, lead * factor, curves[key].unit, source)
        return found


_YEAR_KEYS = ("choices", "use", "output_value", "product_output", "emissions_reported", "facts", "products", "benchmarks")
