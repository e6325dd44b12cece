"""Carbon dioxide of a plant, in the blocks of GB/T 32150; the rule for green power is named in the result."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace

ElectricityRule = Literal["deduct_at_average", "residual_mix", "average_all"]

RULES: dict[ElectricityRule, Text] = {
    "deduct_at_average": Text("绿电和自发自用光伏从用电量中扣除，其余按平均因子", "green power and own PV deducted, the rest at the average factor"),
    "residual_mix": Text(
        "绿电和自发自用光伏计零，其余按剔除市场化非化石电量的因子", "green power and own PV count zero, the rest at the residual factor"
    ),
    "average_all": Text("只扣除自发自用光伏，购入电力（含绿电）全部按平均因子", "only own PV deducted; all purchased power at the average factor"),
}
BLOCKS = {
    "fuel": Text("化石燃料燃烧", "fossil fuel combustion"),
    "process": Text("工业生产过程", "industrial process"),
    "net_power_heat": Text("净购入电力、热力", "net purchased electricity and heat"),
    "embodied": Text("固碳产品隐含", "carbon embodied in products"),
}
CARBON = 44 / 12  # mass of CO₂ a mass of carbon


@dataclass(frozen=True, slots=True)
class FuelFactor:
    """What burning one unit of a fuel emits. (化石燃料排放参数)"""

    unit: str
    lhv_gj: float  # [GJ/unit]
    carbon_tc_per_gj: float  # [tC/GJ]
    oxidation: float  # [1]
    source: Citation

    @property
    def tco2(self) -> float:
        """Emission factor LHV × CC × OF × 44/12. [tCO2/unit]"""
        return self.lhv_gj * self.carbon_tc_per_gj * self.oxidation * CARBON


def fuel_emissions(fuel: str, label: Text, amount: Trace, factor: FuelFactor) -> Trace:
    """CO₂ of one fuel, ``FC × LHV × CC × OF × 44/12``. [tCO2]

    Args:
        fuel: Name of the fuel.
        label: What people call it.
        amount: Fuel burnt. [unit of the factor]
        factor: Default or measured parameters.

    Source: GB/T 32150-2015, 5.2.2 (structure); parameter sets by industry guideline.

    >>> diesel = FuelFactor("t", 42.7, 0.0202, 0.98, Citation("guideline"))
    >>> round(fuel_emissions("diesel", Text("柴油", "diesel"), Trace("diesel", Text("柴油", "diesel"), 1.0, "t"), diesel).value, 4)
    3.0994
    """
    value = None if amount.value is None else amount.value * factor.tco2
    leaf = Trace(
        f"factor:{fuel}",
        Text("排放因子", "emission factor"),
        factor.tco2,
        f"tCO2/{factor.unit}",
        formula="LHV × CC × OF × 44/12",
        source=factor.source,
    )
    return Trace(f"co2:{fuel}", label, value, "tCO2", "missing" if value is None else "known", "FC × EF", (amount, leaf), factor.source)


def electricity_emissions(consumed: Trace, green: Trace, own_pv: Trace, factor: float, source: Citation, rule: ElectricityRule) -> Trace:
    """CO₂ of electricity by a named rule. [tCO2]

    Args:
        consumed: All electricity used, green and own included. [kWh]
        green: Green power bought, certificates included. [kWh]
        own_pv: Own generation used inside. [kWh]
        factor: Average or residual grid factor, as the rule needs. [kgCO2/kWh]
        source: Where the factor stands.
        rule: How green power and own PV are treated.

    >>> kwh = lambda key, value: Trace(key, Text(key, key), value, "kWh")
    >>> used, bought, pv = kwh("all", 1_464_650.0), kwh("green", 253_900.0), kwh("pv", 187_792.0)
    >>> round(electricity_emissions(used, bought, pv, 0.4211, Citation("2023"), "deduct_at_average").value, 2)
    430.77
    """
    deducted = (own_pv,) if rule == "average_all" else (green, own_pv)
    inputs = (consumed, *deducted)
    label = RULES[rule]
    leaf = Trace("factor:grid", Text("电力排放因子", "grid factor"), factor, "kgCO2/kWh", source=source)
    if any(trace.value is None for trace in inputs):
        return Trace("co2:electricity", label, None, "tCO2", "missing", "", (*inputs, leaf), source)
    net_kwh = float(consumed.value or 0) - sum(float(trace.value or 0) for trace in deducted)
    formula = "(E − PV) × EF" if rule == "average_all" else "(E − 绿电 − PV) × EF"
    return Trace("co2:electricity", label, net_kwh * factor / 1000, "tCO2", "known", formula, (*inputs, leaf), source)


def total_emissions(blocks: Iterable[tuple[str, Trace]]) -> Trace:
    """Fuel + process + net purchased power and heat − embodied. [tCO2]

    Args:
        blocks: Pairs (block of ``BLOCKS``, its emissions); blocks that do not occur are left out. [tCO2]

    Source: GB/T 32150-2015, 5.2.
    """
    parts = tuple(blocks)
    label, source = Text("二氧化碳排放量", "carbon dioxide emissions"), Citation("GB/T 32150-2015", "5.2", "secondary")
    traces = tuple(trace for _, trace in parts)
    if not parts or any(trace.value is None for trace in traces):
        return Trace("co2", label, None, "tCO2", "missing", "", traces, source)
    total = 0.0
    for block, trace in parts:
        total += -float(trace.value or 0) if block == "embodied" else float(trace.value or 0)
    return Trace("co2", label, total, "tCO2", "known", "燃料 + 过程 + 净购入电热 − 隐含", traces, source)
