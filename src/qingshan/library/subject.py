"""From a case to the facts of a standard: the dated factors of the library applied by the metering engine, every figure with its trace."""

from dataclasses import replace
from datetime import date

from qingshan.engines.evaluation.result import ProductLine, Subject
from qingshan.engines.evaluation.standard import Standard
from qingshan.engines.metering.aggregate import yearly_sum
from qingshan.engines.metering.emissions import BLOCKS, electricity_emissions, fuel_emissions, total_emissions
from qingshan.engines.metering.energy import CONVERSIONS, CarrierUse, CoalEquivalent, comprehensive_energy
from qingshan.engines.metering.renewable import renewable_energy
from qingshan.kernel.citation import Citation
from qingshan.kernel.codes import industry_chain
from qingshan.kernel.quantity import conversion
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace
from qingshan.library.cases import KINDS, Amounts, Case, CaseYear, ProductRow, Use
from qingshan.library.errors import NotInLibrary
from qingshan.library.factors import coal_equivalents, fuel_factors, grid_factor, heat_factor


def subject_from(case: Case, year: CaseYear, standard: Standard, *, record: str = "") -> Subject:
    """Facts of one year in the standard's own units. (由填报和计量得到评价事实)

    Args:
        case: The plant.
        year: One of its years.
        standard: What is asked for; facts that it does not ask for are left out.
        record: Id of the stored record that holds the case; stands as evidence at every figure that names no document.

    Raises:
        NotInLibrary: No factor for a region or year.
    """
    wanted = {item.key for item in standard.inputs}
    facts = {key: _reported(key, standard, year) for key in year.facts}
    facts.update(metered(case, year))
    for key, amounts in (("output_value", year.output_value), ("product_output", year.product_output)):
        if amounts is not None:
            facts[key] = yearly(key, amounts, year.year, case.source)
    lines = tuple(_product_line(row, record) for row in year.products)
    weighed = {"energy_intensity": lines} if lines else {}
    kept = {key: _with_record(fact, record) if record else fact for key, fact in facts.items() if key in wanted}
    return Subject(case.name, case.industry, kept, dict(year.benchmarks), weighed)


def _with_record(trace: Trace, record: str) -> Trace:
    """The same figure, its leaves pointing at the record that holds them."""
    if trace.inputs:
        return replace(trace, inputs=tuple(_with_record(node, record) for node in trace.inputs))
    reported = trace.value is not None and not trace.key.startswith("factor:")
    return replace(trace, evidence=(*trace.evidence, f"{record}#{trace.key}")) if reported else trace


def yearly(key: str, amounts: Amounts, year: int, source: Citation) -> Trace:
    """A year's amount: the reported total, or the twelve months."""
    if amounts.months:
        return yearly_sum(key, amounts.label, amounts.unit, amounts.months, year, amounts.records)
    return Trace(
        key, amounts.label, amounts.total, amounts.unit, "known" if amounts.total is not None else "missing", source=source, evidence=amounts.evidence
    )


def metered(case: Case, year: CaseYear) -> dict[str, Trace]:
    """Energy, renewable energy and CO₂ of a year from its carriers; empty where no carrier was reported."""
    facts: dict[str, Trace] = {}
    equivalents = coal_equivalents(on=date(year.year, 12, 31), conversion=year.choices.electricity_conversion)
    missing = [use.carrier for use in year.uses if use.carrier not in equivalents]
    if missing:
        raise NotInLibrary(
            f"No coal equivalent of {', '.join(missing)} in force in {year.year}; the library begins with GB/T 2589-2020 (2021-04-01)."
        )
    amounts = [(use, _amount(use, year.year, case.source)) for use in year.uses]
    net = [
        CarrierUse(use.carrier, _negative(amount) if use.kind == "sold" else amount) for use, amount in amounts if use.kind in ("consumed", "sold")
    ]
    if net:
        facts["energy"] = _named(comprehensive_energy(net, equivalents), CONVERSIONS[year.choices.electricity_conversion])
    power = {use.kind: amount for use, amount in amounts if use.carrier == "electricity"}
    if "consumed" in power:
        facts["renewable_energy"] = _renewable(power, equivalents["electricity"])
    blocks = _emission_blocks(case, year, amounts, power)
    if blocks:
        facts["co2"] = total_emissions(blocks)
    return facts


def _amount(use: Use, year: int, source: Citation) -> Trace:
    kind = KINDS[use.kind]
    label = Text(f"{use.amounts.label.zh} {kind.zh}", f"{use.amounts.label.en}, {kind.en}")
    trace = yearly(f"{use.carrier}.{use.kind}", use.amounts, year, source)
    return Trace(trace.key, label, trace.value, trace.unit, trace.state, trace.formula, trace.inputs, trace.source, trace.evidence)


def _negative(amount: Trace) -> Trace:
    value = None if amount.value is None else -amount.value
    return Trace(f"-{amount.key}", amount.label, value, amount.unit, amount.state, "−", (amount,))


def _named(trace: Trace, choice: Text) -> Trace:
    """The same figure with the chosen method in its name."""
    label = Text(f"{trace.label.zh}（{choice.zh}）", f"{trace.label.en} ({choice.en})")
    return Trace(trace.key, label, trace.value, trace.unit, trace.state, trace.formula, trace.inputs, trace.source, trace.evidence)


def _zero(key: str, label: Text, unit: str) -> Trace:
    return Trace(key, label, 0.0, unit, formula="无此项")


def _renewable(power: dict[str, Trace], factor: CoalEquivalent) -> Trace:
    parts = [power[kind] for kind in ("green_purchase", "own_pv") if kind in power]
    return renewable_energy(parts, power["consumed"], factor.kgce or 0.0, factor.source)


def _emission_blocks(case: Case, year: CaseYear, amounts: list[tuple[Use, Trace]], power: dict[str, Trace]) -> list[tuple[str, Trace]]:
    """Blocks as verified by a third party where reported, else from activity data."""
    if year.emission_blocks:
        return [
            (block, Trace(f"co2.{block}", BLOCKS[block], value, "tCO2", source=case.source, evidence=year.emission_evidence))
            for block, value in year.emission_blocks.items()
        ]
    blocks: list[tuple[str, Trace]] = []
    _, _, factors = fuel_factors(industry_chain=industry_chain(case.industry), chosen=year.choices.fuel_set)
    for use, amount in amounts:
        if use.kind == "consumed" and use.carrier not in ("electricity", "heat"):
            factor = factors.get(use.carrier)
            if factor is None:
                missing = Text(f"{use.amounts.label.zh}：无排放因子", f"{use.amounts.label.en}: no emission factor")
                blocks.append(("fuel", Trace(f"co2:{use.carrier}", missing, None, "tCO2", "no_benchmark", "", (amount,))))
                continue
            ratio = conversion(amount.unit, factor.unit)
            value = None if amount.value is None else amount.value * ratio
            burnt = Trace(amount.key, amount.label, value, factor.unit, amount.state, f"× {ratio:g}", (amount,)) if ratio != 1 else amount
            blocks.append(("fuel", fuel_emissions(use.carrier, use.amounts.label, burnt, factor)))
        elif use.carrier == "heat" and use.kind in ("consumed", "sold"):
            tco2_per_gj, source = heat_factor()
            sign = -1.0 if use.kind == "sold" else 1.0
            value = None if amount.value is None else sign * amount.value / 1000 * tco2_per_gj
            blocks.append(("net_power_heat", Trace("co2:heat", use.amounts.label, value, "tCO2", amount.state, "Q × EF", (amount,), source)))
    if "consumed" in power:
        rule = year.choices.electricity_emissions
        factor_of_grid = grid_factor(year.choices.grid_region, year=year.choices.grid_year or year.year, residual=rule == "residual_mix")
        green = power.get("green_purchase") or _zero("green", KINDS["green_purchase"], "kWh")
        own = power.get("own_pv") or _zero("pv", KINDS["own_pv"], "kWh")
        used = power["consumed"]
        trace = electricity_emissions(used, green, own, factor_of_grid.kgco2_per_kwh, factor_of_grid.source, rule)
        blocks.append(("net_power_heat", trace))
    return blocks


def _reported(key: str, standard: Standard, year: CaseYear) -> Trace:
    label = next((item.label for item in standard.inputs if item.key == key), Text(key, key))
    fact = year.facts[key]
    return Trace(key, label, fact.value, fact.unit, "missing" if fact.value is None else "known", evidence=fact.evidence)


def _product_line(row: ProductRow, record: str) -> ProductLine:
    """Energy per unit of a product beside levels 1 and 2 of its limit standard. (GB/T 36132-2025, 4.4.2)"""
    limit = row.limit
    per, by = limit.unit.split("/", 1)
    energy = Trace("product_energy", Text("产品能耗", "energy of the product"), row.energy, row.energy_unit, evidence=row.evidence)
    output = Trace("product_output", Text("产量", "output"), row.output, row.output_unit, evidence=row.evidence)
    value = row.energy * conversion(row.energy_unit, per) / (row.output * conversion(row.output_unit, by))
    trace = Trace(limit.id, limit.label, value, limit.unit, formula="E ÷ Q", inputs=(energy, output), source=limit.source)
    trace = _with_record(trace, record) if record else trace
    weight = abs(row.energy * conversion(row.energy_unit, per)) * _coal_per(per)
    nan = float("nan")
    return ProductLine(
        limit.label,
        value,
        nan if limit.base is None else limit.base,
        nan if limit.lead is None else limit.lead,
        limit.unit,
        weight,
        limit.source,
        trace,
    )


def _coal_per(unit: str) -> float:
    """Standard coal of one unit of energy, for weighing products against each other. [kgce]"""
    if unit == "kWh":
        return coal_equivalents(on=date(9999, 1, 1))["electricity"].kgce or 0.0
    return 1.0 if unit in ("kgoe", "kgce") else conversion(unit, "kgce")
