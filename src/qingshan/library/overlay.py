"""Overlays: a province, city or sector takes a standard over and may only make it stricter. (地方与行业加严)

An overlay names its base and gives added requirements and inputs, stricter numbers, and added or raised levels. It is resolved to one
flat standard, which is what is stored, hashed and applied.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

import yaml

from qingshan.engines.evaluation.diff import Change, compare
from qingshan.engines.evaluation.standard import Standard
from qingshan.kernel.errors import Problem
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile
from qingshan.library.standards import parse
from qingshan.library.strict_yaml import Document, parse_yaml

KEYS = ("schema", "extends", "id", "version", "title", "status", "effective", "sources", "inputs", "vetoes", "thresholds", "levels", "notes", "tests")
NUMBERS = ("fixed", "by_industry", "steps", "lead", "cap", "start", "step", "penalty", "counting", "at_base")
ALLOWED = {
    ("item", "tightened"),
    ("veto", "added"),
    ("input", "added"),
    ("level", "added"),
    ("level", "tightened"),
    ("item", "wording"),
    ("veto", "wording"),
    ("level", "wording"),
    ("level", "source"),
}


def resolve_overlay(text: str, base_text: Callable[[str], str], *, name: str) -> tuple[Standard, str]:
    """The flat standard of an overlay, and its YAML.

    Args:
        text: The overlay.
        base_text: Gives the YAML of the base, by its id.
        name: File name for messages.

    Raises:
        InvalidFile: Unknown keys or items, a number that loosens, or any fault of the flat standard.
    """
    overlay = parse_yaml(text, name=name)
    problems = list(_shape(overlay))
    if problems:
        raise InvalidFile(problems)
    data = overlay.data
    old_text = base_text(str(data["extends"]))
    flat: dict[str, Any] = copy.deepcopy(parse_yaml(old_text, name=f"{data['extends']}.yaml").data)
    for key in ("id", "version", "title", "status", "effective"):
        flat[key] = data[key]
    for key in ("sources", "inputs"):
        flat[key] = {**flat.get(key, {}), **data.get(key, {})}
    flat["vetoes"] = [*flat.get("vetoes", []), *data.get("vetoes", [])]
    flat["notes"] = [*flat.get("notes", []), *data.get("notes", [])]
    flat["levels"] = _levels(flat.get("levels", []), data.get("levels", []))
    flat["tests"] = data.get("tests", [])
    problems = list(_set_numbers(flat, data.get("thresholds", {}), overlay))
    if problems:
        raise InvalidFile(problems)
    flat.pop("supersedes", None)
    flat_text = yaml.safe_dump(flat, allow_unicode=True, sort_keys=False, width=200)
    standard = parse(flat_text, name=f"{name} (flat)")
    loosened = [change for change in compare(parse(old_text, name="base"), standard) if not _is_allowed(change)]
    if loosened:
        raise InvalidFile([_refused(overlay, change) for change in loosened])
    return standard, flat_text


def _shape(overlay: Document) -> list[Problem]:
    data = overlay.data
    if not isinstance(data, dict) or data.get("schema") != "qingshan/overlay@1":
        rule = Text("第一行应为 schema: qingshan/overlay@1", "the file must say schema: qingshan/overlay@1")
        return [Problem(overlay.place(()), "", rule, Text("从示例开始", "start from the example"))]
    lacking = [key for key in ("extends", "id", "version", "title", "status", "effective") if key not in data]
    problems = [Problem(overlay.place((key,)), key, Text("缺少这一项", "this is missing"), Text("补上", "add it")) for key in lacking]
    problems += [
        Problem(
            overlay.place((key,)),
            key,
            Text("加严文件没有这个键", "an overlay has no such key"),
            Text(f"可用：{' '.join(KEYS)}", f"use: {' '.join(KEYS)}"),
        )
        for key in data
        if key not in KEYS
    ]
    return problems


def _levels(base: list[Any], added: list[Any]) -> list[Any]:
    by_id = {level["id"]: level for level in added}
    merged = [{**level, **by_id.pop(level["id"], {})} for level in base]
    merged += by_id.values()
    return sorted(merged, key=lambda level: (level.get("at") is None, level.get("at") or 0))


def _set_numbers(flat: dict[str, Any], thresholds: Mapping[str, Mapping[str, Any]], overlay: Document) -> list[Problem]:
    items = {item["id"]: item for group in flat.get("groups", []) for item in group["items"]}
    problems = []
    for key, numbers in thresholds.items():
        if key not in items:
            rule = Text("基础标准没有这个指标", "the base has no such indicator")
            problems.append(Problem(overlay.place(("thresholds", key)), key, rule, Text("检查编号", "check the id")))
            continue
        for name, value in numbers.items():
            if name not in NUMBERS:
                rule = Text("只能改数值", "only numbers can change")
                problems.append(
                    Problem(overlay.place(("thresholds", key, name)), name, rule, Text(f"可用：{' '.join(NUMBERS)}", f"use: {' '.join(NUMBERS)}"))
                )
            else:
                items[key][name] = value
    return problems


def _is_allowed(change: Change) -> bool:
    return (change.part, change.direction) in ALLOWED


def _refused(overlay: Document, change: Change) -> Problem:
    where = ("thresholds", change.id) if change.part == "item" else ("levels",) if change.part == "level" else ()
    rule = Text(
        f"加严文件不能{change.name.zh}：{change.before} → {change.after}",
        f"an overlay may only tighten, this is {change.name.en}: {change.before} → {change.after}",
    )
    return Problem(
        overlay.place(where), change.id, rule, Text("改成更严的数值，或起草独立的标准", "give a stricter number, or draft a standard of its own")
    )
