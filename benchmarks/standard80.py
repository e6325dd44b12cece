"""The benchmark's standard and population, from a seed: 80 items, 12 vetoes, 31 industries, 90 inputs, 3 % missing."""

from pathlib import Path
from typing import Any

import numpy as np

from qingshan.engines.evaluation.formula import parse_formula
from qingshan.engines.evaluation.population import Population
from qingshan.engines.evaluation.standard import Check, Curve, Derived, Formula, Group, Input, Item, Reference, Rounding, Standard, Tier, Veto
from qingshan.kernel.citation import Citation
from qingshan.kernel.period import Period
from qingshan.kernel.text import Text

INDUSTRIES = [f"C{code}" for code in range(13, 44)]
NUMBERS = [f"n{index}" for index in range(46)]
TRUTHS = [f"t{index}" for index in range(44)]
NAME, SOURCE = Text("基准测试", "benchmark"), Citation("benchmark", basis="invented")


def specification(seed: int = 80) -> dict[str, Any]:
    """The standard as plain data that every engine can be given: derived quantities, items by group, vetoes."""
    rng = np.random.default_rng(seed)
    fuels = " + ".join(f"n{index} * {rng.uniform(0.1, 2):.4f}" for index in range(8))
    carbon = " + ".join(f"n{index} * {rng.uniform(0.1, 4):.4f}" for index in range(8))
    derived = {"energy": fuels, "co2": carbon, "energy_intensity": "energy / n8", "co2_intensity": "co2 / n8"}
    derived |= {f"r{index}": f"n{9 + index} / n{21 + index}" for index in range(12)}
    values = [
        *(f"r{index}" for index in range(12)),
        "energy_intensity",
        "co2_intensity",
        *(f"n{index}" for index in range(33, 46)),
        *(f"n{index}" for index in range(9, 18)),
    ]
    items: list[dict[str, Any]] = []
    for index in range(36):
        lower = index % 2 == 0
        base = rng.uniform(1.0, 2.0, 31).round(4) if lower else rng.uniform(0.5, 1.0, 31).round(4)
        lead = rng.uniform(0.2, 0.9, 31).round(4) if lower else rng.uniform(1.2, 2.0, 31).round(4)
        items.append({"kind": "curve", "value": values[index], "lower": lower, "base": base.tolist(), "lead": lead.tolist()})
    for index in range(10):
        items.append({"kind": "tier", "value": values[(7 * index) % len(values)], "steps": [[0.4, 0.25], [0.8, 0.5], [1.2, 0.75], [1.6, 1.0]]})
    for index in range(34):
        shape = index % 4
        others = [f"t{index}", f"t{(index + 5) % 44}"]
        items.append({"kind": "check", "all": others[: 1 if shape < 2 else 2] if shape != 3 else [], "any": others if shape == 3 else []})
    order = rng.permutation(80)
    groups = [[{**items[index], "id": f"i{index}"} for index in order[start : start + 20]] for start in range(0, 80, 20)]
    for group in groups:
        group[0]["applies"] = f"t{40 + groups.index(group)}"
    vetoes = [{"truth": f"t{34 + index % 6}"} for index in range(8)] + [{"value": f"r{index}", "below": 50.0} for index in range(4)]
    return {"derived": derived, "groups": groups, "vetoes": vetoes, "points": 1.25}


def build(spec: dict[str, Any]) -> Standard:
    """The specification as one of our standards."""

    def formula(text: str) -> Formula:
        return Formula(text, parse_formula(text))

    def rule(item: dict[str, Any]) -> Curve | Tier | Check:
        if item["kind"] == "curve":
            table = tuple((code, Reference(base, lead)) for code, base, lead in zip(INDUSTRIES, item["base"], item["lead"], strict=True))
            return Curve(formula(item["value"]), "", "lower" if item["lower"] else "higher", by_industry=table)
        if item["kind"] == "tier":
            return Tier(formula(item["value"]), "", "higher", tuple((at, round(share * 1_000_000)) for at, share in item["steps"]))
        return Check(formula(" and ".join(item["all"]) or " or ".join(item["any"])))

    inputs = tuple(Input(key, NAME, "number") for key in NUMBERS) + tuple(Input(key, NAME, "truth") for key in TRUTHS)
    derived = tuple(Derived(key, NAME, "", formula(text), SOURCE) for key, text in spec["derived"].items())
    groups = tuple(
        Group(
            f"g{index}",
            NAME,
            tuple(
                Item(item["id"], NAME, 12_500, rule(item), NAME, SOURCE, formula(item["applies"]) if "applies" in item else None) for item in group
            ),
        )
        for index, group in enumerate(spec["groups"])
    )
    vetoes = tuple(
        Veto(f"v{index}", NAME, formula(veto.get("truth") or f"{veto['value']} < {veto['below']}"), SOURCE)
        for index, veto in enumerate(spec["vetoes"])
    )
    return Standard(
        "benchmark", "1", NAME, "other", "illustrative", Period.of_year(2026), False, {}, inputs, (), derived, vetoes, groups, (), Rounding(), ""
    )


def population(size: int, seed: int = 1) -> Population:
    """n plants in no order: 46 numbers, 44 three-valued truths, one industry; 413 bytes each."""
    rng = np.random.default_rng(seed)
    columns: dict[str, Any] = {}
    for key in NUMBERS:
        values = rng.uniform(0.1, 2.0, size)
        values[rng.random(size) < 0.03] = np.nan
        columns[key] = values
    for key in TRUTHS:
        columns[key] = rng.choice(np.array([0, 1, 2], np.uint8), size, p=[0.3, 0.03, 0.67])
    return Population(INDUSTRIES, rng.integers(0, 31, size).astype(np.int32), columns)


def hundred_items() -> str:
    """A standard of 100 items as a library file, for the loading time."""
    path = Path(__file__).parents[1] / "src/qingshan/library/standards/green_factory/gbt-36132-2025.yaml"
    head = path.read_text(encoding="utf-8").split("groups:")[0]
    head = head.replace(
        "must: no_violation_3y", "must: no_violation_3y and advanced_process and green_design and product_footprint and reported(platform_functions)"
    )
    row = (
        "      - {{id: X{index}, kind: curve, zh: 指标, en: item, type: negative_quantitative, points: 1, value: energy_per_value, unit: kgce/万元, better: lower, "
        "by_industry: {{C17: {{base: 3.5, lead: 1.2}}, C26: {{base: 4.5, lead: 2.2}}, default: {{base: 9, lead: 1}}}}, source: GBT36132, clause: x}}"
    )
    groups = [
        f"  - id: H{group}\n    zh: 组\n    en: group\n    points: 20\n    items:\n"
        + "\n".join(row.format(index=group * 20 + index) for index in range(20))
        for group in range(5)
    ]
    return head + "groups:\n" + "\n".join(groups) + "\nlevels: []\n"
