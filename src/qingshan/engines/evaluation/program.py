"""A standard compiled to a short list of array instructions: data, not code, so that an uploaded file can never run anything."""

from dataclasses import dataclass, field

from qingshan.engines.evaluation.formula import Name, Node, Number, Operation
from qingshan.engines.evaluation.standard import Check, Curve, Standard, Tier


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
    checks: set[int] = field(default_factory=set)  # item slots that hold a truth
    applies_slots: list[int | None] = field(default_factory=list)
    veto_slots: list[int] = field(default_factory=list)
    truth_registers: set[int] = field(default_factory=set)
    slots: int = 0
    last_use: dict[int, int] = field(default_factory=dict)


def compile_standard(standard: Standard) -> Program:
    """Compile a checked standard; takes about a millisecond. (编译)"""
    return _Compiler(standard).program()


class _Compiler:
    def __init__(self, standard: Standard) -> None:
        self.result = Program(standard)
        self.names: dict[str, int] = {}
        self.seen: dict[tuple[object, ...], int] = {}
        for item in standard.inputs:
            self.names[item.key] = self._column(item.key, truth=item.kind == "truth")
        for parameter in standard.parameters:
            self.names[parameter.key] = self._constant(parameter.value)
        self.derived = {quantity.key: quantity.formula.node for quantity in standard.derived}

    def program(self) -> Program:
        result, standard = self.result, self.result.standard
        for item in standard.items:
            rule = item.rule
            if isinstance(rule, Check):
                slot = self._node(rule.when.node)
                result.checks.add(slot)
            elif isinstance(rule, Tier):
                sign = 1.0 if rule.better == "higher" else -1.0
                table = (tuple(sign * at for at, _ in rule.steps), (0.0, *(float(share) for _, share in rule.steps)))
                slot = self._emit("tier" if sign > 0 else "tier_down", (self._node(rule.value.node),), table)
            else:
                slot = self._curve(item.id, rule)
            result.item_slots.append(slot)
            result.applies_slots.append(None if item.applies_when is None else self._node(item.applies_when.node))
        result.veto_slots = [self._node(veto.must.node) for veto in standard.vetoes]
        keep = {*result.item_slots, *result.veto_slots, *(slot for slot in result.applies_slots if slot is not None)}
        for index, instruction in enumerate(result.instructions):
            for argument in instruction.arguments:
                result.last_use[argument] = index
        for slot in keep:
            result.last_use[slot] = len(result.instructions)
        return result

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
