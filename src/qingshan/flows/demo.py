"""The demonstration city (演示城市): invented plants, loaded through the services that users use.

Their benchmarks are the mean and the best 5 % of this invented population, as GB/T 36132-2025 means them; limit standards are real.
"""

import json
import random
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from statistics import mean
from typing import Any

from django.utils import timezone

from qingshan.apps.accounts import services as accounts
from qingshan.apps.evaluation.selectors import evaluated_count, snapshots
from qingshan.apps.journal.services import verify
from qingshan.apps.publishing import services as publishing
from qingshan.apps.registry import services as registry
from qingshan.flows.evaluate import STANDARD, file_and_evaluate
from qingshan.flows.invented_city import write_invented_city
from qingshan.flows.standards import freeze_population
from qingshan.kernel.actor import SYSTEM, Actor
from qingshan.kernel.codes import make_uscc
from qingshan.library.codes import area_name, districts
from qingshan.library.limits import product_limit

PASSWORD = "qingshan-demo-2026"  # noqa: S105 - printed on purpose, only for invented people
TRADES = (
    ("水泥", "C3011", "gb16780-2021/cement", "t", 900_000, 260),
    ("转炉炼钢", "C3120", "gb21256-2025/converter", "t", 2_000_000, 3600),
    ("电炉炼钢", "C3120", "gb21256-2025/eaf_70t", "t", 600_000, 3400),
    ("箱纸板", "C2221", "gb31825-2024/linerboard", "t", 300_000, 3300),
    ("电解铝", "C3216", "gb21346-2022/ingot", "t", 150_000, 17_000),
    ("烧碱", "C2612", "gb21257-2024/caustic_30", "t", 200_000, 2800),
    ("涤纶", "C2822", "gb36889-2025/poy_chip", "t", 180_000, 7600),
    ("汽车零部件", "C3670", "", "t", 12_000, 52_000),
    ("印染", "C1713", "", "t", 9_000, 28_000),
    ("家电", "C3851", "", "t", 15_000, 61_000),
)
SHOWN = (
    "carbon_intensity",
    "renewable_share",
    "material_intensity",
    "water_intensity",
    "water_reuse",
    "solid_waste_utilisation",
    "retrofit_share",
    "pollutant_intensity",
    "land_output",
    "energy_intensity",
)
LOWER = {"carbon_intensity", "material_intensity", "water_intensity", "pollutant_intensity", "energy_intensity"}
UNITS = {
    "energy_intensity": "kgce/万元",
    "carbon_intensity": "tCO2/万元",
    "material_intensity": "t/万元",
    "water_intensity": "m3/万元",
    "pollutant_intensity": "kg/万元",
    "land_output": "万元/m2",
}


def load_city(plants: int = 60, *, seed: int = 2026) -> Iterator[str]:
    """Create the city where it is missing; harmless a second time. Yields lines for the person who waits."""
    at = timezone.now()
    if evaluated_count() >= plants:
        yield from _frozen_city(at)
        yield f"演示城市已就绪 / the demonstration city is ready: {plants} plants, {verify()} events in the journal"
        yield from logins()
        return
    yield "正在建立演示城市 / creating the demonstration city …"
    cases = _cases(plants, random.Random(seed))
    ids = []
    for case in cases:
        plant = case["plant"]
        organisation_id = registry.register_organisation(
            name=plant["name"], uscc=plant["uscc"], kind="enterprise", area=plant["area"], industry=plant["industry"], by=SYSTEM, at=at, is_demo=True
        )
        ids.append(organisation_id)
        by = Actor(f"demo:{organisation_id}", "enterprise", organisation_id)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "case.yaml"
            path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")  # JSON is YAML
            file_and_evaluate(organisation_id=organisation_id, file=path, by=by, at=at, file_name=f"{plant['name']}.yaml")
    _people(ids, at)
    _titles(cases, at)
    yield from _frozen_city(at)
    yield f"{plants} 家企业已填报并评价 / plants filed and evaluated; {verify()} events in the journal"
    yield from logins()


def logins() -> Iterator[str]:
    """Who can sign in; all with one password."""
    yield f"登录 / logins (密码 / password: {PASSWORD})"
    for username, _, name in _ACCOUNTS:
        yield f"  {username:10} {name}"


def _frozen_city(at: Any) -> Iterator[str]:
    """2,400 invented plants as one frozen population: what drafts of standards are replayed on."""
    if any(snapshot.is_demo for snapshot in snapshots()):
        return
    rng = random.Random(2026)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "city.parquet"
        write_invented_city(path, 2400, (2024, 2025), areas=sorted(districts()), rng=rng)
        freeze_population(file=path, name="演示城市 2024–2025（2400 家，虚构）", standard_slug=STANDARD, by=SYSTEM, at=at, is_demo=True)
    yield "2400 家虚构企业的冻结群体已就绪，可用于修订推演 / a frozen population of 2,400 invented plants is ready for replays"


_ACCOUNTS = (
    ("plant", "enterprise", "企业能管员（演示）"),
    ("city", "city", "市经信局（演示）"),
    ("city2", "city", "市经信局标准复核（演示）"),
    ("district", "district", "北仑区经信局（演示）"),
    ("evaluator", "evaluator", "第三方评价机构（演示）"),
    ("expert", "expert", "专家（演示）"),
    ("park", "park", "园区（演示）"),
    ("bank", "bank", "银行（演示）"),
    ("buyer", "buyer", "采购方（演示）"),
)


def _people(organisation_ids: list[int], at: Any) -> None:
    for username, role, name in _ACCOUNTS:
        accounts.open_account(
            username=username,
            password=PASSWORD,
            display_name=name,
            role=role,
            by=SYSTEM,
            at=at,
            organisation_id=organisation_ids[0] if role == "enterprise" else None,
            area="330206" if role == "district" else "",
        )


def _titles(cases: list[dict[str, Any]], at: Any) -> None:
    codes = list(districts())
    entries = [("factory", "绿色工厂", case["plant"]["name"], case["plant"]["area"]) for case in cases[:23]]
    entries += [("park", f"绿色园区{index + 1}（演示）", f"{area_name(code).zh}工业园（演示）", code) for index, code in enumerate(codes[:4])]
    entries += [
        ("product", f"绿色设计产品 {index + 1:02d}（演示）", case["plant"]["name"], case["plant"]["area"]) for index, case in enumerate(cases[:48])
    ]
    entries += [
        ("project", f"绿色示范储备项目 {index + 1:02d}（演示）", case["plant"]["name"], case["plant"]["area"])
        for index, case in enumerate(cases[:57])
    ]
    entries += [("evaluator", f"评价机构 {index + 1}（演示）", f"评价机构 {index + 1}（演示）", "330200") for index in range(3)]
    for kind, name, holder, area in entries:
        publishing.enter_title(
            kind=kind,
            name=name,
            holder=holder,
            area=area,
            designated_on=date(2026, 6, 30),
            document="演示〔2026〕1号",
            by=SYSTEM,
            at=at,
            is_demo=True,
        )


def _cases(plants: int, rng: random.Random) -> list[dict[str, Any]]:
    codes = list(districts())
    drafts = []
    for number in range(plants):
        trade, industry, limit, unit, output, price = TRADES[number % len(TRADES)]
        area = codes[(number // len(TRADES) + number) % len(codes)] if number else "330206"
        quality = rng.betavariate(2.2, 2.0)  # 0 poor, 1 excellent
        drafts.append((_draft(rng, number, trade, industry, limit, unit, output * rng.uniform(0.5, 1.4), price, area, quality), quality))
    for industry in {draft["plant"]["industry"] for draft, _ in drafts}:
        same = [draft for draft, _ in drafts if draft["plant"]["industry"] == industry]
        benchmarks = _benchmarks(same)
        for draft in same:
            draft["benchmarks"] = benchmarks
    for draft, _ in drafts:
        draft.pop("measured")
    return [draft for draft, _ in drafts]


def _draft(
    rng: random.Random, number: int, trade: str, industry: str, limit: str, unit: str, output: float, price: float, area: str, quality: float
) -> dict[str, Any]:
    def better(worst: float, best: float, spread: float = 0.12) -> float:
        share = min(max(quality + rng.gauss(0, spread), 0.0), 1.0)
        return worst + (best - worst) * share

    value = output * price / 10_000  # 万元
    levels = product_limit(limit) if limit else None
    per_product = 0.0
    if levels is not None and levels.base is not None and levels.lead is not None:
        span = abs(levels.base - levels.lead)
        per_product = better(levels.base + 0.8 * span, levels.lead - 0.2 * span)
    tce = abs(per_product) * output / 1000 if levels is not None else value * better(0.09, 0.02)
    power_kwh = tce * 1000 * 0.45 / 0.1229
    coal_kg = tce * 1000 * 0.55 / 0.7143
    green, pv = better(0.02, 0.35), better(0.0, 0.12)
    season = [1 + 0.12 * rng.uniform(-1, 1) for _ in range(12)]

    def months(total: float) -> dict[str, float]:
        return {f"2025-{month + 1:02d}": round(total * season[month] / sum(season), 1) for month in range(12)}

    water, material, waste = value * better(30, 3), output * better(1.35, 1.02), output * better(0.12, 0.03)
    used, reuse, pollutant, land = waste * better(0.6, 0.99), better(0.55, 0.97), value * better(0.9, 0.08), value / better(0.4, 2.6)
    invested = value * 3 * better(0.001, 0.03)
    known = rng.random
    facts: dict[str, Any] = {
        "raw_material": {"value": round(material, 1), "unit": "t", "evidence": "物料台账（演示）"},
        "water_withdrawal": {"value": round(water, 1), "unit": "m3", "evidence": "水费单（演示）"},
        "water_reused": {"value": round(water * reuse / (1 - reuse), 1), "unit": "m3", "evidence": "水平衡测试（演示）"},
        "solid_waste": {"value": round(waste, 1), "unit": "t"},
        "solid_waste_stock_used": {"value": 0, "unit": "t"},
        "solid_waste_used": {"value": round(used, 1), "unit": "t"},
        "retrofit_investment_3y": {"value": round(invested, 1), "unit": "万元"},
        "output_value_3y": {"value": round(value * 2.9, 1), "unit": "万元"},
        "main_pollutant_emitted": {"value": round(pollutant, 1), "unit": "kg"},
        "land_area": {"value": round(land, 1), "unit": "m2", "evidence": "不动产权证（演示）"},
        "platform_functions": {"value": round(better(0, 12)), "unit": "项"},
        "advanced_process": quality > 0.3,
        "green_design": quality + rng.gauss(0, 0.2) > 0.4,
        "product_footprint": None if known() < 0.25 else quality > 0.45,
        "no_violation_3y": rng.random() > 0.04,
        "management_duties": True,
        "plan_and_targets": None if known() < 0.1 else True,
        "qms": True,
        "enms": quality > 0.2,
        "ems": True,
        "ohsms": True,
    }
    if known() < 0.2:
        facts.pop("water_reused")
    case: dict[str, Any] = {
        "schema": "qingshan/case@1",
        "plant": {
            "name": f"{area_name(area).zh[:2]}{trade}{number + 1:02d}厂（演示）",
            "uscc": make_uscc(f"91{area}", f"MADEM{number:03d}"),
            "industry": industry,
            "area": area,
        },
        "source": {"document": "演示数据", "basis": "invented"},
        "year": 2025,
        "choices": {"grid_region": "33", "grid_year": 2023},
        "use": [
            {"carrier": "electricity", "kind": "consumed", "unit": "kWh", "months": months(power_kwh), "evidence": "电费单（演示）"},
            {"carrier": "electricity", "kind": "green_purchase", "unit": "kWh", "months": months(power_kwh * green)},
            {"carrier": "electricity", "kind": "own_pv", "unit": "kWh", "months": months(power_kwh * pv)},
            {"carrier": "raw_coal", "kind": "consumed", "unit": "kg", "months": months(coal_kg), "evidence": "能源购进单（演示）"},
        ],
        "output_value": {"unit": "万元", "months": months(value)},
        "product_output": {"zh": trade, "unit": unit, "year_total": round(output, 1)},
        "facts": facts,
    }
    if levels is not None:
        case["products"] = [
            {"limit": limit, "output": round(output, 1), "unit": "t", "energy": round(per_product * output / 1000, 1), "energy_unit": "tce"}
        ]
    co2 = power_kwh * (1 - green - pv) * 0.4974 / 1000 + coal_kg / 1000 * 22.3 * 0.0256 * 0.93 * 44 / 12
    case["measured"] = {
        "energy_intensity": tce * 1000 / value,
        "carbon_intensity": co2 / value,
        "renewable_share": (green + pv) * power_kwh * 0.1229 / (tce * 10),
        "material_intensity": material / value,
        "water_intensity": water / value,
        "water_reuse": reuse * 100,
        "solid_waste_utilisation": used / waste * 100,
        "retrofit_share": invested / (value * 2.9) * 100,
        "pollutant_intensity": pollutant / value,
        "land_output": value / land,
    }
    return case


def _benchmarks(same: list[dict[str, Any]]) -> dict[str, Any]:
    found = {}
    for key in SHOWN:
        values = sorted(case["measured"][key] for case in same)
        lower = key in LOWER
        lead = values[round(0.05 * (len(values) - 1))] if lower else values[round(0.95 * (len(values) - 1))]
        base = mean(values)
        if base != lead and (lead < base) == lower:
            found[key] = {
                "base": float(f"{base:.4g}"),
                "lead": float(f"{lead:.4g}"),
                "unit": UNITS.get(key, "%"),
                "source": "演示城市同行业统计：均值与最优 5 %",
                "basis": "invented",
            }
    return {key: row for key, row in found.items() if row["base"] != row["lead"]}
