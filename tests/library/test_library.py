"""What ships in the library is sound: units, sources, checks of the standards themselves."""

from datetime import date
from pathlib import Path

import pytest

from qingshan.kernel.quantity import parse_unit
from qingshan.library.codes import area_name, districts, industry_name
from qingshan.library.factors import coal_equivalents, grid_factor, table
from qingshan.library.limits import product_limit, product_limits
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
