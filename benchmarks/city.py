"""An invented city of plants as columns of GB/T 36132-2025: what benchmarks, tests and the demonstration replay."""

import numpy as np

from qingshan.engines.evaluation.population import Population

INDUSTRIES = ("C13", "C17", "C18", "C22", "C26", "C28", "C29", "C30", "C31", "C33", "C34", "C36", "C38", "C39")


def invented_city(size: int, seed: int = 1) -> Population:
    """``size`` invented plants with benchmarks by their industry; the same seed gives the same city."""
    rng = np.random.default_rng(seed)
    industry = rng.integers(0, len(INDUSTRIES), size).astype(np.int32)
    level = rng.lognormal(0, 0.6, len(INDUSTRIES))[industry]
    skill = rng.normal(0, 1, size)  # a good plant is good at most things

    def around(base: np.ndarray, low: float, high: float) -> np.ndarray:
        return np.round(base * rng.uniform(low, high, size), 3)

    def better(lower: bool) -> np.ndarray:
        return np.exp((-1 if lower else 1) * (0.22 * skill + rng.normal(0, 0.2, size)))

    def truth(share: float) -> np.ndarray:
        known = np.where(rng.random(size) < 1 / (1 + np.exp(-(np.log(share / (1 - share)) + 0.8 * skill))), 2, 0)
        return np.where(rng.random(size) < 0.02, 1, known).astype(np.uint8)

    value = np.round(rng.lognormal(9.5, 1.1, size), 1)  # 万元
    energy = np.round(value * 0.06 * level * better(True), 2)  # tce
    water = np.round(value * 2.5 * level * better(True), 0)
    columns: dict[str, np.ndarray] = {
        "energy": energy,
        "co2": around(energy, 1.9, 2.8),
        "renewable_energy": np.round(energy * 0.05 * better(False), 3),
        "output_value": value,
        "product_output": around(value, 0.3, 2.0),
        "raw_material": np.round(value * 0.4 * better(True), 1),
        "water_withdrawal": water,
        "water_reused": np.round(water * 1.5 * better(False), 0),
        "solid_waste": around(value, 0.01, 0.1),
        "solid_waste_stock_used": np.zeros(size),
        "output_value_3y": np.round(value * 2.9, 1),
        "retrofit_investment_3y": np.round(value * 0.02 * better(False), 2),
        "main_pollutant_emitted": np.round(value * 0.05 * better(True), 2),
        "land_area": np.round(value * 1.5 * better(True), 0),
        "platform_functions": np.clip(np.round(5 + 2 * skill + rng.normal(0, 1.5, size)), 0, 12),
    }
    columns["solid_waste_used"] = np.round(columns["solid_waste"] * np.clip(0.8 * better(False), 0.3, 1.0), 3)
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
