"""Factors in force on a day: standard coal, fuels, grid; each with its citation."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from qingshan.engines.metering.emissions import FuelFactor
from qingshan.engines.metering.energy import CoalEquivalent, Conversion
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.library.errors import NotInLibrary
from qingshan.library.strict_yaml import read_yaml


@lru_cache(maxsize=64)
def table(*parts: str) -> Any:
    """Content of a shipped file, by its place in the library."""
    return read_yaml(Path(str(files("qingshan.library").joinpath(*parts)))).data


def cite(row: Mapping[str, Any], defaults: Mapping[str, Any] | None = None) -> Citation:
    """Citation of a row, completed from its file's defaults."""
    merged = {**(defaults or {}), **row}
    return Citation(merged["source"], merged.get("clause", ""), merged["basis"], merged["verified"], merged.get("note", ""))


def coal_equivalents(*, on: date, conversion: Conversion = "calorific_value") -> dict[str, CoalEquivalent]:
    """Coal equivalents in force on a day, electricity by the named choice. (折标准煤系数)

    Raises:
        NotInLibrary: No equivalent value of electricity for that year or an earlier one.
    """
    content = table("factors", "coal_equivalent.yaml")
    found = {}
    for carrier, row in content["carriers"].items():
        merged = {**content["defaults"], **row}
        if merged["from"] <= on:
            limits = merged.get("range")
            found[carrier] = CoalEquivalent(
                Text(row["zh"], row["en"]), row["kgce"], row["unit"], cite(row, content["defaults"]), (limits[0], limits[1]) if limits else None
            )
    if conversion == "equivalent_value":
        yearly = content["electricity_equivalent_value"]
        rows = [row for row in yearly["years"] if row["year"] <= on.year]
        if not rows:
            raise NotInLibrary(f"No equivalent value of electricity for {on.year}; the first is for {yearly['years'][0]['year']}.")
        source = cite({**rows[-1], "clause": f"{rows[-1]['year']} 年"}, yearly["defaults"])
        found["electricity"] = CoalEquivalent(Text("电力", "electricity"), rows[-1]["kgce"], "kWh", source)
    return found


@dataclass(frozen=True, slots=True)
class GridFactor:
    """CO₂ of a kilowatt-hour from the grid. (电力排放因子)"""

    label: Text
    year: int  # year of the data
    kgco2_per_kwh: float
    source: Citation


def grid_factor(region: str, *, year: int, residual: bool = False) -> GridFactor:
    """Factor of a region for a year of data, or the last published one before it.

    Args:
        region: ``cn``, a region, a two-digit province code, or a longer area code of which the province is taken.
        year: Year of the consumption.
        residual: The national factor without market-traded non-fossil power instead.

    Raises:
        NotInLibrary: Unknown region, or nothing published for that year or before.
    """
    content = table("factors", "grid.yaml")
    regions = content["regions"]
    key = region if region in regions else region[:2]
    if key not in regions:
        raise NotInLibrary(f"No grid factor for “{region}”; known: {', '.join(regions)}.")
    row = content["residual"] if residual else regions[key]
    years = [int(known) for known in row["values"] if int(known) <= year]
    if not years:
        raise NotInLibrary(f"No grid factor for {row['en']} in {year} or before.")
    latest = max(years)
    announcement = content["announcements"][str(latest)]
    source = cite({**announcement, "clause": f"{row['zh']} {latest} 年"})
    return GridFactor(Text(f"{row['zh']} {latest} 年", f"{row['en']} {latest}"), latest, row["values"][str(latest)], source)


def fuel_factors(*, industry_chain: tuple[str, ...] = (), chosen: str = "") -> tuple[str, Text, dict[str, FuelFactor]]:
    """The set of fuel parameters that belongs to an industry, or a chosen one: its id, name and factors by carrier.

    Raises:
        NotInLibrary: The chosen set does not exist.
    """
    content = table("factors", "fuels.yaml")
    sets = content["sets"]
    if chosen and chosen not in sets:
        raise NotInLibrary(f"No fuel set “{chosen}”; known: {', '.join(sets)}.")
    by_industry = {code: key for key, row in sets.items() for code in row["industries"]}
    key = chosen or next((by_industry[code] for code in (*industry_chain, "default") if code in by_industry), "other_industry")
    row = sets[key]
    found = {
        fuel: FuelFactor(value["unit"], value["lhv_gj"], value["carbon_tc_per_gj"], value["oxidation"], cite(value, row["defaults"]))
        for fuel, value in row["fuels"].items()
    }
    for carrier, fuel in content["carriers"].items():
        if fuel in found:
            found[carrier] = found[fuel]
    return key, Text(row["zh"], row["en"]), found


def heat_factor() -> tuple[float, Citation]:
    """CO₂ of purchased heat. [tCO2/GJ]"""
    row = table("factors", "grid.yaml")["heat"]
    return float(row["tco2_per_gj"]), cite(row)
