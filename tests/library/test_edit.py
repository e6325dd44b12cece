"""Numbers changed in place: the text around them stays to the letter."""

import pytest

from qingshan.library.edit import numbers_in, set_numbers
from qingshan.library.errors import InvalidFile
from qingshan.library.standards import available, parse, source_text


@pytest.mark.parametrize("standard", available(), ids=lambda standard: standard.id)
def test_every_number_can_be_found_and_setting_it_to_itself_changes_nothing(standard):
    text = source_text(standard)

    numbers = numbers_in(text)

    assert set_numbers(text, {number.pointer: number.value for number in numbers}) == text
    assert len(numbers) >= len(standard.items)


def test_one_number_changes_and_nothing_else():
    text = source_text(next(standard for standard in available() if standard.id == "all-forms"))
    number = next(number for number in numbers_in(text) if number.owner == "E1" and number.name.zh == "C17 引领值")

    changed = set_numbers(text, {number.pointer: "110.5"})

    before, after = text.split("\n"), changed.split("\n")
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [
        (line, line.replace("lead: 120}, C26", "lead: 110.5}, C26")) for line in before if "lead: 120}, C26" in line
    ]


def test_two_numbers_in_one_line_both_change():
    text = source_text(next(standard for standard in available() if standard.id == "ningbo-star"))
    numbers = {number.pointer: "80" if number.owner == "star3" else "90" for number in numbers_in(text) if number.owner in ("star3", "star4")}

    marks = [level.at for level in parse(set_numbers(text.replace("tests:", "tests: []\nx:").split("x:")[0], numbers), name="x").levels]

    assert marks == [800_000, 900_000, None]


@pytest.mark.parametrize("value", ["", "a", "1; rm", "[1]", "{}", "0x10", "nan"])
def test_what_is_no_number_is_refused(value):
    text = source_text(available()[2])
    number = numbers_in(text)[0]

    with pytest.raises(InvalidFile):
        set_numbers(text, {number.pointer: value})


def test_a_pointer_to_something_else_is_refused():
    text = source_text(available()[2])

    with pytest.raises(InvalidFile):
        set_numbers(text, {"title/zh": "1"})
