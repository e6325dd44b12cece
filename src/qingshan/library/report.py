"""Self-evaluation and third-party reports, as Word and PDF, filled from an evaluation. (自评价报告、第三方评价报告)

One list of blocks, two writers: both say the same. What only people can write (site visit, team, opinion) is an empty line that says who
fills it. Chapters: 09-programme-rules §D of the public descriptions; titles that are not confirmed are marked in the docs.
"""

import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import as_file, files
from typing import Any, Literal

import docx
import typst
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from qingshan.kernel.citation import BASES
from qingshan.kernel.text import Text

Kind = Literal["self", "third-party"]
Language = Literal["zh", "en"]
_LONG = re.compile(r"[A-Za-z0-9_#:-]{24,}")  # hashes and record ids may break anywhere
STATES = {
    "met": Text("符合", "met"),
    "failed": Text("不符合", "not met"),
    "unknown": Text("待补正", "not known"),
    "scored": Text("已评分", "scored"),
    "missing": Text("未报告", "not reported"),
    "no_benchmark": Text("无对标值", "no benchmark"),
    "not_applicable": Text("不适用", "not applicable"),
    "not_picked": Text("未选取", "not picked"),
    "unpublished": Text("细则未获得", "rule not found"),
}
TITLES = {
    "self": Text("绿色制造自评价报告", "Self-evaluation report"),
    "third-party": Text("绿色制造第三方评价报告", "Third-party evaluation report"),
}


@dataclass(frozen=True, slots=True)
class Plant:
    """Who the report is about. (申报主体)"""

    name: str
    uscc: str
    industry: str
    area: str
    is_demo: bool


def report_blocks(kind: Kind, explanation: Mapping[str, Any], plant: Plant, *, made_on: str, language: Language) -> dict[str, Any]:
    """Content of a report: title, cover table, warning and blocks.

    Args:
        kind: By the plant itself, or by an evaluation body.
        explanation: A stored explanation (qingshan/explanation@1).
        plant: Who it is about.
        made_on: Day of the evaluation, YYYY-MM-DD.
        language: Language of the report.
    """
    return _Report(kind, explanation, plant, made_on, language).content()


class _Report:
    def __init__(self, kind: Kind, explanation: Mapping[str, Any], plant: Plant, made_on: str, language: Language) -> None:
        self.kind, self.data, self.plant, self.made_on, self.language = kind, explanation, plant, made_on, language

    def say(self, zh: str, en: str) -> str:
        return en if self.language == "en" else zh

    def text(self, label: Mapping[str, str]) -> str:
        return str(label["en" if self.language == "en" else "zh"])

    def state(self, value: str) -> str:
        return STATES[value].in_language(self.language) if value in STATES else value

    def content(self) -> dict[str, Any]:
        data, plant = self.data, self.plant
        standard = f"{data['standard']['id']} {data['standard']['version']}"
        score = (
            data["total"]
            if data["total"] == data["total_high"]
            else self.say(
                f"{data['total']}（补齐数据后最高 {data['total_high']}）", f"{data['total']} (at most {data['total_high']} once all is reported)"
            )
        )
        unverified = len(data["unverified"])
        warning = [self.say("演示数据：企业与数字均为虚构。", "Demonstration: plant and figures are invented.")] if plant.is_demo else []
        if unverified:
            warning.append(
                self.say(
                    f"本报告的结果依据 {unverified} 处尚未与官方文本核对的条款或数值（见附件），使用前须核实。",
                    f"The result rests on {unverified} clauses or values not yet checked against the official text (see annex).",
                )
            )
        return {
            "language": self.language,
            "date": self.made_on,
            "title": TITLES[self.kind].in_language(self.language),
            "subject": plant.name,
            "subtitle": self.say(f"{data['year']} 年度", f"year {data['year']}"),
            "footer": f"{plant.name} · {data['year']}",
            "warning": " ".join(warning),
            "cover": [
                [self.say("统一社会信用代码", "Credit code"), plant.uscc],
                [self.say("所属行业", "Industry"), plant.industry],
                [self.say("所在地", "Area"), plant.area],
                [self.say("评价标准", "Standard"), standard],
                [self.say("标准内容 SHA-256", "SHA-256 of the standard"), data["standard"]["sha256"]],
                [self.say("评价得分", "Score"), score],
                [self.say("基本要求", "Basic requirements"), self.state(self._requirements())],
                [self.say("评价日期", "Evaluated on"), self.made_on],
            ],
            "blocks": list(self._self_blocks() if self.kind == "self" else self._third_blocks()),
        }

    def _requirements(self) -> str:
        states = {veto["state"] for veto in self.data["vetoes"]}
        return "failed" if "failed" in states else "unknown" if "unknown" in states else "met"

    def _self_blocks(self) -> Iterator[dict[str, Any]]:
        yield _heading(1, self.say("1 基本情况", "1 Basic facts"))
        yield _blank(
            self.say(
                "企业简介、主要产品与工艺、近三年经营情况（由企业填写，500 字以内）",
                "The plant, its products, processes and last three years (to be written by the plant)",
            )
        )
        yield from self._key_figures()
        yield _heading(1, self.say("2 创建情况", "2 What was done"))
        yield _heading(2, self.say("2.1 基本要求", "2.1 Basic requirements"))
        yield self._veto_table()
        for index, group in enumerate(self.data["groups"], 2):
            yield _heading(2, f"2.{index} {self.text(group['label'])}  {group['score']} / {group['full']}")
            yield from self._group(group)
        yield _heading(1, self.say("3 下一步工作", "3 Next steps"))
        yield from self._next_steps()
        yield from self._annexes()
        yield _blank(self.say("真实性承诺：以上内容真实、准确。法定代表人签字、盖章：", "We declare that the above is true. Signature and seal:"))

    def _third_blocks(self) -> Iterator[dict[str, Any]]:
        yield _heading(1, self.say("1 概述", "1 Overview"))
        yield _heading(2, self.say("1.1 评价目的", "1.1 Purpose"))
        yield _paragraph(
            self.say(
                f"判断 {self.plant.name} {self.data['year']} 年度是否符合所列评价标准。",
                f"To judge whether {self.plant.name} meets the standard in {self.data['year']}.",
            )
        )
        yield _heading(2, self.say("1.2 评价范围", "1.2 Scope"))
        yield _blank(self.say("厂区边界、产品和时间范围（由评价机构填写）", "Site boundary, products and period (by the evaluation body)"))
        yield _heading(2, self.say("1.3 评价准则", "1.3 Criteria"))
        yield _paragraph(f"{self.data['standard']['id']} {self.data['standard']['version']}，SHA-256 {self.data['standard']['sha256']}")
        yield _heading(1, self.say("2 评价过程和方法", "2 Process and method"))
        for title, blank in (
            (("2.1 评价组", "2.1 Team"), ("姓名、职称、专业、分工（由评价机构填写）", "Names, titles, fields, tasks (by the evaluation body)")),
            (
                ("2.2 文件评审", "2.2 Document review"),
                ("日期、所审文件、问题（由评价机构填写）", "Dates, documents, questions (by the evaluation body)"),
            ),
            (
                ("2.3 现场评价", "2.3 Site visit"),
                ("日期、路线、访谈人员、照片编号（由评价机构填写）", "Dates, route, people met, photo numbers (by the evaluation body)"),
            ),
            (("2.4 内部复核", "2.4 Internal review"), ("复核人、日期、意见（由评价机构填写）", "Reviewer, date, opinion (by the evaluation body)")),
        ):
            yield _heading(2, self.say(*title))
            yield _blank(self.say(*blank))
        yield _heading(1, self.say("3 评价内容", "3 Findings"))
        yield _heading(2, self.say("3.1 基本要求（一票否决）", "3.1 Basic requirements (veto)"))
        yield self._veto_table()
        yield from self._key_figures()
        for index, group in enumerate(self.data["groups"], 2):
            yield _heading(2, f"3.{index} {self.text(group['label'])}  {group['score']} / {group['full']}")
            yield from self._group(group)
        yield _heading(1, self.say("4 评价结论", "4 Conclusion"))
        state = self.state(self._requirements())
        yield _paragraph(
            self.say(
                f"基本要求：{state}。确定得分 {self.data['total']} 分，数据补齐后最高 {self.data['total_high']} 分。",
                f"Basic requirements: {state}. Sure score {self.data['total']}, at most {self.data['total_high']} once all is reported.",
            )
        )
        yield _blank(self.say("评价机构意见（由评价机构填写、签字、盖章）", "Opinion of the evaluation body, signed and sealed"))
        yield _heading(1, self.say("5 建议", "5 Recommendations"))
        yield from self._next_steps()
        yield from self._annexes()

    def _key_figures(self) -> Iterator[dict[str, Any]]:
        rows = [
            [self.text(figure["label"]), _number(figure["value"], figure["unit"]), figure["formula"], self._source(figure["source"])]
            for figure in self.data["derived"]
            if figure["value"] is not None
        ]
        if rows:
            yield _heading(2, self.say("主要计算结果", "Key figures"))
            head = [self.say("量", "Quantity"), self.say("结果", "Result"), self.say("公式", "Formula"), self.say("依据", "Source")]
            yield _table(head, rows, [3, 2, 3, 3])

    def _veto_table(self) -> dict[str, Any]:
        rows = [
            [self.text(veto["label"]), self.state(veto["state"]), self._source(veto["source"]), "; ".join(_evidence(veto["trace"])) or "—"]
            for veto in self.data["vetoes"]
        ]
        head = [self.say("要求", "Requirement"), self.say("结论", "Verdict"), self.say("依据", "Source"), self.say("证据", "Evidence")]
        return _table(head, rows, [4, 1.4, 3, 2.6])

    def _group(self, group: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        rows = []
        for item in group["items"]:
            value = item["value"]
            shown = self.say("是", "yes") if value is True else self.say("否", "no") if value is False else _number(value, item["unit"])
            reference = "—"
            if item["base"] is not None and item["lead"] is not None:
                reference = f"{item['base']:g} → {item['lead']:g}"
            elif item["lines"]:
                reference = self.say("按产品限额", "by product limits")
            score = item["score"] if item["state"] == "scored" else f"{item['score']}–{item['high']}（{self.state(item['state'])}）"
            rows.append([f"{item['id']} {self.text(item['label'])}", shown, reference, f"{score} / {item['full']}", self._source(item["source"])])
        head = [
            self.say("指标", "Indicator"),
            self.say("实际值", "Value"),
            self.say("基准 → 引领", "Base → lead"),
            self.say("得分", "Points"),
            self.say("依据", "Source"),
        ]
        yield _table(head, rows, [3.2, 2, 2, 1.8, 2.8])
        for item in group["items"]:
            for line in item["lines"]:
                lead, base = ("—" if line[key] is None else f"{line[key]:g}" for key in ("lead", "base"))
                yield _paragraph(
                    f"{item['id']}：{self.text(line['label'])} {_number(line['value'], line['unit'])}，"
                    + self.say(f"1 级 {lead}、2 级 {base}", f"level 1 {lead}, level 2 {base}")
                    + f"（{self._source(line['source'])}）"
                )

    def _next_steps(self) -> Iterator[dict[str, Any]]:
        steps = [self._report_step(entry) for entry in self.data["pending"]]
        improve = [step for step in self.data["shortest_way"] if step["kind"] == "improve"]
        steps += [
            self.say(f"改进 {self.text(step['label'])}，可得 {step['gain']} 分", f"Improve {self.text(step['label'])}, worth {step['gain']} points")
            for step in improve
        ]
        if steps:
            yield _bullets(steps[:20])
        yield _blank(self.say("改进计划、责任人、期限（由填写人补充）", "Plan, persons, dates (to be added)"))

    def _report_step(self, entry: Mapping[str, Any]) -> str:
        gain = self.say(f"，最多可得 {entry['max_gain']} 分", f", at most {entry['max_gain']} points")
        need = self.say("（基本要求）", " (basic requirement)") if entry["vetoes"] else ""
        return self.say(f"补报 {self.text(entry['label'])}", f"Report {self.text(entry['label'])}") + need + gain

    def _annexes(self) -> Iterator[dict[str, Any]]:
        yield _heading(1, self.say("附件 1 证据清单", "Annex 1 Evidence"))
        found: dict[str, list[str]] = {}
        for group in self.data["groups"]:
            for item in group["items"]:
                for evidence in _evidence(item["trace"]):
                    found.setdefault(evidence, []).append(item["id"])
        for veto in self.data["vetoes"]:
            for evidence in _evidence(veto["trace"]):
                found.setdefault(evidence, []).append(veto["id"])
        rows = [[str(index), evidence, ", ".join(dict.fromkeys(uses))] for index, (evidence, uses) in enumerate(found.items(), 1)]
        head = [self.say("序号", "No."), self.say("记录或文件", "Record or document"), self.say("用于", "Used by")]
        yield _table(head, rows or [["—", self.say("没有登记证据", "no evidence on record"), "—"]], [0.8, 5, 3])
        if self.data["unverified"]:
            yield _heading(1, self.say("附件 2 尚未核实的依据", "Annex 2 Unverified sources"))
            rows = [
                [f"! {citation['document']}", citation["clause"] or "—", Text(*BASES[citation["basis"]]).in_language(self.language)]
                for citation in self.data["unverified"]
            ]
            head = [self.say("文件", "Document"), self.say("条款", "Clause"), self.say("来源", "Basis")]
            yield _table(head, rows, [5, 2.4, 2])

    def _source(self, source: Mapping[str, Any] | None) -> str:
        if source is None:
            return "—"
        mark = "" if source["verified"] else self.say("〔未核实〕", " [unverified]")
        return f"{source['document']} {source['clause']}".strip() + mark


def _heading(level: int, text: str) -> dict[str, Any]:
    return {"kind": "heading", "level": level, "text": text}


def _paragraph(text: str) -> dict[str, Any]:
    return {"kind": "paragraph", "text": text}


def _blank(text: str) -> dict[str, Any]:
    return {"kind": "blank", "text": text}


def _bullets(items: Sequence[str]) -> dict[str, Any]:
    return {"kind": "bullets", "items": list(items)}


def _table(head: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> dict[str, Any]:
    return {"kind": "table", "head": list(head), "rows": [list(row) for row in rows], "widths": list(widths)}


def _number(value: Any, unit: str) -> str:
    return "—" if value is None or isinstance(value, bool) else f"{value:,.6g} {unit}".strip()


def _evidence(trace: Mapping[str, Any]) -> list[str]:
    """Every record or document below a figure, once."""
    found = dict.fromkeys(trace["evidence"])
    for node in trace["inputs"]:
        found.update(dict.fromkeys(_evidence(node)))
    return list(found)


def as_pdf(content: Mapping[str, Any]) -> bytes:
    """PDF/A with the font embedded; equal content gives equal bytes."""
    root = files("qingshan.library")
    with as_file(root / "reports" / "report.typ") as template, as_file(root / "fonts") as fonts:
        made = typst.compile(
            str(template),
            font_paths=[str(fonts)],
            ignore_system_fonts=True,
            sys_inputs={
                "report": _LONG.sub(lambda word: "\u200b".join(re.findall(".{1,12}", word.group())), json.dumps(content, ensure_ascii=False))
            },
            pdf_standards=["a-2b"],
        )
    assert isinstance(made, bytes)
    return made


def as_word(content: Mapping[str, Any]) -> bytes:
    """Word (.docx), to be completed by people."""
    document: Any = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.4)
    style = document.styles["Normal"]
    style.font.name, style.font.size = "Times New Roman", Pt(10.5)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), "宋体")
    for level in (1, 2):
        heading = document.styles[f"Heading {level}"]
        heading.font.name, heading.font.color.rgb = "Times New Roman", RGBColor(0x12, 0x4A, 0x37)
        heading.element.rPr.rFonts.set(qn("w:eastAsia"), "黑体")
    document.core_properties.title, document.core_properties.author = str(content["title"]), ""
    for text, size in ((content["title"], 22), (content["subject"], 15), (content["subtitle"], 12)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.paragraph_format.space_before = Pt(18)
        paragraph.add_run(text).font.size = Pt(size)
    _word_table(document, None, content["cover"], [1, 2.4])
    if content["warning"]:
        paragraph = document.add_paragraph()
        _word_text(paragraph, content["warning"], RGBColor(0x7A, 0x52, 0x00))
    document.add_page_break()
    for block in content["blocks"]:
        _word_block(document, block)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def _word_block(document: Any, block: Mapping[str, Any]) -> None:
    kind = block["kind"]
    if kind == "heading":
        document.add_heading(block["text"], level=block["level"])
    elif kind == "paragraph":
        _word_text(document.add_paragraph(), block["text"])
    elif kind == "blank":
        _word_text(document.add_paragraph(), f"〔{block['text']}〕", RGBColor(0x6E, 0x6E, 0x6E))
        document.add_paragraph()
    elif kind == "bullets":
        for item in block["items"]:
            _word_text(document.add_paragraph(style="List Bullet"), item)
    else:
        _word_table(document, block["head"], block["rows"], block["widths"])


def _word_table(document: Any, head: Sequence[str] | None, rows: Sequence[Sequence[str]], widths: Sequence[float]) -> None:
    table = document.add_table(rows=0, cols=len(widths))
    table.style = "Table Grid"
    table.autofit = False
    total = sum(widths)
    for index, row in enumerate([*([head] if head else []), *rows]):
        cells = table.add_row().cells
        for cell, text, width in zip(cells, row, widths, strict=True):
            cell.width = Cm(16.2 * width / total)
            paragraph = cell.paragraphs[0]
            _word_text(paragraph, text.removeprefix("! "), RGBColor(0x7A, 0x52, 0x00) if text.startswith("! ") else None)
            for run in paragraph.runs:
                run.font.size = Pt(9)
                run.font.bold = head is not None and index == 0
    if head:
        properties = table.rows[0]._tr.get_or_add_trPr()
        repeat = OxmlElement("w:tblHeader")
        repeat.set(qn("w:val"), "true")
        properties.append(repeat)
    document.add_paragraph()


def _word_text(paragraph: Any, text: str, colour: Any = None) -> None:
    """Text with a real subscript in CO₂, which many fonts lack as a sign."""
    parts = text.split("CO2")
    for index, part in enumerate(parts):
        runs = [paragraph.add_run(part)]
        if index < len(parts) - 1:
            runs.append(paragraph.add_run("CO"))
            small = paragraph.add_run("2")
            small.font.subscript = True
            runs.append(small)
        for run in runs:
            if colour is not None:
                run.font.color.rgb = colour
