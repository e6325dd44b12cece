"""The formula language of standards: numbers with units, three-valued logic, no loops, no calls to anything else.

Grammar (names may be Chinese; ``（），≤≥×÷`` are read like their ASCII twins)::

    expr  := or ["if" or "else" expr]
    or    := and {"or" and}           and := not {"and" not}           not := "not" not | cmp
    cmp   := sum [("<" | "<=" | ">" | ">=" | "==") sum]
    sum   := term {("+" | "-") term}  term := factor {("*" | "/") factor}
    factor:= "-" factor | number ["[" unit "]"] | name | call | "(" expr ")"
    call  := ("min" | "max" | "abs" | "clip" | "reported" | "to" | "at" | "avg" | "total") "(" args ")"

``at(x, -1)`` is last year's x, ``avg(x, 3)`` the mean and ``total(x, 3)`` the sum of three years; ``over_years`` writes them
out as names of earlier years (``x@-1``), which no file can spell itself.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from qingshan.engines.evaluation.errors import FormulaError
from qingshan.kernel.errors import UnknownUnit
from qingshan.kernel.quantity import BARE, Unit, parse_unit
from qingshan.kernel.text import Text

MAX_NODES = 200
MAX_DEPTH = 40
FUNCTIONS = {
    "min": (2, 8),
    "max": (2, 8),
    "abs": (1, 1),
    "clip": (3, 3),
    "reported": (1, 1),
    "to": (2, 2),
    "at": (2, 2),
    "avg": (2, 2),
    "total": (2, 2),
}
MOST_YEARS = 5


@dataclass(frozen=True, slots=True)
class Number:
    """A literal, with a unit where one is written: ``5['t']``."""

    value: float
    unit: str
    at: int


@dataclass(frozen=True, slots=True)
class Name:
    """An input, parameter or derived quantity."""

    name: str
    at: int


@dataclass(frozen=True, slots=True)
class Operation:
    """An operator or function on its arguments; ``if`` has (condition, then, else)."""

    op: str
    arguments: tuple["Node", ...]
    at: int


Node = Number | Name | Operation

_TOKEN = re.compile(r"\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|([^\W\d]\w*)|('[^'\n]*')|(<=|>=|==|[-+*/()<>,\[\]]))")
_TWINS = str.maketrans({"（": "(", "）": ")", "，": ",", "×": "*", "÷": "/", "−": "-", "‘": "'", "’": "'"})


def parse_formula(text: str) -> Node:
    """Read a formula.

    Raises:
        FormulaError: With the column of the first sign that does not fit.

    >>> parse_formula("coal * 0.7143 + 2").op
    '+'
    """
    return _Parser(text).whole()


def names_in(node: Node) -> Iterator[str]:
    """Every name that occurs, in order, with repetitions."""
    if isinstance(node, Name):
        yield node.name
    elif isinstance(node, Operation):
        for argument in node.arguments:
            yield from names_in(argument)


def walk(node: Node) -> Iterator[Operation]:
    """Every operation of a formula, outermost first."""
    if isinstance(node, Operation):
        yield node
        for argument in node.arguments:
            yield from walk(argument)


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text.translate(_TWINS).replace("≤", "<=").replace("≥", ">=")
        self.tokens = list(self._scan())
        self.position = self.nodes = self.depth = 0

    def _scan(self) -> Iterator[tuple[str, str, int]]:
        position = 0
        while position < len(self.text):
            if not self.text[position:].strip():
                break
            match = _TOKEN.match(self.text, position)
            if match is None:
                column = position + len(self.text[position:]) - len(self.text[position:].lstrip()) + 1
                raise FormulaError(
                    column,
                    Text("公式里不能有这个符号", "this sign cannot stand in a formula"),
                    Text(
                        "只用 + - * / 比较、and or not、if else 和列出的函数",
                        "use + - * /, comparisons, and or not, if else and the listed functions",
                    ),
                    self.text[column - 1 : column],
                )
            for kind, value in zip(("number", "name", "string", "sign"), match.groups(), strict=True):
                if value is not None:
                    yield kind, value, match.start(match.lastindex or 0) + 1
            position = match.end()
        yield "end", "", len(self.text) + 1

    def whole(self) -> Node:
        node = self.expression()
        if self._peek()[0] != "end":
            raise self._unexpected()
        return node

    def _peek(self) -> tuple[str, str, int]:
        return self.tokens[self.position]

    def _take(self, *values: str) -> tuple[str, str, int] | None:
        token = self.tokens[self.position]
        if token[1] in values and token[0] != "string":
            self.position += 1
            return token
        return None

    def _expect(self, value: str) -> None:
        if self._take(value) is None:
            raise self._unexpected(value)

    def _unexpected(self, wanted: str = "") -> FormulaError:
        kind, value, at = self._peek()
        found = value if kind != "end" else ""
        where = (
            Text("公式到此不完整", "the formula is not complete here") if kind == "end" else Text("此处不应出现该内容", "this does not belong here")
        )
        remedy = Text(f"此处需要“{wanted}”", f"“{wanted}” is needed here") if wanted else Text("检查括号和运算符", "check brackets and operators")
        return FormulaError(at, where, remedy, found)

    def _node(self, op: str, arguments: tuple[Node, ...], at: int) -> Operation:
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise FormulaError(
                at,
                Text(f"公式超过 {MAX_NODES} 个节点", f"the formula has more than {MAX_NODES} nodes"),
                Text("拆成几个 derived 量", "split it into derived quantities"),
            )
        return Operation(op, arguments, at)

    def expression(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise FormulaError(
                self._peek()[2],
                Text(f"括号嵌套超过 {MAX_DEPTH} 层", f"brackets are nested deeper than {MAX_DEPTH}"),
                Text("拆成几个 derived 量", "split it into derived quantities"),
            )
        value = self._either()
        if token := self._take("if"):
            condition = self._either()
            self._expect("else")
            value = self._node("if", (condition, value, self.expression()), token[2])
        self.depth -= 1
        return value

    def _either(self) -> Node:
        left = self._both()
        while token := self._take("or"):
            left = self._node("or", (left, self._both()), token[2])
        return left

    def _both(self) -> Node:
        left = self._negated()
        while token := self._take("and"):
            left = self._node("and", (left, self._negated()), token[2])
        return left

    def _negated(self) -> Node:
        tokens = []
        while token := self._take("not"):
            tokens.append(token)
        node = self._comparison()
        for token in tokens:
            node = self._node("not", (node,), token[2])
        return node

    def _comparison(self) -> Node:
        left = self._sum()
        if token := self._take("<", "<=", ">", ">=", "=="):
            return self._node(token[1], (left, self._sum()), token[2])
        return left

    def _sum(self) -> Node:
        left = self._term()
        while token := self._take("+", "-"):
            left = self._node(token[1], (left, self._term()), token[2])
        return left

    def _term(self) -> Node:
        left = self._factor()
        while token := self._take("*", "/"):
            left = self._node(token[1], (left, self._factor()), token[2])
        return left

    def _factor(self) -> Node:
        minuses = []
        while token := self._take("-"):
            minuses.append(token)
        node = self._atom()
        for token in minuses:
            node = self._node("neg", (node,), token[2])
        return node

    def _atom(self) -> Node:
        kind, value, at = self._peek()
        if kind == "number":
            self.position += 1
            unit = ""
            if self._take("["):
                unit_kind, unit_text, _ = self._peek()
                if unit_kind != "string":
                    raise self._unexpected("'单位'")
                self.position += 1
                unit = unit_text[1:-1]
                self._expect("]")
            return Number(float(value), unit, at)
        if kind == "name" and value not in ("if", "else", "and", "or", "not"):
            self.position += 1
            if self._take("("):
                return self._call(value, at)
            return Name(value, at)
        if self._take("("):
            node = self.expression()
            self._expect(")")
            return node
        raise self._unexpected()

    def _call(self, function: str, at: int) -> Node:
        if function not in FUNCTIONS:
            raise FormulaError(
                at,
                Text("没有这个函数", "there is no such function"),
                Text(f"可用：{' '.join(FUNCTIONS)}", f"use one of: {' '.join(FUNCTIONS)}"),
                function,
            )
        arguments: list[Node] = []
        if not self._take(")"):
            while True:
                kind, value, where = self._peek()
                if function == "to" and len(arguments) == 1 and kind == "string":
                    self.position += 1
                    arguments.append(Number(1.0, value[1:-1], where))
                else:
                    arguments.append(self.expression())
                if self._take(")"):
                    break
                self._expect(",")
        low, high = FUNCTIONS[function]
        if not low <= len(arguments) <= high:
            raise FormulaError(
                at,
                Text(f"{function} 需要 {low} 至 {high} 个参数", f"{function} takes {low} to {high} arguments"),
                Text(f"现在是 {len(arguments)} 个", f"it has {len(arguments)}"),
                function,
            )
        return self._node(function, tuple(arguments), at)


def over_years(node: Node, fixed: Collection[str] = ()) -> Node:
    """Write ``at``, ``avg`` and ``total`` out as names of earlier years; names in ``fixed`` are the same in every year.

    Raises:
        FormulaError: The second argument is not a whole number of years within reach.

    >>> over_years(parse_formula("at(x, -1)")).name
    'x@-1'
    """
    if not isinstance(node, Operation):
        return node
    if node.op == "at":
        back = node.arguments[1]
        years = back.arguments[0] if isinstance(back, Operation) and back.op == "neg" else None
        return _shifted(over_years(node.arguments[0], fixed), -_years(years, node), fixed)
    if node.op in ("avg", "total"):
        count = _years(node.arguments[1], node)
        of = over_years(node.arguments[0], fixed)
        summed = of
        for year in range(1, count):
            summed = Operation("+", (summed, _shifted(of, -year, fixed)), node.at)
        return Operation("/", (summed, Number(float(count), "", node.at)), node.at) if node.op == "avg" else summed
    return Operation(node.op, tuple(over_years(argument, fixed) for argument in node.arguments), node.at)


def _years(node: Node | None, call: Operation) -> int:
    if isinstance(node, Number) and not node.unit and node.value == int(node.value) and 1 <= node.value <= MOST_YEARS:
        return int(node.value)
    example = "at(x, -1)" if call.op == "at" else f"{call.op}(x, 3)"
    raise FormulaError(
        call.at,
        Text(f"年数须是 1 至 {MOST_YEARS} 的整数", f"years must be a whole number from 1 to {MOST_YEARS}"),
        Text(f"例如 {example}", f"for example {example}"),
        call.op,
    )


def shifted_name(name: str, years: int) -> str:
    """Name of a quantity some years earlier.

    >>> shifted_name("x@-1", -1)
    'x@-2'
    """
    base, _, year = name.partition("@")
    total = int(year or 0) + years
    return f"{base}@{total}" if total else base


def _shifted(node: Node, years: int, fixed: Collection[str]) -> Node:
    if isinstance(node, Name):
        return node if node.name in fixed else Name(shifted_name(node.name, years), node.at)
    if isinstance(node, Operation):
        return Operation(node.op, tuple(_shifted(argument, years, fixed) for argument in node.arguments), node.at)
    return node


def shift_years(node: Node, years: int, fixed: Collection[str]) -> Node:
    """A formula of an earlier year: every name but the fixed ones is moved back."""
    return _shifted(node, years, fixed)


Kind = str  # "number" or "truth"


def check_formula(node: Node, units: Mapping[str, tuple[Kind, Unit]]) -> tuple[Kind, Unit]:
    """Type and unit of a formula.

    Args:
        node: A parsed formula.
        units: Name → its kind and unit.

    Raises:
        FormulaError: Unknown name, sum of different kinds or factors, number where a yes/no is needed; with column.
    """
    if isinstance(node, Number):
        try:
            return "number", parse_unit(node.unit)
        except UnknownUnit as error:
            raise FormulaError(node.at, Text("单位表里没有这个单位", "no such unit"), Text("见单位表", "see the unit table"), node.unit) from error
    if isinstance(node, Name):
        if node.name not in units:
            from difflib import get_close_matches

            close = get_close_matches(node.name, units, 1)
            remedy = (
                Text(f"是不是“{close[0]}”？", f"did you mean “{close[0]}”?")
                if close
                else Text("先在 inputs 或 derived 里声明", "declare it in inputs or derived")
            )
            raise FormulaError(node.at, Text("未声明的名称", "this name is not declared"), remedy, node.name)
        return units[node.name]
    return _check_operation(node, units)


def _check_operation(node: Operation, units: Mapping[str, tuple[Kind, Unit]]) -> tuple[Kind, Unit]:
    checked = [check_formula(argument, units) for argument in node.arguments]
    if node.op in ("and", "or", "not"):
        _need(node, checked, "truth")
        return "truth", BARE
    if node.op == "reported":
        return "truth", BARE
    if node.op == "if":
        _need(node, checked[:1], "truth")
        if checked[1][0] != checked[2][0]:
            raise FormulaError(
                node.at,
                Text("两个分支一个是数、一个是是否", "one branch is a number, the other yes/no"),
                Text("两边写成同一类", "make both the same kind"),
            )
        if checked[1][0] == "number":
            _same_unit(node, checked[1][1], checked[2][1])
        return checked[1]
    _need(node, checked, "number")
    if node.op == "to":
        target = node.arguments[1]
        assert isinstance(target, Number)
        if checked[0][1].dimensions != checked[1][1].dimensions:
            raise FormulaError(
                node.at,
                Text("to() 的单位与量纲不符", "to() names a unit of another kind"),
                Text("检查公式的量纲", "check what the formula measures"),
                target.unit,
            )
        return "number", checked[1][1]
    if node.op == "*":
        return "number", checked[0][1].times(checked[1][1])
    if node.op == "/":
        return "number", checked[0][1].times(checked[1][1], -1)
    if node.op in ("neg", "abs"):
        return checked[0]
    for other in checked[1:]:
        _same_unit(node, checked[0][1], other[1])
    return ("truth", BARE) if node.op in ("<", "<=", ">", ">=", "==") else checked[0]


def _need(node: Operation, checked: list[tuple[Kind, Unit]], kind: Kind) -> None:
    for found, _ in checked:
        if found != kind:
            zh, en = ("是/否", "yes/no") if kind == "truth" else ("数", "number")
            raise FormulaError(
                node.at, Text(f"“{node.op}”需要{zh}", f"“{node.op}” needs a {en}"), Text("检查两边的类型", "check what stands on both sides"), node.op
            )


def _same_unit(node: Operation, left: Unit, right: Unit) -> None:
    if left.dimensions != right.dimensions:
        raise FormulaError(
            node.at,
            Text(
                f"量纲不同，不能用“{node.op}”：{describe(left)} 与 {describe(right)}",
                f"different kinds, “{node.op}” is impossible: {describe(left)} and {describe(right)}",
            ),
            Text("检查单位", "check the units"),
        )
    ratio = left.factor / right.factor
    if abs(ratio - 1) > 1e-9:
        factor = ratio if ratio > 1 else 1 / ratio
        raise FormulaError(
            node.at,
            Text(f"量纲相同但倍率差 {factor:g}", f"same kind, but the units differ by a factor {factor:g}"),
            Text("请用 to(…, '单位') 换算", "convert with to(…, 'unit')"),
        )


def describe(unit: Unit) -> str:
    """Dimensions of a unit for an error message."""
    return "·".join(f"{name}{f'^{power:g}' if power != 1 else ''}" for name, power in unit.dimensions) or "无量纲"
