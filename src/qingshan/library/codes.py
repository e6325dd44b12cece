"""Names behind the codes of industries and areas."""

from difflib import get_close_matches

from qingshan.kernel.codes import check_area, industry_chain
from qingshan.kernel.text import Text
from qingshan.library.errors import NotInLibrary
from qingshan.library.factors import table


def industry_name(code: str) -> Text:
    """Name of a GB/T 4754 class, or of the narrowest class above it that is listed.

    Raises:
        InvalidCode: Not of the form of such a code.
        NotInLibrary: Not even its division exists.
    """
    names = table("codes", "industries.yaml")["industries"]
    for narrower in industry_chain(code):
        if narrower in names:
            return Text(names[narrower]["zh"], names[narrower]["en"])
    close = get_close_matches(code, names, 1, 0.3)
    raise NotInLibrary(f"GB/T 4754 has no “{code}” in manufacturing; did you mean “{close[0] if close else 'C30'}”?")


def area_name(code: str) -> Text:
    """Name of a city, district, street or local zone; the code itself for areas outside the library."""
    content = table("codes", "areas.yaml")
    if code in content["zones"]:
        return Text(content["zones"][code]["zh"], content["zones"][code]["en"])
    check_area(code)
    if code in content["areas"]:
        return Text(content["areas"][code]["zh"], content["areas"][code]["en"])
    street = content["streets"].get(code)
    return Text(street, street) if street else Text(code, code)


def districts() -> dict[str, Text]:
    """District code → name."""
    areas = table("codes", "areas.yaml")["areas"]
    return {code: Text(row["zh"], row["en"]) for code, row in areas.items() if not code.endswith("00")}
