"""Energy-limit standards (能耗限额) and policy levels (标杆水平、基准水平): levels as printed, corrections as formulas, compared exactly.

Levels are never sorted: where a standard prints a level 2 stricter than level 1 (GB 21258-2024), each is compared by itself.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Literal

from qingshan.engines.evaluation.explain import compute
from qingshan.engines.evaluation.formula import Node, parse_formula
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace
from qingshan.library.errors import NotInLibrary
from qingshan.library.factors import cite
from qingshan.library.strict_yaml import read_yaml

LEVEL_NAMES = {
    "limits": (Text("1 级", "level 1"), Text("2 级", "level 2"), Text("3 级", "level 3")),
    "policy": (Text("标杆水平", "benchmark level"), Text("基准水平", "floor level")),
}


@dataclass(frozen=True, slots=True)
class Correction:
    """How a limit moves with the plant's circumstances: one formula a level over ``level`` and its inputs. (修正)"""

    label: Text
    inputs: Mapping[str, tuple[Text, str]]  # name → label and unit
    formulas: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class ProductLimit:
    """Levels of one product; level 1 serves as lead value, level 2 as baseline value. (单位产品能耗限额)"""

    id: str  # "gb16780-2021/clinker"
    label: Text
    unit: str
    levels: tuple[float | None, ...]
    quantity: str  # energy, electricity, coal, coke or heat
    effective_from: date | None
    source: Citation
    scheme: Literal["limits", "policy"] = "limits"
    corrections: tuple[Correction, ...] = ()
    process_factors: tuple[tuple[Text, float], ...] = ()

    @property
    def lead(self) -> float | None:
        """Level 1, the advanced value; of a policy the benchmark level."""
        return self.levels[0]

    @property
    def base(self) -> float | None:
        """Level 2, the access value; of a policy the floor."""
        return self.levels[1]

    def in_force(self, on: date) -> bool | None:
        """Whether the limit holds on a day; unknown where the library has no date for it."""
        return None if self.effective_from is None else self.effective_from <= on

    def corrected(self, given: Mapping[str, float]) -> tuple[float | None, ...]:
        """Levels after the corrections whose inputs are given; a correction with an input missing is left out.

        >>> product_limit("gb16780-2021/cement").corrected({"clinker_ratio": 77})
        (82.2, 89.3, 96.4)
        """
        levels = list(self.levels)
        for correction in self.corrections:
            if correction.formulas and set(correction.inputs) <= set(given):
                names = {key: Trace(key, label, float(given[key]), unit) for key, (label, unit) in correction.inputs.items()}
                for index, level in enumerate(levels):
                    if level is not None:
                        known = {**names, "level": Trace("level", self.label, level, self.unit)}
                        levels[index] = float(f"{compute(correction.formulas[index], known):.12g}")
        return tuple(levels)


@dataclass(frozen=True, slots=True)
class Grading:
    """Where a value stands: each level met or not, by itself, and the first one met. (能耗等级)"""

    levels: tuple[float | None, ...]
    meets: tuple[bool | None, ...]
    best: int | None  # 1 for level 1; None if it exceeds all

    @property
    def breaches(self) -> bool:
        """Whether the last printed level, which existing plants must keep, is exceeded."""
        return self.meets[-1] is False


def grade(limit: ProductLimit, value: Decimal, given: Mapping[str, float] | None = None) -> Grading:
    """Compare a value with every level, exactly and without rounding (全数值比较法).

    >>> grade(product_limit("gb16780-2021/clinker"), Decimal("100.0001")).best
    2
    >>> grade(product_limit("gb21258-2024/sc_600"), Decimal("285.5")).meets
    (True, False, True)
    """
    levels = limit.corrected(given or {})
    meets = tuple(None if level is None else value <= Decimal(repr(level)) for level in levels)
    return Grading(levels, meets, next((index + 1 for index, met in enumerate(meets) if met), None))


@lru_cache(maxsize=1)
def product_limits() -> dict[str, ProductLimit]:
    """Every product limit of the library by its id."""
    found = {}
    for path in sorted(Path(str(files("qingshan.library") / "limits")).glob("*.yaml")):
        content = read_yaml(path).data
        note = content.get("note", {}).get("zh", "")
        for row in content["products"]:
            key = f"{content['id']}/{row['id']}"
            corrections = tuple(
                Correction(
                    Text(entry["zh"], entry["en"]),
                    {name: (Text(wanted["zh"], wanted["en"]), wanted["unit"]) for name, wanted in entry.get("inputs", {}).items()},
                    tuple(parse_formula(text) for text in entry.get("levels", ())),
                )
                for entry in content.get("corrections", ())
                if row["id"] in entry["products"]
            )
            factors = tuple(
                (Text(entry["zh"], entry["en"]), float(entry["k"])) for entry in content.get("process_factors", ()) if entry["product"] == row["id"]
            )
            source = cite({**content, "clause": row["zh"], "basis": row.get("basis", content["basis"]), "note": row.get("note", {}).get("zh", note)})
            found[key] = ProductLimit(
                key,
                Text(row["zh"], row["en"]),
                row["unit"],
                tuple(row["levels"]),
                row["quantity"],
                content["effective"]["from"],
                source,
                content.get("scheme", "limits"),
                corrections,
                factors,
            )
    return found


def product_limit(identifier: str) -> ProductLimit:
    """One product limit.

    Raises:
        NotInLibrary: With the nearest id.
    """
    limits = product_limits()
    if identifier not in limits:
        close = get_close_matches(identifier, limits, 1)
        raise NotInLibrary(f"No product limit “{identifier}”" + (f"; did you mean “{close[0]}”?" if close else "; see `qingshan standard limits`."))
    return limits[identifier]
