"""What changed between two versions of a standard, by the ids of its parts, each with its direction. (修订比对)"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from qingshan.engines.evaluation.formula import Name, Node, Number
from qingshan.engines.evaluation.standard import POINT, BestOf, Check, Curve, Formula, Item, Level, PerStep, Ratio, Rule, Standard, Tier
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text

Direction = Literal["tightened", "loosened", "changed", "added", "removed", "points", "formula", "applicability", "source", "wording"]
NAMES: dict[str, Text] = {
    "tightened": Text("收紧", "tightened"),
    "loosened": Text("放宽", "loosened"),
    "changed": Text("改变", "changed"),
    "added": Text("新增", "added"),
    "removed": Text("删除", "removed"),
    "points": Text("分值", "points"),
    "formula": Text("公式", "formula"),
    "applicability": Text("适用条件", "applicability"),
    "source": Text("出处", "source"),
    "wording": Text("文字", "wording"),
}


@dataclass(frozen=True, slots=True)
class Change:
    """One difference. (变动)"""

    part: Literal["item", "veto", "level", "parameter", "derived", "input", "statistic", "rule"]
    id: str
    label: Text
    direction: Direction
    before: str
    after: str

    @property
    def name(self) -> Text:
        """The direction in words."""
        return NAMES[self.direction]


def compare(old: Standard, new: Standard) -> tuple[Change, ...]:
    """Every difference of two versions, by id: thresholds with direction, points, formulas, applicability, source, wording."""
    return (
        *_rows("item", {item.id: item for item in old.items}, {item.id: item for item in new.items}, _item),
        *_rows("veto", {veto.id: veto for veto in old.vetoes}, {veto.id: veto for veto in new.vetoes}, _veto),
        *_rows("level", {level.id: level for level in old.levels}, {level.id: level for level in new.levels}, _level),
        *_rows("parameter", {row.key: row for row in old.parameters}, {row.key: row for row in new.parameters}, _parameter),
        *_rows("derived", {row.key: row for row in old.derived}, {row.key: row for row in new.derived}, _derived),
        *_rows("input", {row.key: row for row in old.inputs}, {row.key: row for row in new.inputs}, _input),
        *_rows("statistic", {row.key: row for row in old.statistics}, {row.key: row for row in new.statistics}, _whole),
        *_whole_standard(old, new),
    )


def same_formula(one: Node, other: Node) -> bool:
    """Whether two formulas are the same sum, whatever their spacing and brackets."""
    if isinstance(one, Number) and isinstance(other, Number):
        return (one.value, one.unit) == (other.value, other.unit)
    if isinstance(one, Name) and isinstance(other, Name):
        return one.name == other.name
    if isinstance(one, (Number, Name)) or isinstance(other, (Number, Name)):
        return False
    return (
        one.op == other.op
        and len(one.arguments) == len(other.arguments)
        and all(same_formula(a, b) for a, b in zip(one.arguments, other.arguments, strict=True))
    )


def _rows(part: Any, old: Mapping[str, Any], new: Mapping[str, Any], differences: Any) -> Iterator[Change]:
    for key in [*old, *(key for key in new if key not in old)]:
        if key not in new:
            yield Change(part, key, old[key].label, "removed", _summary(old[key]), "")
        elif key not in old:
            yield Change(part, key, new[key].label, "added", "", _summary(new[key]))
        else:
            for direction, before, after in differences(old[key], new[key]):
                yield Change(part, key, new[key].label, direction, before, after)


Difference = tuple[Direction, str, str]


def _common(old: Any, new: Any) -> Iterator[Difference]:
    if old.label != new.label:
        yield "wording", old.label.zh, new.label.zh
    before, after = getattr(old, "source", None), getattr(new, "source", None)
    if isinstance(before, Citation) and isinstance(after, Citation) and (before.document, before.clause) != (after.document, after.clause):
        yield "source", str(before), str(after)


def _formulas(old: Formula | None, new: Formula | None, direction: Direction) -> Iterator[Difference]:
    if (old is None) != (new is None) or (old is not None and new is not None and not same_formula(old.node, new.node)):
        yield direction, old.text if old else "", new.text if new else ""


def _item(old: Item, new: Item) -> Iterator[Difference]:
    yield from _common(old, new)
    if old.points != new.points:
        yield "points", f"{old.points / POINT:g}", f"{new.points / POINT:g}"
    yield from _formulas(old.applies_when, new.applies_when, "applicability")
    yield from _rule(old.rule, new.rule)


def _rule(old: Rule, new: Rule) -> Iterator[Difference]:
    if type(old) is not type(new):
        yield "changed", type(old).__name__.lower(), type(new).__name__.lower()
        return
    if isinstance(old, BestOf) and isinstance(new, BestOf):
        if len(old.rules) != len(new.rules):
            yield ("loosened" if len(new.rules) > len(old.rules) else "tightened"), str(len(old.rules)), str(len(new.rules))
        for before, after in zip(old.rules, new.rules, strict=False):
            yield from _rule(before, after)
        return
    if isinstance(old, Check) and isinstance(new, Check):
        yield from _formulas(old.when, new.when, "formula")
        return
    if isinstance(old, (Curve, Tier, Ratio, PerStep)) and isinstance(new, (Curve, Tier, Ratio, PerStep)):
        yield from _formulas(old.value, new.value, "formula")
        if old.better != new.better:
            yield "changed", old.better, new.better
        else:
            yield from _thresholds(old, new)


def _thresholds(old: Any, new: Any) -> Iterator[Difference]:
    """Numbers of a rule; one moved to the harder side is a tightening, to the easier side a loosening, both is a change."""
    harder_up = new.better == "higher"
    before, after = dict(_numbers(old)), dict(_numbers(new))
    moved: set[int] = set()
    for key in {*before, *after}:
        if key not in before or key not in after:
            moved |= {2}
        elif before[key] != after[key]:
            kind = key[0]
            up_is_harder = harder_up if kind == "value" else kind == "harder"
            moved.add(1 if (after[key] > before[key]) == up_is_harder else -1)
    if moved:
        direction: Direction = "tightened" if moved == {1} else "loosened" if moved == {-1} else "changed"
        yield direction, _numbers_text(before, after), _numbers_text(after, before)


def _numbers(rule: Any) -> Iterator[tuple[tuple[str, str], float]]:
    """A rule's numbers: ``value`` moves with the quantity, more of ``harder`` is harder, more of ``easier`` is easier."""
    if isinstance(rule, Curve):
        yield ("easier", "at_base"), float(rule.at_base)
        if rule.fixed:
            yield ("value", "base"), rule.fixed.base
            yield ("value", "lead"), rule.fixed.lead
        for code, reference in rule.by_industry:
            yield ("value", f"{code} base"), reference.base
            yield ("value", f"{code} lead"), reference.lead
    elif isinstance(rule, Tier):
        for index, (at, share) in enumerate(rule.steps):
            yield ("value", f"step {index + 1}"), at
            yield ("easier", f"share {index + 1}"), float(share)
    elif isinstance(rule, Ratio):
        yield ("value", "lead"), rule.lead
        yield ("easier", "cap"), float(rule.cap)
    else:
        yield ("value", "start"), rule.start
        yield ("easier", "step"), rule.step
        yield ("harder", "penalty"), float(rule.penalty)
        yield ("harder", "started"), float(rule.counting == "started")


def _numbers_text(numbers: Mapping[tuple[str, str], float], other: Mapping[tuple[str, str], float]) -> str:
    return ", ".join(f"{key[1]} {value:g}" for key, value in numbers.items() if other.get(key) != value)


def _veto(old: Any, new: Any) -> Iterator[Difference]:
    yield from _common(old, new)
    yield from _formulas(old.must, new.must, "formula")
    if old.curable != new.curable:
        yield ("loosened" if new.curable else "tightened"), f"curable {old.curable}", f"curable {new.curable}"


def _level(old: Level, new: Level) -> Iterator[Difference]:
    yield from _common(old, new)
    if old.at != new.at:
        harder = old.at is not None and (new.at is None or new.at > old.at)
        texts = ["–" if at is None else f"{at / POINT:g}" for at in (old.at, new.at)]
        yield ("tightened" if harder else "loosened"), texts[0], texts[1]
    for before, after, more_is in ((old.requires, new.requires, "tightened"), (old.direct, new.direct, "loosened")):
        ids, other = [entry.id for entry in before], [entry.id for entry in after]
        if ids != other:
            direction: Any = (
                more_is
                if set(other) > set(ids)
                else {"tightened": "loosened", "loosened": "tightened"}[more_is]
                if set(other) < set(ids)
                else "changed"
            )
            yield direction, ", ".join(ids), ", ".join(other)
        for one in before:
            for two in after:
                if one.id == two.id:
                    yield from _formulas(one.must, two.must, "formula")


def _parameter(old: Any, new: Any) -> Iterator[Difference]:
    yield from _common(old, new)
    if (old.value, old.unit) != (new.value, new.unit):
        yield "changed", f"{old.value:g} {old.unit}", f"{new.value:g} {new.unit}"


def _derived(old: Any, new: Any) -> Iterator[Difference]:
    yield from _common(old, new)
    yield from _formulas(old.formula, new.formula, "formula")
    if old.unit != new.unit:
        yield "changed", old.unit, new.unit


def _input(old: Any, new: Any) -> Iterator[Difference]:
    yield from _common(old, new)
    if (old.kind, old.unit) != (new.kind, new.unit):
        yield "changed", f"{old.kind} {old.unit}".strip(), f"{new.kind} {new.unit}".strip()
    if (old.low, old.high) != (new.low, new.high):
        yield "changed", f"{old.low}–{old.high}", f"{new.low}–{new.high}"


def _whole(old: Any, new: Any) -> Iterator[Difference]:
    yield from _common(old, new)
    if (old.of, old.over, old.function, old.percent, old.least) != (new.of, new.over, new.function, new.percent, new.least):
        yield "changed", f"{old.function} {old.of}", f"{new.function} {new.of}"


def _whole_standard(old: Standard, new: Standard) -> Iterator[Change]:
    label = new.title
    if old.rounding != new.rounding:
        yield Change(
            "rule",
            "rounding",
            label,
            "changed",
            f"{old.rounding.step / POINT:g} {old.rounding.compare}",
            f"{new.rounding.step / POINT:g} {new.rounding.compare}",
        )
    if old.scaled_to != new.scaled_to:
        yield Change("rule", "scaled_to", label, "changed", str(old.scaled_to), str(new.scaled_to))
    choices = [{(group.id, choice.id): choice.pick for group in version.groups for choice in group.choices} for version in (old, new)]
    for key in {*choices[0], *choices[1]}:
        before, after = choices[0].get(key), choices[1].get(key)
        if before != after:
            yield Change("rule", f"{key[0]}.{key[1]}", label, "changed", str(before or "–"), str(after or "–"))
    if old.ranking != new.ranking:
        yield Change("rule", "ranking", label, "changed", *(_grades(version) for version in (old, new)))


def _grades(standard: Standard) -> str:
    return "" if standard.ranking is None else ", ".join(f"{grade} {upto / 10_000:g} %" for grade, _, upto in standard.ranking.grades)


def _summary(row: Any) -> str:
    if isinstance(row, Item):
        return f"{row.points / POINT:g}"
    for name in ("must", "formula"):
        if hasattr(row, name):
            return str(getattr(row, name).text)
    if isinstance(row, Level):
        return "–" if row.at is None else f"{row.at / POINT:g}"
    return f"{row.value:g}" if hasattr(row, "value") else getattr(row, "unit", "")
