"""Measures that a plant can take: what they cost, and what they do to its inputs. (措施)

Effects are formulas over the plant's own inputs and act one after the other, in the order of the catalogue. Nothing is derived by
hand: what a bundle is worth is what the standard gives for the changed inputs.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from qingshan.engines.evaluation.columns import rows_of
from qingshan.engines.evaluation.formula import names_in
from qingshan.engines.evaluation.population import Floats, Lines, Population, PopulationScores, evaluate_population, run_values
from qingshan.engines.evaluation.program import Program, compile_standard, compile_values
from qingshan.engines.evaluation.standard import Formula, Standard
from qingshan.kernel.citation import Citation
from qingshan.kernel.text import Text

Bundles = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Measure:
    """One thing to do. ``effects``: input → its new value as a formula, or a truth that it sets. (一项措施)"""

    id: str
    label: Text
    cost: Formula  # [万元]
    effects: Mapping[str, Formula | bool]
    source: Citation
    excludes: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    when: Formula | None = None  # only for plants of which this is known to be true
    physical: bool = True  # False for certificates and papers


class Workshop:
    """A standard and a catalogue made ready: prices, applicability and effects for many plants and bundles at once."""

    def __init__(self, standard: Standard, catalogue: Sequence[Measure], figures: Mapping[str, Floats] | None = None) -> None:
        known = {wanted.key for wanted in standard.inputs}
        self.standard = standard
        self.measures = tuple(measure for measure in catalogue if _names(measure) <= known)
        self.place = {measure.id: index for index, measure in enumerate(self.measures)}
        self.figures = dict(figures or {})
        self.scoring = compile_standard(standard)
        nodes = {measure.id: measure.cost.node for measure in self.measures}
        self._costs: Program = compile_values(standard, nodes)
        self._when = compile_values(standard, {measure.id: measure.when.node for measure in self.measures if measure.when is not None})
        self._effects = {
            measure.id: compile_values(standard, {key: effect.node for key, effect in measure.effects.items() if isinstance(effect, Formula)})
            for measure in self.measures
        }

    def prices(self, population: Population) -> Floats:
        """Cost of each measure for each plant [万元], shape (measures, n); NaN where it cannot be said."""
        values = run_values(self._costs, population, self.figures)
        return np.array([values[measure.id] for measure in self.measures]).reshape(len(self.measures), -1)

    def open_to(self, population: Population) -> Bundles:
        """Whether each plant can take each measure, shape (measures, n): its condition is met, its price known, and it changes something."""
        values = run_values(self._when, population, self.figures) if self._when.value_slots else {}
        prices = self.prices(population)
        size = len(population.industry)
        rows = []
        for index, measure in enumerate(self.measures):
            possible = np.isfinite(prices[index]) & (prices[index] >= 0)
            if measure.id in values:
                possible &= values[measure.id] == 2
            changed = self._after(measure, population)
            moves = np.zeros(size, np.bool_)
            for key, column in changed.items():
                unknown = np.isnan(column) if column.dtype == np.float64 else np.zeros(size, np.bool_)
                moves |= (column != population.columns[key]) & ~unknown
            rows.append(possible & moves)
        return np.array(rows).reshape(len(self.measures), size)

    def _after(self, measure: Measure, population: Population) -> dict[str, npt.NDArray[Any]]:
        """Inputs after one measure, for all rows."""
        program = self._effects[measure.id]
        found: dict[str, npt.NDArray[Any]] = dict(run_values(program, population, self.figures)) if program.value_slots else {}
        for key, effect in measure.effects.items():
            if isinstance(effect, bool):
                found[key] = np.full(len(population.industry), 2 if effect else 0, np.uint8)
        return found

    def with_bundles(self, population: Population, rows: npt.NDArray[np.int64], bundles: Bundles) -> Population:
        """Plants after their bundles: row ``rows[k]`` after the measures of ``bundles[k]``. Shape (k, measures)."""
        changed = rows_of(population, rows)
        columns = dict(changed.columns)
        energy = columns.get("energy")
        for index, measure in enumerate(self.measures):
            taken = bundles[:, index]
            if not taken.any():
                continue
            for key, column in self._after(measure, Population(changed.industries, changed.industry, columns)).items():
                before = columns[key]
                columns[key] = np.where(taken, column.astype(before.dtype), before)
        lines = changed.lines
        if lines and energy is not None:
            # a measure that saves energy saves it in all products alike
            ratio = np.where(energy > 0, columns["energy"] / np.where(energy > 0, energy, 1.0), 1.0)
            ratio = np.where(np.isnan(ratio), 1.0, ratio)
            lines = {
                key: Lines(table.row, _lowered(table.value, ratio[table.row]), table.base, table.lead, table.weight) for key, table in lines.items()
            }
        return Population(changed.industries, changed.industry, columns, lines)

    def score(self, population: Population, *, keep_shares: bool = False) -> PopulationScores:
        """Exact scores."""
        return evaluate_population(self.scoring, population, keep_shares=keep_shares, figures=self.figures)

    def allowed(self, bundles: Bundles) -> Bundles:
        """Which bundles keep exclusions and prerequisites. Shape (k,)."""
        fine = np.ones(len(bundles), np.bool_)
        for index, measure in enumerate(self.measures):
            for other in measure.excludes:
                if other in self.place:
                    fine &= ~(bundles[:, index] & bundles[:, self.place[other]])
            for needed in measure.requires:
                fine &= ~bundles[:, index] | (bundles[:, self.place[needed]] if needed in self.place else False)
        return fine


def _names(measure: Measure) -> set[str]:
    names = set(measure.effects) | set(names_in(measure.cost.node))
    for effect in measure.effects.values():
        if isinstance(effect, Formula):
            names |= set(names_in(effect.node))
    return names | (set(names_in(measure.when.node)) if measure.when else set())


def _lowered(value: Floats, ratio: Floats) -> Floats:
    """Unit energy after the saving; of a process that gains energy (negative) the gain grows."""
    return np.where(value >= 0, value * ratio, value + np.abs(value) * (1 - ratio))
