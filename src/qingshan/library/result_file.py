"""Results of a population as Parquet, XLSX or CSV."""

from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq
import xlsxwriter

from qingshan.kernel.errors import Problem
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile

SHEET_ROWS = 1_048_575
HEADINGS = {
    "plant": "企业代码 plant",
    "name": "企业 name",
    "area": "所在地 area",
    "industry": "行业 industry",
    "year": "年度 year",
    "score": "得分 score",
    "score_high": "补齐后最高 at most",
    "requirements": "基本要求 requirements",
    "level": "等级 level",
    "grade": "档次 grade",
    "place": "名次 place",
}


def write_results(table: pa.Table, path: Path) -> None:
    """Write by the ending of the name; a file that is there is replaced only when the new one is whole.

    Raises:
        InvalidFile: An ending that is not known, or more rows than a sheet holds.
    """
    ending = path.suffix.lower()
    if ending not in (".parquet", ".xlsx", ".csv"):
        raise InvalidFile(
            [Problem(str(path), ending, Text("不认识的格式", "unknown format"), Text("用 .parquet、.xlsx 或 .csv", "use .parquet, .xlsx or .csv"))]
        )
    if ending == ".xlsx" and table.num_rows > SHEET_ROWS:
        rule = Text(f"工作表最多 {SHEET_ROWS} 行", f"a sheet holds at most {SHEET_ROWS} rows")
        raise InvalidFile([Problem(str(path), str(table.num_rows), rule, Text("改用 .parquet", "use .parquet"))])
    part = path.with_name(path.name + ".part")
    if ending == ".parquet":
        pq.write_table(table, part, compression="zstd")
    elif ending == ".csv":
        with part.open("wb") as stream:
            stream.write("\ufeff".encode())
            pa_csv.write_csv(table, stream)
    else:
        _write_sheet(table, part)
    part.replace(path)


def _write_sheet(table: pa.Table, path: Path) -> None:
    book = xlsxwriter.Workbook(str(path), {"constant_memory": True, "strings_to_formulas": False})
    sheet = book.add_worksheet("结果 results")
    bold, number = book.add_format({"bold": True, "bg_color": "#E8F2ED"}), book.add_format({"num_format": "0.00"})
    sheet.freeze_panes(1, 2)
    sheet.set_column(0, 1, 26)
    sheet.autofilter(0, 0, max(table.num_rows, 1), table.num_columns - 1)
    for column, name in enumerate(table.column_names):
        sheet.write_string(0, column, HEADINGS.get(name, name), bold)
    columns = [table[name].to_pylist() for name in table.column_names]
    for row, values in enumerate(zip(*columns, strict=True), 1):
        for column, value in enumerate(values):
            if isinstance(value, float):
                sheet.write_number(row, column, value, number)
            else:
                sheet.write(row, column, value)
    book.close()
