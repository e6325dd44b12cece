"""Numbers of a standard changed in place: the rest of the text, comments and order included, stays as it was written."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from qingshan.kernel.errors import Problem
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile
from qingshan.library.strict_yaml import Document, Path_, parse_yaml

_PLAIN = re.compile(r"[-+]?\d[\d_]*(?:\.\d+)?(?:[eE][-+]?\d+)?")
NAMES = {
    "points": Text("分值", "points"),
    "base": Text("基准值", "baseline"),
    "lead": Text("引领值", "lead"),
    "at_base": Text("基准处得分 %", "share at baseline %"),
    "cap": Text("封顶 %", "cap %"),
    "start": Text("起点", "start"),
    "step": Text("档距", "step"),
    "penalty": Text("每档扣 %", "penalty %"),
    "at": Text("达到", "at"),
    "share": Text("得分 %", "share %"),
    "value": Text("取值", "value"),
    "pick": Text("选取数", "pick"),
}


@dataclass(frozen=True, slots=True)
class Number:
    """One number that can be changed: where it stands, what it is, what it says. (可改数值)"""

    pointer: str  # "groups/0/items/3/fixed/lead"
    owner: str  # id of the item, level or parameter
    label: Text
    name: Text
    value: str


def numbers_in(text: str) -> list[Number]:
    """Every plain number of items, levels, choices and parameters, in the order of the text; nothing while the text cannot be read."""
    try:
        document = parse_yaml(text, name="draft.yaml")
    except InvalidFile:
        return []
    return list(_numbers(document)) if isinstance(document.data, dict) else []


def set_numbers(text: str, values: Mapping[str, str]) -> str:
    """The text with some numbers replaced.

    Args:
        text: A standard's YAML.
        values: Pointer → new number as it is to be written.

    Raises:
        InvalidFile: A value that is no number, or a pointer to no number of this text.
    """
    document = parse_yaml(text, name="draft.yaml")
    known = {number.pointer: number for number in _numbers(document)}
    problems, edits = [], []
    for pointer, value in values.items():
        number = known.get(pointer)
        if number is None or not _PLAIN.fullmatch(value.strip()):
            rule = Text("这里需要一个数", "a number is needed here")
            problems.append(Problem(f"draft.yaml {pointer}", value, rule, Text("例如 0.5", "for example 0.5")))
        elif number.value != value.strip():
            edits.append((*_place(document, _path(pointer)), number.value, value.strip()))
    if problems:
        raise InvalidFile(problems)
    lines = text.split("\n")
    for line, column, old, new in sorted(edits, reverse=True):
        row = lines[line - 1]
        assert row[column - 1 :].startswith(old)
        lines[line - 1] = row[: column - 1] + new + row[column - 1 + len(old) :]
    return "\n".join(lines)


def _path(pointer: str) -> Path_:
    return tuple(int(part) if part.isdigit() else part for part in pointer.split("/"))


def _place(document: Document, path: Path_) -> tuple[int, int]:
    return document.marks[path]


def _numbers(document: Document) -> Iterator[Number]:
    data = document.data
    for key, row in _mapping(data.get("parameters")).items():
        yield from _of(document, ("parameters", key), row, key)
    for index, group in enumerate(_list(data.get("groups"))):
        yield from _of(document, ("groups", index), {"points": group.get("points")}, str(group.get("id", "")), group)
        for position, choice in enumerate(_list(group.get("choices"))):
            yield from _of(document, ("groups", index, "choices", position), choice, str(choice.get("id", "")), group)
        for position, item in enumerate(_list(group.get("items"))):
            yield from _of(document, ("groups", index, "items", position), item, str(item.get("id", "")))
    for index, level in enumerate(_list(data.get("levels"))):
        yield from _of(document, ("levels", index), {"at": level.get("at")}, str(level.get("id", "")), level)


def _of(document: Document, path: Path_, row: Any, owner: str, named: Any = None) -> Iterator[Number]:
    source = _mapping(named) or _mapping(row)
    label = Text(str(source.get("zh") or owner), str(source.get("en") or owner))
    for inner, value in _leaves(row, path):
        name = str(inner[-1])
        if name not in NAMES or isinstance(value, bool) or not isinstance(value, (int, float)):
            continue
        written = _written(document, inner)
        if written is not None:
            between = [str(part) for part in inner[len(path) : -1] if part not in ("fixed", "by_industry", "steps", "alternatives")]
            prefix = " ".join(str(int(part) + 1) if part.isdigit() else part for part in between)
            title = Text(f"{prefix} {NAMES[name].zh}".strip(), f"{prefix} {NAMES[name].en}".strip())
            yield Number("/".join(map(str, inner)), owner, label, title, written)


def _leaves(value: Any, path: Path_) -> Iterator[tuple[Path_, Any]]:
    if isinstance(value, dict):
        for key, child in value.items():
            yield from _leaves(child, (*path, key))
    elif isinstance(value, list):
        for index, child in enumerate(value):
            yield from _leaves(child, (*path, index))
    else:
        yield path, value


def _written(document: Document, path: Path_) -> str | None:
    """How a number stands in the text; none for quoted ones."""
    if path in document.quoted or path not in document.marks:
        return None
    line, column = document.marks[path]
    match = _PLAIN.match(document.text.split("\n")[line - 1], column - 1)
    return match.group() if match else None


def _mapping(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[dict[str, Any]]:
    return [row for row in value if isinstance(row, dict)] if isinstance(value, list) else []
