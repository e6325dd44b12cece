"""Comprehensive energy consumption (综合能耗): many energy carriers, one unit."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from qingshan.engines.metering.errors import NeedsMeasurement, UnknownCarrier
from qingshan.kernel.citation import Citation
from qingshan.kernel.errors import UnitMismatch
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace

Conversion = Literal["calorific_value", "equivalent_value"]

CONVERSIONS: dict[Conversion, Text] = {
    "calorific_value": Text("电力按当量值折算", "electricity at its calorific value (当量值)"),
    "equivalent_value": Text("电力按等价值折算", "electricity at its equivalent value (等价值)"),
}


@dataclass(frozen=True, slots=True)
class CoalEquivalent:
    """Standard coal in one unit of a carrier. (折标准煤系数)"""

    label: Text
    kgce: float | None  # [kgce/unit]; None where the standard prints only a range
    unit: str
    source: Citation
    range: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class CarrierUse:
    """Net amount of one carrier inside the boundary in the period; sold energy is negative. (能源消费量)"""

    carrier: str
    amount: Trace


def comprehensive_energy(uses: Iterable[CarrierUse], factors: Mapping[str, CoalEquivalent]) -> Trace:
    """Sum energy carriers as standard coal, ``E = Σ eᵢ·pᵢ``. (综合能耗)

    Args:
        uses: n amounts; a carrier may repeat. [unit of its factor]
        factors: Carrier → factor in force in that period, for electricity by the named choice of conversion. [kgce/unit]

    Returns:
        Energy of the whole boundary with one node a carrier, not rounded; missing if an amount is missing. [tce]

    Raises:
        UnknownCarrier: A carrier has no factor; zero is never assumed.
        NeedsMeasurement: The standard prints a range for the carrier.
        UnitMismatch: An amount is not in the unit of its factor; nothing is converted silently.

    Source: GB/T 2589-2020 综合能耗计算通则, §7 (sum), §8 (conversion).

    >>> grid = {"electricity": CoalEquivalent(Text("电力", "electricity"), 0.1229, "kWh", Citation("GB/T 2589-2020"))}
    >>> use = CarrierUse("electricity", Trace("electricity", Text("电力", "electricity"), 2_000_000.0, "kWh"))
    >>> comprehensive_energy([use], grid).value
    245.8
    """
    parts = tuple(_standard_coal(use, factors) for use in uses)
    label = Text("综合能耗", "comprehensive energy consumption")
    source = Citation("GB/T 2589-2020", "7、8", "secondary")
    total_kgce = 0.0
    for part in parts:
        if part.value is None:
            return Trace("energy", label, None, "tce", "missing", "Σ eᵢ·pᵢ", parts, source)
        total_kgce += part.value
    return Trace("energy", label, total_kgce / 1000, "tce", "known" if parts else "missing", "Σ eᵢ·pᵢ ÷ 1000", parts, source)


def _standard_coal(use: CarrierUse, factors: Mapping[str, CoalEquivalent]) -> Trace:
    factor = factors.get(use.carrier)
    if factor is None:
        raise UnknownCarrier(f"No coal equivalent for “{use.carrier}”; known: {', '.join(sorted(factors))}.")
    if factor.kgce is None:
        raise NeedsMeasurement(f"“{use.carrier}” has only a range {factor.range} kgce/{factor.unit}; use the measured carrier or a measured value.")
    if use.amount.unit != factor.unit:
        raise UnitMismatch(f"“{use.carrier}” is in {use.amount.unit}, its factor per {factor.unit}; convert it first.")
    leaf = Trace(f"factor:{use.carrier}", Text("折标准煤系数", "coal equivalent"), factor.kgce, f"kgce/{factor.unit}", source=factor.source)
    value = None if use.amount.value is None else use.amount.value * factor.kgce
    return Trace(
        f"coal:{use.carrier}", factor.label, value, "kgce", "missing" if value is None else "known", "e × p", (use.amount, leaf), factor.source
    )
