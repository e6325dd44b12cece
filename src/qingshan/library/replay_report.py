"""What a replay says, as JSON for the page, the public export and the CSV: totals, clauses, slider, heat map, lists. (推演报告)

Names of plants stand only in ``lists``; ``public`` leaves them out and suppresses small cells, so that the rest can be published.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.diff import Change, compare
from qingshan.engines.evaluation.replay import Mark, Replay, knife_edge, replay, score_bins
from qingshan.engines.evaluation.result import points_of
from qingshan.engines.evaluation.standard import POINT, Standard
from qingshan.engines.evaluation.statistics import figures, freeze
from qingshan.kernel.codes import InvalidCode
from qingshan.library.codes import area_name, industry_name
from qingshan.library.errors import NotInLibrary
from qingshan.library.population_file import YearOfPlants

SCHEMA = "qingshan/replay@1"
SMALL = 5  # cells with fewer plants are not shown
LISTED = 300


def replay_report(result: Replay, old: Standard, new: Standard, plants: YearOfPlants, *, award: int | None = None) -> dict[str, Any]:
    """Everything that page and exports show.

    Args:
        result: From ``engines.evaluation.replay``.
        old: Version in force.
        new: Draft.
        plants: Who the rows are.
        award: What one title costs the city, in fen, if an officer gave it.
    """
    changes = compare(old, new)
    areas = np.array([area[:6] for area in plants.areas], dtype=object)
    divisions = np.array([code[:3] for code in plants.industry_codes], dtype=object)
    return {
        "schema": SCHEMA,
        "old": {"id": old.id, "version": old.version, "sha256": old.sha256},
        "new": {"id": new.id, "version": new.version, "sha256": new.sha256},
        "population": {"sha256": result.population_sha256, "plants": result.size, "year": plants.year},
        "mark": [_mark(result.mark_before), _mark(result.mark_after)],
        "titles": {
            "before": int(result.before.sum()),
            "after": int(result.after.sum()),
            "gained": result.gained,
            "lost": result.lost,
            "net": result.net,
        },
        "effects": [_effect(effect, changes) for effect in sorted(result.effects, key=lambda effect: (effect.net, effect.id))],
        "remainder": result.remainder,
        "changes": [_change(change) for change in changes],
        "bins": {"before": _sparse(result.low_before, result.gate_before == 2), "after": _sparse(result.low_after, result.gate_after == 2)},
        "areas": _by_area(result, areas),
        "heat": _heat(result, areas, divisions),
        "transition": _transition(result, old, new),
        "burden": _burden(old, new, plants),
        "open": _open(result),
        "money": None if award is None else {"award": award, "change": award * result.net},
        "lists": _lists(result, plants),
    }


def replay_on(old: Standard, new: Standard, plants: YearOfPlants, mark: Mark, *, award: int | None = None) -> dict[str, Any]:
    """Replay and report; population figures of the old version are held fixed where the draft asks for the same ones."""
    population = plants.population
    frozen = figures(old, population, freeze(old, population, str(plants.year))) if old.statistics else {}
    same = old.statistics == new.statistics
    held = frozen if same else figures(new, population, freeze(new, population, str(plants.year)))
    return replay_report(replay(old, new, population, mark, figures_old=frozen, figures_new=held), old, new, plants, award=award)


def public(report: dict[str, Any]) -> dict[str, Any]:
    """The report without the lists of plants."""
    return {key: value for key, value in report.items() if key != "lists"}


def csv_rows(report: dict[str, Any]) -> Iterator[list[str]]:
    """The public part as rows of a table: what, which, before, after, change."""
    titles = report["titles"]
    yield ["项目 what", "名称 which", "修订前 before", "修订后 after", "变化 change"]
    yield ["称号 titles", "全部 all", str(titles["before"]), str(titles["after"]), str(titles["net"])]
    for effect in report["effects"]:
        yield ["条款 clause", f"{effect['id']} {effect['zh']}", effect["before"], effect["after"], str(effect["net"])]
    yield ["条款 clause", "共同作用 acting together", "", "", str(report["remainder"])]
    for cell in report["heat"]:
        figures = ["<5", "<5", "<5"] if cell["suppressed"] else [str(cell["before"]), str(cell["after"]), str(cell["after"] - cell["before"])]
        yield ["区县×行业 district × industry", f"{cell['area_name']} {cell['industry_name']}", *figures]
    for entry in report["burden"]:
        yield ["新填报项 new input", f"{entry['key']} {entry['zh']}", "", str(entry["plants"]), ""]


def _mark(points: int | None) -> float | None:
    return None if points is None else points / POINT


def _effect(effect: Any, changes: Sequence[Change]) -> dict[str, Any]:
    name = effect.id.partition(":")[2]
    mine = (
        [change for change in changes if change.id == name]
        if effect.id != "weights"
        else [change for change in changes if change.direction == "points"]
    )
    return {
        "id": effect.id,
        "zh": effect.label.zh,
        "en": effect.label.en,
        "net": effect.net,
        "gained": effect.gained,
        "lost": effect.lost,
        "last": effect.last,
        "before": "; ".join(change.before for change in mine if change.before)[:300],
        "after": "; ".join(change.after for change in mine if change.after)[:300],
        "directions": sorted({change.direction for change in mine}),
    }


def _change(change: Change) -> dict[str, str]:
    return {
        "part": change.part,
        "id": change.id,
        "zh": change.label.zh,
        "en": change.label.en,
        "direction": change.direction,
        "direction_zh": change.name.zh,
        "direction_en": change.name.en,
        "before": change.before,
        "after": change.after,
    }


def _sparse(low: npt.NDArray[np.int64], gate: npt.NDArray[np.bool_]) -> list[list[int]]:
    """Plants at each hundredth of a point, only where there are any."""
    bins = score_bins(low, gate)
    places = np.flatnonzero(bins)
    return [[int(place), int(bins[place])] for place in places]


def _by_area(result: Replay, areas: npt.NDArray[Any]) -> list[dict[str, Any]]:
    found = []
    for area in sorted(set(areas)):
        mine = areas == area
        if mine.sum() < SMALL:
            continue
        found.append(
            {
                "area": area,
                "name": _place(area),
                "plants": int(mine.sum()),
                "before": _sparse(result.low_before, (result.gate_before == 2) & mine),
                "after": _sparse(result.low_after, (result.gate_after == 2) & mine),
            }
        )
    return found


def _heat(result: Replay, areas: npt.NDArray[Any], divisions: npt.NDArray[Any]) -> list[dict[str, Any]]:
    """Titles by district and industry; cells with few plants show nothing but that they are few."""
    keys = np.array([f"{area}|{division}" for area, division in zip(areas, divisions, strict=True)], dtype=object)
    found = []
    for key in sorted(set(keys)):
        mine = keys == key
        area, division = key.split("|")
        few = int(mine.sum()) < SMALL
        cell: dict[str, Any] = {
            "area": area,
            "area_name": _place(area),
            "industry": division,
            "industry_name": _trade(division),
            "suppressed": few,
        }
        if not few:
            cell |= {"plants": int(mine.sum()), "before": int(result.before[mine].sum()), "after": int(result.after[mine].sum())}
        found.append(cell)
    return found


def _place(area: str) -> str:
    try:
        return area_name(area).zh if area else "—"
    except InvalidCode:
        return area


def _trade(division: str) -> str:
    try:
        return industry_name(division).zh
    except NotInLibrary:
        return division


def _transition(result: Replay, old: Standard, new: Standard) -> dict[str, Any]:
    """How many plants move from which level, by score, to which."""
    if not old.levels or not new.levels:
        return {}
    matrix = np.zeros((len(old.levels) + 1, len(new.levels) + 1), np.int64)
    np.add.at(matrix, (result.levels_before + 1, result.levels_after + 1), 1)
    rows = ["—", *(level.label.zh for level in old.levels)]
    return {"from": rows, "to": ["—", *(level.label.zh for level in new.levels)], "count": matrix.tolist()}


def _burden(old: Standard, new: Standard, plants: YearOfPlants) -> list[dict[str, Any]]:
    """What the draft asks for that was not asked before, and how many plants would have to report it."""
    known = {wanted.key for wanted in old.inputs}
    found = []
    for wanted in new.inputs:
        if wanted.key in known:
            continue
        column = plants.population.columns.get(wanted.key)
        missing = len(plants.plants) if column is None else int((column == 1).sum() if column.dtype == np.uint8 else np.isnan(column).sum())
        found.append({"key": wanted.key, "zh": wanted.label.zh, "en": wanted.label.en, "unit": wanted.unit, "plants": missing})
    return found


def _open(result: Replay) -> dict[str, int]:
    """Plants whose requirements are not all known: their verdict is open."""
    return {"before": int((result.gate_before == 1).sum()), "after": int((result.gate_after == 1).sum())}


def _lists(result: Replay, plants: YearOfPlants) -> dict[str, Any]:
    losers, gainers = np.flatnonzero(result.before & ~result.after), np.flatnonzero(result.after & ~result.before)
    return {
        "losers": [_plant(result, plants, int(row)) for row in losers[np.argsort(result.low_after[losers])][:LISTED]],
        "gainers": [_plant(result, plants, int(row)) for row in gainers[:LISTED]],
        "knife_edge": [_plant(result, plants, int(row)) for row in knife_edge(result)[:LISTED]],
    }


def _plant(result: Replay, plants: YearOfPlants, row: int) -> dict[str, Any]:
    return {
        "plant": str(plants.plants[row]),
        "name": str(plants.names[row] or plants.plants[row]),
        "area": _place(str(plants.areas[row])[:6]),
        "before": str(points_of(int(result.low_before[row]), 100)),
        "after": str(points_of(int(result.low_after[row]), 100)),
        "titled": bool(result.after[row]),
        "why": [[item, str(points_of(loss, 100))] for item, loss in result.reasons(row)],
        "requirements": int(result.gate_after[row]),
    }
