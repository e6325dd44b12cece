"""YAML as the library accepts it: plain data, bounded, with the line and column of every value.

Refused: tags, anchors, aliases, duplicate keys, more than 1 MiB, 14 levels or 50,000 values. Scalars follow YAML 1.2:
only ``true`` and ``false`` are truth values, so ``no`` stays a word.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from qingshan.kernel.errors import Problem
from qingshan.kernel.text import Text
from qingshan.library.errors import InvalidFile

MAX_BYTES, MAX_DEPTH, MAX_NODES = 1024 * 1024, 14, 50_000
_INT = re.compile(r"^[-+]?(0|[1-9][0-9_]*)$")
_FLOAT = re.compile(r"^[-+]?(\d[\d_]*)?\.?\d+([eE][-+]?\d+)?$")
_DAY = re.compile(r"^\d{4}-\d{2}-\d{2}$")
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Path_ = tuple[str | int, ...]


@dataclass(slots=True)
class Document:
    """A file's data and where each value stands."""

    name: str
    data: Any
    marks: dict[Path_, tuple[int, int]] = field(default_factory=dict)  # path of keys → (line, column), from 1
    quoted: set[Path_] = field(default_factory=set)
    text: str = ""

    def place(self, path: Path_, column: int = 0) -> str:
        """``file:line:column key.path`` of a value; ``column`` counts inside it."""
        known = path
        while known and known not in self.marks:
            known = known[:-1]
        line, start = self.marks.get(known, (1, 1))
        start += bool(column) and known in self.quoted
        dotted = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in path).lstrip(".")
        return f"{self.name}:{line}:{start + max(column - 1, 0)} {dotted}".rstrip()


def read_yaml(path: Path) -> Document:
    """Read a file.

    Raises:
        InvalidFile: Not readable, too large, or not of the strict subset.
    """
    try:
        raw = path.read_bytes()
    except OSError as error:
        raise _refuse(
            str(path), Text("文件打不开", "the file cannot be opened"), Text("检查路径和权限", "check path and permission"), error.strerror or ""
        ) from error
    return parse_yaml(raw, name=path.name)


def parse_yaml(raw: bytes | str, *, name: str) -> Document:
    """Read text; see ``read_yaml``.

    >>> parse_yaml("a: {b: no}", name="x.yaml").data
    {'a': {'b': 'no'}}
    """
    if len(raw) > MAX_BYTES:
        raise _refuse(name, Text("文件超过 1 MiB", "the file is larger than 1 MiB"), Text("拆成几个文件", "split it"), f"{len(raw)} B")
    try:
        text = raw.decode("utf-8-sig") if isinstance(raw, bytes) else raw
        document = Document(name, None, text=text)
        events = iter(yaml.parse(text, Loader=_LOADER))
        _Builder(document, events).build()
    except UnicodeDecodeError as error:
        raise _refuse(
            f"{name} byte {error.start + 1}", Text("不是 UTF-8 编码", "this is not UTF-8"), Text("另存为 UTF-8", "save it as UTF-8")
        ) from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        place = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        problem = str(getattr(error, "problem", "") or "not YAML")
        raise _refuse(
            place, Text(f"YAML 语法错误：{problem}", f"YAML syntax: {problem}"), Text("检查缩进、冒号和引号", "check indentation, colons and quotes")
        ) from error
    return document


def _refuse(place: str, rule: Text, remedy: Text, value: str = "") -> InvalidFile:
    return InvalidFile([Problem(place, value, rule, remedy)])


class _Builder:
    def __init__(self, document: Document, events: Iterator[Any]) -> None:
        self.document, self.events, self.nodes = document, events, 0

    def build(self) -> None:
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            raise _refuse(self.document.name, Text("文件是空的", "the file is empty"), Text("从模板开始", "start from the template"))
        self.document.data = self._value(self._next(), ())
        self._next()  # end of document
        if not isinstance(self._next(), yaml.StreamEndEvent):
            raise _refuse(
                self.document.name,
                Text("一个文件只能有一份文档", "a file holds one document"),
                Text("删去“---”之后的内容", "delete what follows “---”"),
            )

    def _next(self) -> Any:
        event = next(self.events)
        return self._next() if isinstance(event, yaml.StreamStartEvent) else event

    def _refuse_at(self, event: Any, rule: Text, remedy: Text, value: str = "") -> InvalidFile:
        mark = event.start_mark
        return _refuse(f"{self.document.name}:{mark.line + 1}:{mark.column + 1}", rule, remedy, value)

    def _value(self, event: Any, path: Path_) -> Any:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise self._refuse_at(event, Text(f"超过 {MAX_NODES} 个值", f"more than {MAX_NODES} values"), Text("拆成几个文件", "split it"))
        if len(path) > MAX_DEPTH:
            raise self._refuse_at(event, Text(f"嵌套超过 {MAX_DEPTH} 层", f"nested deeper than {MAX_DEPTH}"), Text("把内容放平", "flatten it"))
        if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
            raise self._refuse_at(
                event, Text("不允许锚点和引用（& *）", "anchors and aliases are not allowed"), Text("把值写全", "write the value out")
            )
        if getattr(event, "tag", None):
            raise self._refuse_at(event, Text("不允许类型标签（!）", "tags are not allowed"), Text("删去标签", "delete the tag"), str(event.tag))
        self.document.marks[path] = (event.start_mark.line + 1, event.start_mark.column + 1)
        if isinstance(event, yaml.ScalarEvent):
            if event.style in ("'", '"'):
                self.document.quoted.add(path)
            return self._scalar(event)
        if isinstance(event, yaml.SequenceStartEvent):
            items: list[Any] = []
            while not isinstance(child := self._next(), yaml.SequenceEndEvent):
                items.append(self._value(child, (*path, len(items))))
            return items
        mapping: dict[str, Any] = {}
        while not isinstance(key := self._next(), yaml.MappingEndEvent):
            if not isinstance(key, yaml.ScalarEvent) or key.tag or key.anchor:
                raise self._refuse_at(key, Text("键必须是简单文字", "a key must be a plain word"), Text("改成文字", "write a word"))
            if key.value in mapping:
                raise self._refuse_at(key, Text("键重复", "this key stands here twice"), Text("删去其中一个", "delete one of them"), key.value)
            mapping[key.value] = self._value(self._next(), (*path, key.value))
        return mapping

    def _scalar(self, event: Any) -> Any:
        text: str = event.value
        if event.style in ("'", '"', "|", ">"):
            return text
        if text in ("", "null", "~"):
            return None
        if text in ("true", "false"):
            return text == "true"
        if _INT.match(text):
            return int(text.replace("_", ""))
        if _FLOAT.match(text):
            return float(text.replace("_", ""))
        if _DAY.match(text):
            try:
                return date.fromisoformat(text)
            except ValueError as error:
                raise self._refuse_at(event, Text("没有这一天", "there is no such day"), Text("检查日期", "check the date"), text) from error
        return text
