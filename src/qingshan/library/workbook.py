"""The case as a workbook that a plant fills in: written with units, notes and drop-downs, read back with every fault by sheet and cell."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import python_calamine
import xlsxwriter

from qingshan.engines.evaluation.standard import Curve, Standard
from qingshan.kernel.errors import Problem
from qingshan.kernel.text import Text
from qingshan.library.cases import KINDS
from qingshan.library.errors import InvalidFile
from qingshan.library.factors import coal_equivalents
from qingshan.library.strict_yaml import Path_

PLANT = "企业"
ENERGY = "月度用能"
FACTS = "年度数据"
PRODUCTS = "限额产品"
BENCHMARKS = "对标值"
HEADERS = {
    PLANT: ["项目", "Item", "填写", "说明"],
    ENERGY: ["能源或产出", "类别", "单位", *[f"{month}月" for month in range(1, 13)], "全年合计", "证明材料"],
    FACTS: ["代码", "指标", "Indicator", "单位", "填写", "证明材料", "统计表"],
    PRODUCTS: ["限额产品", "产量", "产量单位", "能耗", "能耗单位", "证明材料"],
    BENCHMARKS: ["代码", "指标", "单位", "基准值", "引领值", "出处"],
}
PLANT_ROWS = [
    ("schema", "格式", "Format", "qingshan/case@1", "不要改动 / leave as it is"),
    ("name", "企业名称", "Name", "", ""),
    ("uscc", "统一社会信用代码", "Unified social credit code", "", "18 位 / 18 characters"),
    ("industry", "行业代码（GB/T 4754）", "Industry code", "", "如 C3011 / e.g. C3011"),
    ("area", "所在地代码", "Area code", "", "如 330206 / e.g. 330206"),
    ("year", "年度", "Year", "", "如 2025 / e.g. 2025"),
]
METERED = ("energy", "co2", "renewable_energy", "output_value", "product_output")  # computed from 月度用能
OUTPUT_ROWS = (("output_value", "工业总产值", "万元"), ("product_output", "合格产品产量", "t"))
ENERGY_ROWS = (
    ("electricity", "consumed"),
    ("electricity", "green_purchase"),
    ("electricity", "own_pv"),
    ("raw_coal", "consumed"),
    ("natural_gas_gasfield", "consumed"),
    ("diesel", "consumed"),
    ("heat", "consumed"),
)


def write_template(path: Path, standard: Standard) -> None:
    """Write an empty workbook for a standard. (填报模板)

    An untouched template reads as “nothing reported”, never as zeros.
    """
    book = xlsxwriter.Workbook(str(path), {"default_date_format": "yyyy-mm-dd"})
    book.set_properties({"title": standard.title.zh, "created": date(2026, 1, 1)})
    head = book.add_format({"bold": True, "bg_color": "#1f6f54", "font_color": "white", "text_wrap": True, "valign": "top"})
    fill = book.add_format({"bg_color": "#f3f8f5", "border": 1, "border_color": "#c9d8d0"})
    text_fill = book.add_format({"bg_color": "#f3f8f5", "border": 1, "border_color": "#c9d8d0", "num_format": "@"})
    sheets = {name: book.add_worksheet(name) for name in HEADERS}
    for name, sheet in sheets.items():
        sheet.write_row(0, 0, HEADERS[name], head)
        sheet.freeze_panes(1, 3 if name == ENERGY else 1)
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 2, 26)
    for row, (_, zh, en, value, note) in enumerate(PLANT_ROWS, 1):
        sheets[PLANT].write_row(row, 0, [zh, en])
        sheets[PLANT].write_string(row, 2, value, text_fill) if value else sheets[PLANT].write_blank(row, 2, None, text_fill)
        sheets[PLANT].write(row, 3, note)
    _write_energy(sheets[ENERGY], fill)
    _write_facts(sheets[FACTS], standard, fill)
    sheets[PRODUCTS].set_column(0, 0, 34)
    for row in range(1, 9):
        for column in range(6):
            sheets[PRODUCTS].write_blank(row, column, None, fill)
    curves = {item.rule.external: item for item in standard.items if isinstance(item.rule, Curve) and item.rule.external}
    for row, (key, item) in enumerate(curves.items(), 1):
        assert isinstance(item.rule, Curve)
        sheets[BENCHMARKS].write_row(row, 0, [key, item.label.zh, item.rule.unit])
        for column in (3, 4, 5):
            sheets[BENCHMARKS].write_blank(row, column, None, fill)
    book.close()


def _write_energy(sheet: Any, fill: Any) -> None:
    carriers = coal_equivalents(on=date(9999, 1, 1))
    rows = [(carrier, kind, carriers[carrier].unit) for carrier, kind in ENERGY_ROWS] + [(key, "", unit) for key, _, unit in OUTPUT_ROWS]
    for row, (carrier, kind, unit) in enumerate(rows, 1):
        sheet.write_row(row, 0, [carrier, kind, unit])
        for column in range(3, 17):
            sheet.write_blank(row, column, None, fill)
    sheet.write_comment(1, 2, "用电量含外购绿电和自用光伏。单位可改为 万kWh，数值须与单位一致。/ Consumption includes green power and own PV.")
    sheet.data_validation(1, 1, 40, 1, {"validate": "list", "source": list(KINDS), "ignore_blank": True})
    sheet.data_validation(
        1,
        2,
        40,
        2,
        {"validate": "list", "source": ["kWh", "万kWh", "MWh", "kg", "t", "m3", "万m3", "MJ", "GJ", "万元", "亿元"], "error_type": "warning"},
    )
    sheet.data_validation(
        1,
        3,
        40,
        15,
        {"validate": "decimal", "criteria": ">=", "value": 0, "ignore_blank": True, "error_message": "应为不小于零的数字 / a number not below zero"},
    )


def _write_facts(sheet: Any, standard: Standard, fill: Any) -> None:
    sheet.set_column(4, 5, 22)
    row = 1
    for item in standard.inputs:
        if item.key in METERED:
            continue
        unit = "true/false" if item.kind == "truth" else item.unit
        sheet.write_row(row, 0, [item.key, item.label.zh, item.label.en, unit])
        sheet.write_blank(row, 4, None, fill)
        sheet.write(row, 6, item.form)
        if item.evidence:
            sheet.write_comment(row, 5, "；".join(f"{text.zh} / {text.en}" for text in item.evidence))
        sheet.write_blank(row, 5, None, fill)
        if item.kind == "truth":
            sheet.data_validation(row, 4, row, 4, {"validate": "list", "source": ["TRUE", "FALSE"], "ignore_blank": True})
        else:
            sheet.data_validation(
                row,
                4,
                row,
                4,
                {"validate": "decimal", "criteria": "between", "minimum": item.low or 0, "maximum": item.high or 1e15, "ignore_blank": True},
            )
        row += 1


def read_workbook(path: Path, standard: Standard) -> tuple[dict[str, Any], Callable[[Path_], str]]:
    """Plain data of a filled workbook in the form of a YAML case, and where each value stands.

    Raises:
        InvalidFile: Not a workbook, a sheet is missing, or columns were moved or renamed.
    """
    try:
        book = python_calamine.CalamineWorkbook.from_path(str(path))
    except Exception as error:  # calamine raises one kind a format
        problem = Problem(
            path.name,
            "",
            Text("不是可读的 Excel 工作簿", "not a readable workbook"),
            Text("另存为 .xlsx", f"save it as .xlsx ({type(error).__name__})"),
        )
        raise InvalidFile([problem]) from error
    reader = _Sheets(path.name, book)
    reader.check_headers()
    return reader.content(standard), reader.place


class _Sheets:
    def __init__(self, name: str, book: Any) -> None:
        self.name = name
        self.rows: dict[str, list[list[Any]]] = {
            sheet: [list(row) for row in book.get_sheet_by_name(sheet).to_python(skip_empty_area=False)]
            for sheet in book.sheet_names
            if sheet in HEADERS
        }
        self.places: dict[Path_, str] = {}

    def place(self, path: Path_) -> str:
        known = path
        while known and known not in self.places:
            known = known[:-1]
        return f"{self.name} {self.places.get(known, PLANT + '!A1')}"

    def check_headers(self) -> None:
        problems = []
        for sheet, headers in HEADERS.items():
            if sheet not in self.rows:
                problems.append(
                    Problem(
                        f"{self.name} {sheet}",
                        "",
                        Text("缺少这张工作表", "this sheet is missing"),
                        Text("从模板重新开始", "start again from the template"),
                    )
                )
                continue
            found = [str(cell) for cell in (self.rows[sheet] or [[]])[0]]
            for column, wanted in enumerate(headers):
                given = found[column] if column < len(found) else ""
                if given != wanted:
                    rule = Text(f"这一列应是“{wanted}”", f"this column must be “{wanted}”")
                    problems.append(
                        Problem(
                            f"{self.name} {cell_name(sheet, 0, column)}",
                            given,
                            rule,
                            Text("列不可移动、改名或删除", "columns must not be moved, renamed or deleted"),
                        )
                    )
        if problems:
            raise InvalidFile(problems)

    def _put(self, target: dict[str, Any], path: Path_, key: str, sheet: str, row: int, column: int) -> Any:
        cells = self.rows[sheet][row]
        value = cells[column] if column < len(cells) else ""
        self.places[(*path, key)] = cell_name(sheet, row, column)
        if isinstance(value, str):
            value = value.strip()
        if value != "":
            target[key] = value
        return value

    def content(self, standard: Standard) -> dict[str, Any]:
        content: dict[str, Any] = {"source": {"document": self.name, "basis": "declared"}}
        plant: dict[str, Any] = {}
        self.places[("plant",)] = f"{PLANT}!A1"
        for index, (key, *_) in enumerate(PLANT_ROWS, 1):
            inside = key in ("name", "uscc", "industry", "area")
            value = self._put(plant if inside else content, ("plant",) if inside else (), key, PLANT, index, 2)
            if key == "area" and isinstance(value, float):
                plant[key] = str(int(value))
            if key == "year" and isinstance(value, (float, str)) and str(value).removesuffix(".0").isdecimal():
                content[key] = int(float(value))
        content["plant"] = plant
        self._energy(content)
        self._facts(content, {item.key: item.kind for item in standard.inputs})
        self._products(content)
        self._benchmarks(content)
        return content

    def _energy(self, content: dict[str, Any]) -> None:
        uses: list[dict[str, Any]] = []
        year = content.get("year", 0)
        for row in range(1, len(self.rows[ENERGY])):
            cells = self.rows[ENERGY][row]
            carrier = str(cells[0]).strip() if cells else ""
            if not carrier or all(cell == "" for cell in cells[3:16]):
                continue
            output = next((key for key, *_ in OUTPUT_ROWS if key == carrier), "")
            path: Path_ = (output,) if output else ("use", len(uses))
            entry: dict[str, Any] = {}
            self.places[path] = f"{ENERGY}!A{row + 1}"
            if not output:
                self._put(entry, path, "carrier", ENERGY, row, 0)
                self._put(entry, path, "kind", ENERGY, row, 1)
            self._put(entry, path, "unit", ENERGY, row, 2)
            months: dict[str, Any] = {}
            for month in range(1, 13):
                self._put(months, (*path, "months"), f"{year}-{month:02d}", ENERGY, row, 2 + month)
            if months:
                entry["months"] = months
            self._put(entry, path, "year_total", ENERGY, row, 15)
            self._put(entry, path, "evidence", ENERGY, row, 16)
            if output:
                content[output] = entry
            else:
                uses.append(entry)
        if uses:
            content["use"] = uses

    def _facts(self, content: dict[str, Any], kinds: dict[str, str]) -> None:
        facts: dict[str, Any] = {}
        for row in range(1, len(self.rows[FACTS])):
            key = str(self.rows[FACTS][row][0]).strip()
            if not key:
                continue
            path: Path_ = ("facts", key)
            self.places[path] = cell_name(FACTS, row, 0)
            entry: dict[str, Any] = {}
            value = self._put(entry, path, "value", FACTS, row, 4)
            if value == "":
                continue
            if kinds.get(key) == "truth":
                if isinstance(value, str) and value.lower() in ("true", "false"):
                    entry["value"] = value.lower() == "true"
            else:
                self._put(entry, path, "unit", FACTS, row, 3)
            self._put(entry, path, "evidence", FACTS, row, 5)
            facts[key] = entry
        if facts:
            content["facts"] = facts

    def _products(self, content: dict[str, Any]) -> None:
        rows: list[dict[str, Any]] = []
        for row in range(1, len(self.rows[PRODUCTS])):
            if any(cell != "" for cell in self.rows[PRODUCTS][row]):
                entry: dict[str, Any] = {}
                self.places[("products", len(rows))] = f"{PRODUCTS}!A{row + 1}"
                for column, key in enumerate(("limit", "output", "unit", "energy", "energy_unit", "evidence")):
                    self._put(entry, ("products", len(rows)), key, PRODUCTS, row, column)
                rows.append(entry)
        if rows:
            content["products"] = rows

    def _benchmarks(self, content: dict[str, Any]) -> None:
        found: dict[str, Any] = {}
        for row in range(1, len(self.rows[BENCHMARKS])):
            cells = self.rows[BENCHMARKS][row]
            key = str(cells[0]).strip() if cells else ""
            if key and any(cell != "" for cell in cells[3:6]):
                entry: dict[str, Any] = {}
                self.places[("benchmarks", key)] = f"{BENCHMARKS}!A{row + 1}"
                for column, name in ((2, "unit"), (3, "base"), (4, "lead"), (5, "source")):
                    self._put(entry, ("benchmarks", key), name, BENCHMARKS, row, column)
                found[key] = entry
        if found:
            content["benchmarks"] = found


def cell_name(sheet: str, row: int, column: int) -> str:
    """Name of a cell as people see it.

    >>> cell_name("月度用能", 6, 3)
    '月度用能!D7'
    """
    letters = ""
    index = column + 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{sheet}!{letters}{row + 1}"
