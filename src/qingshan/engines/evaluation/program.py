"""A standard compiled to a short list of array instructions: data, not code, so that an uploaded file can never run anything."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from qingshan.engines.evaluation.formula import Name, Node, Number, Operation
from qingshan.engines.evaluation.standard import SHARE, BestOf, Check, Curve, PerStep, Ratio, Requirement, Rule, SingleRule, Standard, Unpublished


@dataclass(frozen=True, slots=True)
class Instruction:
    """``op`` on slots ``arguments`` into slot ``target``; ``table`` for steps."""

    op: str
    target: int
    arguments: tuple[int, ...]
    table: tuple[tuple[float, ...], ...] = ()


@dataclass(slots=True)
class Program:
    """What ``population`` runs block by block.

    Slots are numbered: columns of the population first, then constants, then parameters by industry, then registers.
    """

    standard: Standard
    columns: dict[str, int] = field(default_factory=dict)  # fact key, "key.base", "key.lead", "key.share" → slot
    truth_columns: set[str] = field(default_factory=set)
    constants: dict[int, float] = field(default_factory=dict)
    parameters: dict[int, tuple[str, int]] = field(default_factory=dict)  # slot → (item id, 0 base | 1 slope)
    instructions: list[Instruction] = field(default_factory=list)
    item_slots: list[int] = field(default_factory=list)  # share of each item [10⁻⁶, NaN = unknown], or the truth of a check
    high_slots: list[int | None] = field(default_factory=list)  # upper end of an item's share where it is not simply open
    checks: set[int] = field(default_factory=set)  # item slots that hold a truth
    applies_slots: list[int | None] = field(default_factory=list)
    veto_slots: list[int] = field(default_factory=list)
    level_slots: list[tuple[int | None, int | None]] = field(default_factory=list)  # of each level: direct, requires
    value_slots: dict[str, int] = field(default_factory=dict)  # quantities asked for by name
    truth_registers: set[int] = field(default_factory=set)
    slots: int = 0
    last_use: dict[int, int] = field(default_factory=dict)


def compile_standard(standard: Standard) -> Program:
    """Compile a checked standard; takes about a millisecond. (编译)"""
    return _Compiler(standard).program()


def compile_values(standard: Standard, nodes: Mapping[str, Node]) -> Program:
    """Compile only what some formulas over a standard's names need."""
    return _Compiler(replace(standard, groups=(), vetoes=(), levels=())).values(nodes)


class _Compiler:
    def __init__(self, standard: Standard) -> None:
        self.result = Program(standard)
        self.names: dict[str, int] = {}
        self.seen: dict[tuple[object, ...], int] = {}
        for item in standard.inputs:
            self.names[item.key] = self._column(item.key, truth=item.kind == "truth")
        for parameter in standard.parameters:
            self.names[parameter.key] = self._constant(parameter.value)
        for statistic in standard.statistics:
            self.names[statistic.key] = self._column(statistic.key)
        self.derived = {quantity.key: quantity.formula.node for quantity in standard.derived}

    def program(self) -> Program:
        result, standard = self.result, self.result.standard
        for item in standard.items:
            low, high = self._rule(item.id, item.rule)
            if isinstance(item.rule, Check):
                result.checks.add(low)
            result.item_slots.append(low)
            result.high_slots.append(high)
            result.applies_slots.append(None if item.applies_when is None else self._node(item.applies_when.node))
        result.veto_slots = [self._node(veto.must.node) for veto in standard.vetoes]
        for level in standard.levels:
            result.level_slots.append((self._all("or", level.direct), self._all("and", level.requires)))
        applies = [slot for slot in result.applies_slots if slot is not None]
        ends = [slot for slot in result.high_slots if slot is not None]
        levels = [slot for pair in result.level_slots for slot in pair if slot is not None]
        return self._finished({*result.item_slots, *ends, *result.veto_slots, *applies, *levels})

    def values(self, nodes: Mapping[str, Node]) -> Program:
        self.result.value_slots = {key: self._node(node) for key, node in nodes.items()}
        return self._finished(set(self.result.value_slots.values()))

    def _finished(self, keep: set[int]) -> Program:
        result = self.result
        for index, instruction in enumerate(result.instructions):
            for argument in instruction.arguments:
                result.last_use[argument] = index
        for slot in keep:
            result.last_use[slot] = len(result.instructions)
        return result

    def _all(self, op: str, requirements: Sequence[Requirement]) -> int | None:
        slot: int | None = None
        for entry in requirements:
            one = self._node(entry.must.node)
            slot = one if slot is None else self._truth(self._emit(op, (slot, one)))
        return slot

    def _rule(self, item: str, rule: Rule) -> tuple[int, int | None]:
        """Slot of the share, or of a check's truth; and of its upper end where that differs."""
        if isinstance(rule, Unpublished):
            return self._constant(math.nan), None
        if not isinstance(rule, BestOf):
            return self._single(item, rule), None
        ends: list[tuple[int, int]] = []
        for index, alternative in enumerate(rule.rules):
            slot = self._single(f"{item}/{index}", alternative)
            if isinstance(alternative, Check):
                slot = self._emit("share_of_truth", (slot,))
            ends.append((self._emit("least", (slot,)), self._emit("most", (slot,))))
        low, high = ends[0]
        for other_low, other_high in ends[1:]:
            low, high = self._emit("max", (low, other_low)), self._emit("max", (high, other_high))
        return low, high

    def _single(self, item: str, rule: SingleRule) -> int:
        if isinstance(rule, Check):
            return self._node(rule.when.node)
        if isinstance(rule, Curve):
            return self._curve(item, rule)
        value = self._node(rule.value.node)
        lower = rule.better == "lower"
        if isinstance(rule, Ratio):
            constant = self._constant(SHARE * rule.lead if lower else SHARE / rule.lead)
            return self._emit("ratio_down" if lower else "ratio_up", (value, constant, self._constant(float(rule.cap))))
        if isinstance(rule, PerStep):
            settings = (rule.start, rule.step, float(rule.penalty), float(rule.counting == "started"), float(lower))
            return self._emit("per_step", (value,), (settings,))
        sign = -1.0 if lower else 1.0
        table = (tuple(sign * at for at, _ in rule.steps), (0.0, *(float(share) for _, share in rule.steps)))
        return self._emit("tier_down" if lower else "tier", (value,), table)

    def _curve(self, item: str, rule: Curve) -> int:
        value = self._node(rule.value.node)
        at_base = self._constant(float(rule.at_base))
        if not rule.external:
            base, slope = self._parameter(item, 0), self._parameter(item, 1)
            return self._emit("curve", (value, base, slope, at_base))
        base, lead = self._column(f"{rule.external}.base"), self._column(f"{rule.external}.lead")
        if rule.fixed is not None or rule.by_industry:
            given = self._emit("slope", (base, lead, at_base))
            slope = self._emit("coalesce", (base, given, self._parameter(item, 1)))
            base = self._emit("coalesce", (base, base, self._parameter(item, 0)))
        else:
            slope = self._emit("slope", (base, lead, at_base))
        share = self._emit("curve", (value, base, slope, at_base))
        return self._emit("lines", (self._column(f"{rule.external}.share"), self._column(f"{rule.external}.lines"), share))

    def _slot(self) -> int:
        self.result.slots += 1
        return self.result.slots - 1

    def _column(self, key: str, *, truth: bool = False) -> int:
        columns = self.result.columns
        if key not in columns:
            columns[key] = self._slot()
            if truth:
                self.result.truth_columns.add(key)
                self.result.truth_registers.add(columns[key])
        return columns[key]

    def _constant(self, value: float) -> int:
        key = ("constant", value.hex())
        if key not in self.seen:
            self.seen[key] = self._slot()
            self.result.constants[self.seen[key]] = value
        return self.seen[key]

    def _parameter(self, item: str, which: int) -> int:
        slot = self._slot()
        self.result.parameters[slot] = (item, which)
        return slot

    def _emit(self, op: str, arguments: tuple[int, ...], table: tuple[tuple[float, ...], ...] = ()) -> int:
        key = (op, arguments, table)
        if key in self.seen:
            return self.seen[key]
        target = self._slot()
        self.result.instructions.append(Instruction(op, target, arguments, table))
        self.seen[key] = target
        return target

    def _truth(self, slot: int) -> int:
        self.result.truth_registers.add(slot)
        return slot

    def _node(self, node: Node) -> int:
        if isinstance(node, Number):
            return self._constant(node.value)
        if isinstance(node, Name):
            if node.name not in self.names:
                self.names[node.name] = self._node(self.derived[node.name])
            return self.names[node.name]
        return self._operation(node)

    def _operation(self, node: Operation) -> int:
        op = node.op
        if op == "to":
            target = node.arguments[1]
            assert isinstance(target, Number)
            return self._emit("*", (self._node(node.arguments[0]), self._constant(target.value)))
        arguments = tuple(self._node(argument) for argument in node.arguments)
        truths = self.result.truth_registers
        if op == "reported":
            return self._truth(self._emit("known_truth" if arguments[0] in truths else "known", arguments))
        if op == "if":
            if arguments[1] in truths:
                return self._truth(self._emit("if_truth", arguments))
            return self._emit("if", arguments)
        if op in ("and", "or"):
            return self._truth(self._emit(op, arguments))
        if op == "not" or op in ("<", "<=", ">", ">=", "=="):
            return self._truth(self._emit(op, arguments))
        if op in ("min", "max"):
            slot = arguments[0]
            for argument in arguments[1:]:
                slot = self._emit(op, (slot, argument))
            return slot
        return self._emit(op, arguments)
