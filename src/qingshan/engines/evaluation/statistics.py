"""Figures of a population to which single plants are compared: computed once, frozen, named by their hash. (群体统计值)

A plant must not move the mark it is measured by while it is measured: the figures are taken from a snapshot, not live.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import rfc8785

from qingshan.engines.evaluation.formula import Name
from qingshan.engines.evaluation.population import Floats, Population, evaluate_values
from qingshan.engines.evaluation.standard import Standard, Statistic
from qingshan.kernel.codes import industry_chain

ALL = "all"


@dataclass(frozen=True, slots=True)
class Frozen:
    """Figures by statistic and industry (or ``all``), with the number of plants behind each. (冻结的统计值)"""

    label: str
    values: Mapping[str, Mapping[str, tuple[float, int]]]
    sha256: str

    def value(self, statistic: Statistic, chain: tuple[str, ...]) -> float | None:
        """The figure for an industry, narrowest class first; none where too few plants stand behind it."""
        table = self.values.get(statistic.key, {})
        for code in (ALL,) if statistic.over == "all" else chain:
            if code in table and table[code][1] >= statistic.least:
                return table[code][0]
        return None


def freeze(standard: Standard, population: Population, label: str) -> Frozen:
    """Compute a standard's population figures.

    Args:
        standard: What is compared.
        population: The plants, in the units of the standard's inputs.
        label: What the population is, e.g. “全市 2025 年度填报企业”.
    """
    wanted = {statistic.of for statistic in standard.statistics}
    columns = evaluate_values(standard, {name: Name(name, 0) for name in sorted(wanted)}, population)
    values: dict[str, dict[str, tuple[float, int]]] = {}
    for statistic in standard.statistics:
        column = columns[statistic.of]
        known = np.isfinite(column)
        groups = {ALL: known}
        if statistic.over == "industry":
            chains = [industry_chain(code) for code in population.industries]
            groups = {
                code: known & np.isin(population.industry, [index for index, chain in enumerate(chains) if code in chain])
                for code in {code for chain in chains for code in chain}
            }
        values[statistic.key] = {}
        for code, rows in groups.items():
            taken = np.sort(column[rows])  # sorted, so that the order of rows cannot move the last digit
            if len(taken):
                figure = taken.mean() if statistic.function == "mean" else np.percentile(taken, statistic.percent)
                values[statistic.key][code] = (float(figure), len(taken))
    content: Any = {key: {code: [repr(value), count] for code, (value, count) in sorted(table.items())} for key, table in sorted(values.items())}
    return Frozen(label, values, hashlib.sha256(rfc8785.dumps({"label": label, "values": content})).hexdigest())


def figures(standard: Standard, population: Population, frozen: Frozen) -> dict[str, Floats]:
    """Frozen figures as the population engine wants them: one for each of the population's industries, NaN for none."""
    chains = [industry_chain(code) for code in population.industries]
    found = {}
    for statistic in standard.statistics:
        values = [frozen.value(statistic, chain) for chain in chains]
        found[statistic.key] = np.array([np.nan if value is None else value for value in values])
    return found
