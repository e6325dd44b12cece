"""Renewable energy, counted once. (可再生能源)"""

from collections.abc import Iterable

from qingshan.engines.metering.errors import DoubleCounting
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace


def renewable_energy(parts: Iterable[Trace], consumed: Trace, kgce_per_kwh: float, factor_source: Citation) -> Trace:
    """Own generation used inside, green power bought, direct lines and certificates, as standard coal. [tce]

    Args:
        parts: Renewable electricity by kind. [kWh]
        consumed: All electricity used. [kWh]
        kgce_per_kwh: Coal equivalent of electricity, the same as in the comprehensive energy. [kgce/kWh]
        factor_source: Where that factor stands.

    Raises:
        DoubleCounting: The parts are more than what was consumed.

    Source: GB/T 36132-2025, B.5 (no double counting).
    """
    inputs = tuple(parts)
    label, source = Text("可再生能源利用量", "renewable energy used"), Citation("GB/T 36132-2025", "附录 B.5", "copy")
    if any(trace.value is None for trace in inputs):
        return Trace("renewable_energy", label, None, "tce", "missing", "", inputs, source)
    total_kwh = sum(float(trace.value or 0) for trace in inputs)
    if consumed.value is not None and total_kwh > float(consumed.value) * (1 + 1e-9):
        raise DoubleCounting(f"{total_kwh:g} kWh of renewable electricity are claimed, but only {float(consumed.value):g} kWh were consumed.")
    leaf = Trace("factor:electricity", Text("折标准煤系数", "coal equivalent"), kgce_per_kwh, "kgce/kWh", source=factor_source)
    return Trace("renewable_energy", label, total_kwh * kgce_per_kwh / 1000, "tce", "known", "Σ × p ÷ 1000", (*inputs, leaf), source)
