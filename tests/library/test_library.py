"""What ships in the library is sound: units, sources, checks of the standards themselves."""

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from qingshan.kernel.quantity import parse_unit
from qingshan.library.codes import area_name, districts, industry_name
from qingshan.library.factors import coal_equivalents, grid_factor, table
from qingshan.library.limits import grade, product_limit, product_limits
from qingshan.library.standards import available, overlaps


def test_every_shipped_standard_loads_and_passes_its_own_tests():
    kinds = {standard.kind for standard in available()}

    assert {"green_factory", "green_park", "green_supply_chain", "green_product", "system_integration", "top_runner"} <= kinds
    assert {"circular_economy", "green_enterprise"} <= kinds
    assert all(standard.tests for standard in available())
    assert overlaps(available()) == []


def test_a_clause_from_memory_is_never_shown_as_verified():
    for standard in available():
        assert not any(source.verified and source.basis in ("memory", "invented") for source in standard.sources.values())


def test_coal_equivalents_agree_with_their_calorific_values():
    rows = table("factors", "coal_equivalent.yaml")["carriers"].values()

    assert all(abs(row["lhv_kj"] / 29307 - row["kgce"]) < 0.0003 for row in rows if row.get("lhv_kj") and row.get("kgce"))


def test_what_is_from_memory_is_never_verified():
    for factor in coal_equivalents(on=date(2026, 1, 1)).values():
        assert not (factor.source.basis == "memory" and factor.source.verified)


def test_each_limit_has_a_unit_a_source_and_its_levels_as_printed():
    for limit in product_limits().values():
        assert parse_unit(limit.unit)
        assert limit.source.document
    assert product_limit("gb21256-2025/converter").levels == (-30, -28, -12)
    assert product_limit("gb16780-2021/clinker").levels == (100, 107, 117)
    assert product_limit("gb31825-2024/linerboard").levels == (210, 240, 280)
    assert product_limit("gb21346-2022/ingot").levels == (1670, 1680, 1720)
    assert product_limit("gb21257-2024/caustic_30").levels == (308, 315, 350)
    assert product_limit("gb21256-2025/eaf_50_70t").base is None


def test_a_grid_factor_falls_back_to_the_last_published_year_and_says_so():
    factor = grid_factor("330206", year=2025)

    assert (factor.kgco2_per_kwh, factor.year) == (0.4974, 2023)
    assert grid_factor("cn", year=2022, residual=True).kgco2_per_kwh == 0.5856


def test_equivalent_value_of_electricity_is_another_named_factor():
    assert coal_equivalents(on=date(2023, 12, 31), conversion="equivalent_value")["electricity"].kgce == 0.302


def test_codes_have_names():
    assert len(districts()) == 10
    assert len(table("codes", "areas.yaml")["streets"]) == 162
    assert area_name("330206").zh == "北仑区"
    assert industry_name("C3011").zh == "水泥制造"
    assert industry_name("C3099").zh == "非金属矿物制品业"


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "src/qingshan/library").rglob("*.yaml")), ids=lambda path: path.stem)
def test_every_file_is_of_the_strict_subset(path):
    from qingshan.library.strict_yaml import read_yaml

    assert read_yaml(path).data["schema"].startswith("qingshan/")


def test_every_energy_limit_of_the_field_file_is_there():
    documents = {limit.source.document for limit in product_limits().values()}

    assert len(documents) >= 31
    assert len(product_limits()) >= 420


def test_levels_are_compared_one_by_one_and_without_rounding():
    clinker = product_limit("gb16780-2021/clinker")
    old_unit = product_limit("gb21258-2024/sc_600")

    assert grade(clinker, Decimal(100)).best == 1
    assert grade(clinker, Decimal("100.0000001")).best == 2
    assert grade(clinker, Decimal("117.01")).breaches
    assert grade(old_unit, Decimal("285.5")).meets == (True, False, True)
    assert grade(product_limit("gb21256-2025/eaf_below_50t"), Decimal(60)).meets == (True, None, True)
    assert grade(product_limit("gb21256-2025/converter"), Decimal("-31")).best == 1


def test_corrections_are_formulas_of_the_plants_circumstances():
    assert product_limit("gb16780-2021/cement").corrected({"clinker_ratio": 80}) == (85.5, 92.75, 100.0)
    assert product_limit("gb16780-2021/cement").corrected({"clinker_ratio": 70}) == (80, 87, 94)
    assert product_limit("gb21256-2025/blast_furnace").corrected({"ore_grade": 55}) == (379.05, 388.05, 433.05)
    assert product_limit("gb21256-2025/eaf_70t").corrected({"hot_metal": 10, "stainless": 1}) == (58.3, 61.6, 70.4)
    assert product_limit("gb29140-2024/combined_light").corrected({"sun_salt": 1})[0] == 171.1


def test_a_limit_holds_from_its_day():
    assert product_limit("gb21256-2025/sinter").in_force(date(2026, 6, 30)) is False
    assert product_limit("gb21256-2025/sinter").in_force(date(2026, 7, 1)) is True
    assert product_limit("gb31825-2024/newsprint").in_force(date(2026, 7, 1)) is None
