"""Metering: missing is not zero, order changes nothing, the real steel-plant series becomes months and an evaluation."""

import csv
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.engines.metering.aggregate import months_from_readings, suspicious_months, yearly_sum
from qingshan.engines.metering.emissions import electricity_emissions, total_emissions
from qingshan.engines.metering.energy import CarrierUse, CoalEquivalent, comprehensive_energy
from qingshan.engines.metering.errors import DoubleCounting, NeedsMeasurement, UnknownCarrier
from qingshan.engines.metering.renewable import renewable_energy
from qingshan.kernel.citation import Citation
from qingshan.kernel.errors import UnitMismatch
from qingshan.kernel.period import Month
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace

NAME, SOURCE = Text("量", "quantity"), Citation("test")
POWER = {"electricity": CoalEquivalent(NAME, 0.1229, "kWh", SOURCE), "gas": CoalEquivalent(NAME, None, "m3", SOURCE, (1.1, 1.33))}


def kwh(value):
    return Trace("electricity", NAME, value, "kWh")


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_energy_is_linear_in_its_carriers(amounts):
    whole = comprehensive_energy([CarrierUse("electricity", kwh(sum(amounts)))], POWER).value
    parts = comprehensive_energy([CarrierUse("electricity", kwh(amount)) for amount in amounts], POWER).value

    assert parts == pytest.approx(whole, rel=1e-9, abs=1e-4)


def test_a_missing_month_leaves_the_year_unknown():
    year = yearly_sum("power", NAME, "kWh", {Month(2025, month): 1.0 for month in range(1, 12)}, 2025)

    assert (year.value, year.state, year.inputs[11].state) == (None, "missing", "missing")
    assert comprehensive_energy([CarrierUse("electricity", year)], POWER).value is None


def test_carriers_without_a_factor_or_in_another_unit_are_refused():
    with pytest.raises(UnknownCarrier):
        comprehensive_energy([CarrierUse("steam", kwh(1.0))], POWER)
    with pytest.raises(NeedsMeasurement):
        comprehensive_energy([CarrierUse("gas", Trace("gas", NAME, 1.0, "m3"))], POWER)
    with pytest.raises(UnitMismatch):
        comprehensive_energy([CarrierUse("electricity", Trace("e", NAME, 1.0, "MWh"))], POWER)


def test_three_rules_for_green_power_give_three_named_answers():
    used, green, own = kwh(1000.0), kwh(300.0), kwh(200.0)

    results = {rule: electricity_emissions(used, green, own, 0.5, SOURCE, rule) for rule in ("deduct_at_average", "residual_mix", "average_all")}

    assert [trace.value for trace in results.values()] == [0.25, 0.25, 0.4]
    assert len({trace.label for trace in results.values()}) == 3


def test_embodied_carbon_is_subtracted_and_missing_blocks_stay_missing():
    tco2 = lambda value: Trace("co2", NAME, value, "tCO2")  # noqa: E731

    assert total_emissions([("fuel", tco2(10.0)), ("net_power_heat", tco2(-1.0)), ("embodied", tco2(2.0))]).value == 7.0
    assert total_emissions([("fuel", tco2(10.0)), ("process", tco2(None))]).value is None


def test_renewable_energy_is_never_counted_twice():
    with pytest.raises(DoubleCounting):
        renewable_energy([kwh(60.0), kwh(50.0)], kwh(100.0), 0.1229, SOURCE)


def test_a_factor_ten_thousand_between_months_is_noticed():
    months = {Month(2025, month): 93_200.0 for month in range(1, 13)} | {Month(2025, 5): 9.32}

    assert suspicious_months(months) == ((Month(2025, 5), pytest.approx(1e-4)),)


@given(st.permutations(list(range(96))))
def test_order_of_arrival_changes_no_month(order):
    start = datetime(2025, 1, 31)
    readings = [(start + timedelta(minutes=15 * (index + 1)), 0.1 * index) for index in range(96)]

    assert months_from_readings([readings[index] for index in order], label_at_end=True) == months_from_readings(readings, label_at_end=True)


def test_real_quarter_hours_of_a_steel_plant_become_months_and_an_evaluation(shared_energy_data, green_factory):
    from qingshan.engines.evaluation.score import evaluate
    from qingshan.library.cases import build_case
    from qingshan.library.subject import subject_from

    with (shared_energy_data / "uci851_steel_industry_energy.csv").open(encoding="utf-8-sig") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 35_040
    amounts = [float(row["Usage_kWh"]) for row in rows]
    # in this file 00:00 stands at the end of the day whose date it carries
    readings = []
    for row, amount in zip(rows, amounts, strict=True):
        at = datetime.strptime(row["date"], "%d/%m/%Y %H:%M")
        readings.append((at + timedelta(days=1) if (at.hour, at.minute) == (0, 0) else at, amount))

    months = months_from_readings(readings, label_at_end=True)

    assert [str(month) for month in months] == [f"2018-{month:02d}" for month in range(1, 13)]
    assert sum(months.values()) == pytest.approx(sum(amounts), rel=1e-12)
    # the series of 2018 stands for 2022, the first whole year under GB/T 2589-2020: the library has no older edition of the factor
    use = {
        "carrier": "electricity",
        "kind": "consumed",
        "unit": "kWh",
        "months": {f"2022-{month.month:02d}": amount for month, amount in months.items()},
    }
    content = {"schema": "qingshan/case@1", "plant": {"name": "steel", "industry": "C3120"}, "year": 2022, "use": [use]}
    case = build_case(content, str, green_factory)
    subject = subject_from(case, case.years[0], green_factory)
    result = evaluate(green_factory, subject)
    assert subject.facts["energy"].value == pytest.approx(sum(amounts) * 0.1229 / 1000)
    assert (result.veto_state, result.is_final) == ("unknown", False)


def test_a_year_before_the_first_edition_of_a_factor_is_refused_by_name(green_factory):
    from qingshan.library.cases import parse_case
    from qingshan.library.errors import NotInLibrary
    from qingshan.library.subject import subject_from

    case = parse_case(
        "schema: qingshan/case@1\nplant: {name: x, industry: C3120}\nyear: 2018\nuse: [{carrier: electricity, unit: kWh, year_total: 5}]\n",
        green_factory,
    )

    with pytest.raises(NotInLibrary, match=r"electricity.*2018"):
        subject_from(case, case.years[0], green_factory)
