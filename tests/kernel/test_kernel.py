"""Codes, units, periods and money keep their laws."""

from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qingshan.kernel.codes import InvalidCode, check_uscc, make_uscc
from qingshan.kernel.errors import UnitMismatch, UnknownUnit
from qingshan.kernel.money import InexactMoney, Money
from qingshan.kernel.period import Month, Period, years_after
from qingshan.kernel.quantity import Quantity, conversion, parse_unit


@pytest.mark.parametrize("code", ["91421221068429284K", "91350100M000100Y43"])
def test_published_credit_codes_pass_both_checks(code):
    assert check_uscc(code) == code


def test_code_that_fails_only_the_inner_check_is_refused():
    with pytest.raises(InvalidCode, match="place 17"):
        check_uscc("913302007960528397")


@given(st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_one_changed_character_never_passes_the_outer_check(position, other):
    code = "91421221068429284K"
    changed = code[:position] + other + code[position + 1 :]

    if changed != code:
        with pytest.raises(InvalidCode):
            check_uscc(changed)


@given(st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=8, max_size=8))
def test_a_completed_code_is_valid(body):
    assert check_uscc(make_uscc("91330206", body))


@given(st.floats(-1e9, 1e9), st.sampled_from([("万kWh", "kWh"), ("t", "kg"), ("亩", "m2"), ("亿元", "万元"), ("GJ", "MJ"), ("tce", "kgce")]))
def test_conversion_there_and_back_changes_nothing(value, pair):
    there = Quantity(value, pair[0]).to(pair[1])

    assert there.to(pair[0]).value == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("pair", [("kWh", "tce"), ("kg{COD}", "kg{NOx}"), ("t", "m3"), ("%", "t")])
def test_different_kinds_never_convert(pair):
    with pytest.raises(UnitMismatch):
        conversion(*pair)


@pytest.mark.parametrize("symbol", ["tcee", "kg**9", "__import__('os')", "kWh;", "1/0", "kg" * 40])
def test_what_is_no_unit_is_refused(symbol):
    with pytest.raises(UnknownUnit):
        parse_unit(symbol)


def test_periods_end_before_their_last_day():
    assert not Period.of_year(2025).contains(date(2026, 1, 1))
    assert [month.month for month in Period.of_year(2025).months()] == list(range(1, 13))
    assert Month.parse("2025-12").next() == Month(2026, 1)


def test_five_years_after_a_leap_day_are_never_short():
    assert years_after(date(2024, 2, 29), 5) == date(2029, 3, 1)


def test_money_refuses_parts_of_a_fen_and_floats():
    for amount in (Decimal("0.001"), 0.1):
        with pytest.raises(InexactMoney):
            Money.cny(amount)
