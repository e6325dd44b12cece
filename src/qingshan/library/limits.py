"""Energy-limit standards (能耗限额): the levels of a product as printed."""

from dataclasses import dataclass
from datetime import date
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from pathlib import Path

from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text
from qingshan.library.errors import NotInLibrary
from qingshan.library.factors import cite
from qingshan.library.strict_yaml import read_yaml


@dataclass(frozen=True, slots=True)
class ProductLimit:
    """Levels 1 to 3 of one product; level 1 serves as lead value, level 2 as baseline value. (单位产品能耗限额)"""

    id: str  # "gb16780-2021/clinker"
    label: Text
    unit: str
    levels: tuple[float | None, float | None, float | None]
    quantity: str  # energy, electricity or coal
    effective_from: date | None
    source: Citation

    @property
    def lead(self) -> float | None:
        """Level 1, the advanced value."""
        return self.levels[0]

    @property
    def base(self) -> float | None:
        """Level 2, the access value."""
        return self.levels[1]


@lru_cache(maxsize=1)
def product_limits() -> dict[str, ProductLimit]:
    """Every product limit of the library by its id."""
    found = {}
    for path in sorted(Path(str(files("qingshan.library") / "limits")).glob("*.yaml")):
        content = read_yaml(path).data
        for row in content["products"]:
            key = f"{content['id']}/{row['id']}"
            one, two, three = row["levels"]
            source = cite({**content, "clause": row["zh"]})
            found[key] = ProductLimit(
                key, Text(row["zh"], row["en"]), row["unit"], (one, two, three), row["quantity"], content["effective"]["from"], source
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
