"""Reports: official chapters, every indicator and source, unverified marked, fonts embedded, the same in Word and PDF."""

import io
import re
import zipfile
from datetime import date
from pathlib import Path

import docx
import pytest

from qingshan.engines.evaluation.score import evaluate
from qingshan.library.cases import read_case
from qingshan.library.explanation import to_json
from qingshan.library.report import Plant, as_pdf, as_word, report_blocks
from qingshan.library.standards import find
from qingshan.library.subject import subject_from

STANDARD = find("gbt-36132-2025", on=date(2026, 6, 1))
PLANT = Plant("甬江水泥厂（演示）堃喆", "91330206MADEMX0100", "水泥制造 C3011", "北仑区", is_demo=True)


@pytest.fixture(scope="module")
def explanation():
    case = read_case(Path(__file__).parents[1] / "cases" / "demo_cement.yaml", STANDARD)
    return to_json(evaluate(STANDARD, subject_from(case, case.years[0], STANDARD, record="filing:1")), year=case.years[0].year, mark="75")


def content(explanation, kind, language="zh"):
    return report_blocks(kind, explanation, PLANT, made_on="2026-05-01", language=language)


def headings(made):
    return [block["text"] for block in made["blocks"] if block["kind"] == "heading" and block["level"] == 1]


def everything(made):
    cells = [cell for block in made["blocks"] if block["kind"] == "table" for row in block["rows"] for cell in row]
    return "\n".join([*cells, *(block.get("text", "") for block in made["blocks"])])


def test_chapters_are_those_of_the_official_forms(explanation):
    assert [text[:1] for text in headings(content(explanation, "self"))][:3] == ["1", "2", "3"]
    third = headings(content(explanation, "third-party"))
    assert third[:5] == ["1 概述", "2 评价过程和方法", "3 评价内容", "4 评价结论", "5 建议"]


@pytest.mark.parametrize("kind", ["self", "third-party"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_indicator_requirement_and_record_is_in_it(explanation, kind, language):
    text = everything(content(explanation, kind, language))

    for group in explanation["groups"]:
        for item in group["items"]:
            assert item["label"][language] in text
            assert f"{item['score']}" in text
    for veto in explanation["vetoes"]:
        assert veto["label"][language] in text
    assert "filing:1#" in text
    assert ("未核实" if language == "zh" else "unverified") in text


def test_word_opens_again_with_the_same_tables(explanation):
    made = content(explanation, "third-party")

    document = docx.Document(io.BytesIO(as_word(made)))

    tables = [block for block in made["blocks"] if block["kind"] == "table"]
    assert len(document.tables) == len(tables) + 1
    for table, block in zip(document.tables[1:], tables, strict=True):
        assert [cell.text for cell in table.rows[0].cells] == block["head"]
        assert len(table.rows) == len(block["rows"]) + 1
    with zipfile.ZipFile(io.BytesIO(as_word(made))) as archive:
        assert archive.testzip() is None


def test_pdf_embeds_one_font_only_and_equal_content_gives_equal_bytes(explanation):
    made = content(explanation, "self")

    one, two = as_pdf(made), as_pdf(made)

    assert one[:5] == b"%PDF-"
    assert one == two
    fonts = set(re.findall(rb"/FontName ?/[A-Z]{6}\+([\w-]+)", one))
    assert not fonts or fonts == {b"NotoSansSC-Regular"}


def test_nothing_in_the_data_can_be_markup(explanation):
    plant = Plant('#panic("x") *厂* $a$ <w:p>', "", "", "", is_demo=False)
    made = report_blocks("self", explanation, plant, made_on="2026-05-01", language="zh")

    assert as_pdf(made)[:5] == b"%PDF-"
    assert '#panic("x") *厂* $a$ <w:p>' in "\n".join(paragraph.text for paragraph in docx.Document(io.BytesIO(as_word(made))).paragraphs)
