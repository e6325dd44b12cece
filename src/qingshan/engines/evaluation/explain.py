"""Formulas on one plant, with the reason kept: every node is a figure, its formula and the figures below it.

The arithmetic is the same IEEE arithmetic, in the same order, as in ``population``; both give the same integers.
"""

import math
from bisect import bisect_right
from collections.abc import Mapping

from qingshan.engines.evaluation.formula import Name, Node, Number, Operation, names_in
from qingshan.engines.evaluation.standard import SHARE, Formula, PerStep, Ratio, Tier
from qingshan.kernel.citation import Citation
from qingshan.kernel.quantity import parse_unit
from qingshan.kernel.text import Text
from qingshan.kernel.trace import State, Trace

NAN = math.nan
NO, UNKNOWN, YES = 0, 1, 2  # three-valued logic is min, max and 2 − x on these


def truth_of(value: float | bool | None) -> int:
    """Three-valued truth of a reported yes, no or nothing."""
    return UNKNOWN if value is None else YES if value else NO


def compute(node: Node, known: Mapping[str, Trace]) -> float | int:
    """Value of a formula: a float (NaN for “not known”) or 0, 1, 2 for no, unknown, yes."""
    if isinstance(node, Number):
        return node.value
    if isinstance(node, Name):
        trace = known[node.name]
        if isinstance(trace.value, bool):
            return truth_of(trace.value)
        if trace.value is None:
            return UNKNOWN if trace.unit == "truth" else NAN
        return float(trace.value)
    return _operate(node, known)


def _operate(node: Operation, known: Mapping[str, Trace]) -> float | int:
    op, arguments = node.op, node.arguments
    if op == "reported":
        value = compute(arguments[0], known)
        if isinstance(value, int):
            return NO if value == UNKNOWN else YES
        return NO if math.isnan(value) else YES
    if op == "to":
        target = arguments[1]
        assert isinstance(target, Number)
        return float(compute(arguments[0], known)) * target.value
    values = [compute(argument, known) for argument in arguments]
    if op == "if":
        if values[0] == UNKNOWN:
            return UNKNOWN if isinstance(values[1], int) else NAN
        return values[1] if values[0] == YES else values[2]
    if op == "and":
        return min(values)
    if op == "or":
        return max(values)
    if op == "not":
        return 2 - int(values[0])
    return _number(op, [float(value) for value in values])


def _number(op: str, values: list[float]) -> float | int:
    if op in ("<", "<=", ">", ">=", "=="):
        left, right = values
        if math.isnan(left) or math.isnan(right):
            return UNKNOWN
        met = {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right, "==": left == right}[op]
        return YES if met else NO
    if op == "neg":
        return -values[0]
    if op == "abs":
        return abs(values[0])
    if any(math.isnan(value) for value in values):
        return NAN
    if op == "+":
        return values[0] + values[1]
    if op == "-":
        return values[0] - values[1]
    if op == "*":
        return values[0] * values[1]
    if op == "/":
        return NAN if values[1] == 0 else values[0] / values[1]
    if op == "min":
        return min(values)
    if op == "max":
        return max(values)
    return max(min(values[0], values[2]), values[1])  # clip


def explain(formula: Formula, known: Mapping[str, Trace], *, key: str, label: Text, unit: str, source: Citation | None = None) -> Trace:
    """A formula's value as a node above the figures it uses."""
    node = formula.node
    if isinstance(node, Name) and node.name in known and known[node.name].unit != "truth":
        return known[node.name]
    value = compute(node, known)
    inputs = tuple(known[name] for name in dict.fromkeys(names_in(node)))
    if isinstance(value, int):
        return Trace(
            key, label, None if value == UNKNOWN else value == YES, "truth", "missing" if value == UNKNOWN else "known", formula.text, inputs, source
        )
    if math.isnan(value):
        return Trace(key, label, None, unit, _why(inputs), formula.text, inputs, source)
    # an overflow stays infinite, as in a population; its state says that it is no figure to show
    return Trace(key, label, value, unit, "known" if math.isfinite(value) else "unknown", formula.text, inputs, source)


def _why(inputs: tuple[Trace, ...]) -> State:
    """Why a number is not known: an input is missing, or else a denominator is zero."""
    return "missing" if any(trace.value is None for trace in inputs) else "division_by_zero"


def curve_share(value: float, base: float, lead: float, at_base: int) -> float:
    """Share of the points by a line from the baseline value to the lead value. [10⁻⁶, an integral float, or NaN]

    Source: GB/T 36132-2025 clause 5; the straight line and the points at the baseline value are a rule of the file.

    >>> curve_share(75.0, 60.0, 90.0, 0)
    500000.0
    """
    span = lead - base
    way = (value - base) * (float(SHARE - at_base) / span if span != 0 else NAN)
    if math.isnan(way):
        return NAN
    return float(round(min(way, float(SHARE - at_base)) + at_base)) if way >= 0 else 0.0


def tier_share(rule: Tier, value: float) -> float:
    """Share of the best step that a value reaches. [10⁻⁶, or NaN]"""
    if math.isnan(value):
        return NAN
    thresholds = [threshold if rule.better == "higher" else -threshold for threshold, _ in rule.steps]
    reached = bisect_right(thresholds, value if rule.better == "higher" else -value)
    return float(rule.steps[reached - 1][1]) if reached else 0.0


def ratio_share(rule: Ratio, value: float) -> float:
    """Share of the points by a ratio to the lead value; above one where the rule has no cap. [10⁻⁶, or NaN]

    Source: park index of 工信厅节函〔2016〕586号 annex 2: x/b, for inverse indicators b/x.

    >>> from qingshan.engines.evaluation.formula import parse_formula
    >>> ratio_share(Ratio(Formula("x", parse_formula("x")), "", "lower", 5.0, 2_000_000), 4.0)
    1250000.0
    """
    if math.isnan(value):
        return NAN
    if rule.better == "higher":
        way = value * (SHARE / rule.lead)
    elif value <= 0:
        return float(SHARE)
    else:
        way = (SHARE * rule.lead) / value
    return float(round(max(min(way, float(rule.cap)), 0.0)))


NEAR = 1e9  # steps are counted after rounding to 10⁻⁹ step, so that 1.05 is exactly one step of 0.05 above 1


def per_step_share(rule: PerStep, value: float) -> float:
    """Share left after the penalty for each step beyond the start. [10⁻⁶, or NaN]

    >>> from qingshan.engines.evaluation.formula import parse_formula
    >>> rule = PerStep(Formula("x", parse_formula("x")), "", "lower", 1.0, 0.05, 100_000, "complete")
    >>> [per_step_share(rule, value) for value in (1.0, 1.05, 1.16)]
    [1000000.0, 900000.0, 700000.0]
    """
    if math.isnan(value):
        return NAN
    excess = (value - rule.start) / rule.step if rule.better == "lower" else (rule.start - value) / rule.step
    steps = round(max(min(excess, 1e6), 0.0) * NEAR) / NEAR
    counted = math.ceil(steps) if rule.counting == "started" else math.floor(steps)
    return float(max(SHARE - rule.penalty * counted, 0))


def apply_conversions(node: Node, units: Mapping[str, tuple[str, object]]) -> Node:
    """Replace the unit in every ``to(x, 'unit')`` by the factor it stands for, once at load."""
    if not isinstance(node, Operation):
        return node
    arguments = tuple(apply_conversions(argument, units) for argument in node.arguments)
    if node.op == "to":
        from qingshan.engines.evaluation.formula import check_formula

        target = arguments[1]
        assert isinstance(target, Number)
        _, source = check_formula(node.arguments[0], units)  # type: ignore[arg-type]
        factor = float(f"{source.factor / parse_unit(target.unit).factor:.12g}")
        return Operation("to", (arguments[0], Number(factor, target.unit, target.at)), node.at)
    return Operation(node.op, arguments, node.at)
