"""Which values a formula can take, from the declared ranges of its inputs: finds denominators that can be zero before anybody divides."""

import math
from collections.abc import Mapping

from qingshan.engines.evaluation.formula import Name, Node, Number, Operation

Range = tuple[float, float]
ANY: Range = (-math.inf, math.inf)


def value_range(node: Node, ranges: Mapping[str, Range]) -> Range:
    """Bounds of a formula's value; ±∞ where nothing is known.

    >>> from qingshan.engines.evaluation.formula import parse_formula
    >>> value_range(parse_formula("a + 2 * b"), {"a": (1, 5), "b": (0, 10)})
    (1.0, 25.0)
    """
    if isinstance(node, Number):
        return node.value, node.value
    if isinstance(node, Name):
        return ranges.get(node.name, ANY)
    found = _operation(node, [value_range(argument, ranges) for argument in node.arguments])
    return (-math.inf, math.inf) if any(math.isnan(end) for end in found) else (float(found[0]), float(found[1]))


def _operation(node: Operation, of: list[Range]) -> Range:
    op = node.op
    if op == "+":
        return of[0][0] + of[1][0], of[0][1] + of[1][1]
    if op == "-":
        return of[0][0] - of[1][1], of[0][1] - of[1][0]
    if op == "neg":
        return -of[0][1], -of[0][0]
    if op == "abs":
        low, high = of[0]
        return (0.0 if low <= 0 <= high else min(abs(low), abs(high))), max(abs(low), abs(high))
    if op == "to":
        factor = of[1][0] or 1.0
        return of[0][0] * factor, of[0][1] * factor
    if op == "*" or (op == "/" and not of[1][0] <= 0 <= of[1][1]):
        ends = [_product(a, b if op == "*" else 1 / b) for a in of[0] for b in of[1]]
        return min(ends), max(ends)
    if op in ("min", "max"):
        pick = min if op == "min" else max
        return pick(low for low, _ in of), pick(high for _, high in of)
    if op == "if":
        return min(of[1][0], of[2][0]), max(of[1][1], of[2][1])
    if op == "clip":
        return of[1][0], of[2][1]
    return ANY


def _product(a: float, b: float) -> float:
    return 0.0 if a == 0 or b == 0 else a * b
