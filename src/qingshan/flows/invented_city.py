"""An invented city of plants as columns of GB/T 36132-2025: what benchmarks, tests and the demonstration replay."""

import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.parquet as pq

from qingshan.engines.evaluation.population import Population

LOWER, HIGHER = True, False
INDUSTRIES = ("C13", "C17", "C18", "C22", "C26", "C28", "C29", "C30", "C31", "C33", "C34", "C36", "C38", "C39")


def invented_city(size: int, seed: int = 1) -> Population:
    """``size`` invented plants with benchmarks by their industry; the same seed gives the same city."""
    rng = np.random.default_rng(seed)
    industry = rng.integers(0, len(INDUSTRIES), size).astype(np.int32)
    level = rng.lognormal(0, 0.6, len(INDUSTRIES))[industry]
    skill = rng.normal(0, 1, size)  # a good plant is good at most things

    def around(base: npt.NDArray[Any], low: float, high: float) -> npt.NDArray[Any]:
        return np.round(base * rng.uniform(low, high, size), 3)

    def better(lower: bool) -> npt.NDArray[Any]:
        return np.exp((-1 if lower else 1) * (0.22 * skill + rng.normal(0, 0.2, size)))

    def truth(share: float) -> npt.NDArray[Any]:
        known = np.where(rng.random(size) < 1 / (1 + np.exp(-(np.log(share / (1 - share)) + 0.8 * skill))), 2, 0)
        return np.where(rng.random(size) < 0.02, 1, known).astype(np.uint8)

    value = np.round(rng.lognormal(9.5, 1.1, size), 1)  # 万元
    energy = np.round(value * 0.06 * level * better(LOWER), 2)  # tce
    water = np.round(value * 2.5 * level * better(LOWER), 0)
    columns: dict[str, npt.NDArray[Any]] = {
        "energy": energy,
        "co2": around(energy, 1.9, 2.8),
        "renewable_energy": np.round(energy * 0.05 * better(HIGHER), 3),
        "output_value": value,
        "product_output": around(value, 0.3, 2.0),
        "raw_material": np.round(value * 0.4 * better(LOWER), 1),
        "water_withdrawal": water,
        "water_reused": np.round(water * 1.5 * better(HIGHER), 0),
        "solid_waste": around(value, 0.01, 0.1),
        "solid_waste_stock_used": np.zeros(size),
        "output_value_3y": np.round(value * 2.9, 1),
        "retrofit_investment_3y": np.round(value * 0.02 * better(HIGHER), 2),
        "main_pollutant_emitted": np.round(value * 0.05 * better(LOWER), 2),
        "land_area": np.round(value * 1.5 * better(LOWER), 0),
        "platform_functions": np.clip(np.round(5 + 2 * skill + rng.normal(0, 1.5, size)), 0, 12),
    }
    columns["solid_waste_used"] = np.round(columns["solid_waste"] * np.clip(0.8 * better(HIGHER), 0.3, 1.0), 3)
    shares = {"advanced_process": 0.6, "green_design": 0.5, "product_footprint": 0.4, "no_violation_3y": 0.97, "management_duties": 0.93}
    shares |= {"plan_and_targets": 0.88, "qms": 0.96, "enms": 0.85, "ems": 0.93, "ohsms": 0.92}
    columns |= {key: truth(share) for key, share in shares.items()}
    for key in ("water_reused", "raw_material", "retrofit_investment_3y", "renewable_energy"):
        columns[key] = np.where(rng.random(size) < 0.03, np.nan, columns[key])
    ratios = {
        "energy_intensity": (energy * 1000 / value, True),
        "carbon_intensity": (columns["co2"] / value, True),
        "renewable_share": (columns["renewable_energy"] / energy * 100, False),
        "material_intensity": (columns["raw_material"] / value, True),
        "water_intensity": (water / value, True),
        "water_reuse": (columns["water_reused"] / (water + columns["water_reused"]) * 100, False),
        "solid_waste_utilisation": (columns["solid_waste_used"] / columns["solid_waste"] * 100, False),
        "retrofit_share": (columns["retrofit_investment_3y"] / columns["output_value_3y"] * 100, False),
        "pollutant_intensity": (columns["main_pollutant_emitted"] / value, True),
        "land_output": (value / columns["land_area"], False),
    }
    for key, (figure, lower) in ratios.items():
        for name, share in (("base", 62 if lower else 38), ("lead", 12 if lower else 88)):
            table = np.array(
                [np.nanpercentile(figure[industry == code], share) if (industry == code).any() else 1.0 for code in range(len(INDUSTRIES))]
            )
            columns[f"{key}.{name}"] = np.round(table, 6)[industry]
    return Population(INDUSTRIES, industry, columns)


def write_invented_city(path: Path, size: int, years: Sequence[int], *, areas: Sequence[str], rng: random.Random) -> None:
    """Invented plants of several years as a population file. A plant keeps its place and trade; its figures move a little each year."""
    first = invented_city(size, rng.randrange(10**6))
    places = [rng.choice(areas) for _ in range(size)]
    noise = np.random.default_rng(rng.randrange(10**6))
    tables = []
    for offset, year in enumerate(years):
        columns: dict[str, Any] = {
            "plant": [f"演示{row:05d}" for row in range(size)],
            "name": [f"演示企业{row:05d}（虚构）" for row in range(size)],
            "area": places,
            "year": np.full(size, year, np.int32),
            "industry": np.asarray(first.industries)[first.industry],
        }
        for key, column in first.columns.items():
            if column.dtype == np.uint8:
                columns[key] = pa.array([None if value == 1 else bool(value == 2) for value in column])
            elif "." in key or key == "platform_functions":
                columns[key] = pa.array(column, from_pandas=True)
            else:
                columns[key] = pa.array(np.round(column * (1 + offset * noise.normal(0, 0.03, size)), 3), from_pandas=True)
        tables.append(pa.table(columns))
    pq.write_table(pa.concat_tables(tables), path, compression="zstd")
