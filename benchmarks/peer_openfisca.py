"""OpenFisca-Core on the same standard and rows, tuned: parameters by array look-up. Run by benchmarks.run in an environment of its own."""

import json
import sys
import time

import numpy as np
from openfisca_core import entities, periods, taxbenefitsystems, variables
from openfisca_core.simulation_builder import SimulationBuilder

PERIOD = "2025"
plant = entities.Entity("plant", "plants", "plant", "")


def main(spec_path: str, rows_path: str, out_path: str) -> None:
    """Read specification and rows, write scores and CPU seconds (best of 3)."""
    with open(spec_path) as file:
        spec = json.load(file)
    rows = np.load(rows_path)
    columns = {key: rows[key] for key in rows.files}
    size = len(columns["industry"])
    system = taxbenefitsystems.TaxBenefitSystem([plant])

    def declare(name: str, value_type: type, formula: object = None) -> None:
        members: dict[str, object] = {"value_type": value_type, "entity": plant, "definition_period": periods.DateUnit.YEAR, "label": name}
        if formula is not None:
            members["formula"] = formula
        system.add_variable(type(name, (variables.Variable,), members))

    for key in rows.files:
        declare(key, int if key.startswith(("t", "industry")) else float)

    def arithmetic(text: str) -> object:
        tokens = text.split()

        def formula(self: object, period: object) -> object:
            terms: list[object] = []
            index = 0
            while index < len(tokens):
                value = self(tokens[index], period)  # type: ignore[operator]
                if index + 1 < len(tokens) and tokens[index + 1] in "*/":
                    other = tokens[index + 2]
                    if tokens[index + 1] == "*":
                        value = value * np.float32(float(other))
                    else:
                        value = value / self(other, period)  # type: ignore[operator]
                    index += 2
                terms.append(value)
                index += 2
            return sum(terms[1:], terms[0])

        return lambda self, period: formula(self, period)

    for key, text in spec["derived"].items():
        declare(key, float, arithmetic(text))

    def item_formula(item: dict[str, object]) -> object:
        def curve(self: object, period: object) -> object:
            industry = self("industry", period)  # type: ignore[operator]
            base, lead = np.asarray(item["base"], np.float32)[industry], np.asarray(item["lead"], np.float32)[industry]
            return np.clip((self(item["value"], period) - base) / (lead - base), 0, 1)  # type: ignore[operator]

        def tier(self: object, period: object) -> object:
            steps = item["steps"]
            value = self(item["value"], period)  # type: ignore[operator]
            shares = np.array([0.0, *(step[1] for step in steps)], np.float32)  # type: ignore[attr-defined]
            return np.where(np.isnan(value), np.nan, shares[np.searchsorted([step[0] for step in steps], value, side="right")])  # type: ignore[attr-defined]

        def check(self: object, period: object) -> object:
            if item["all"]:
                found = np.minimum.reduce([self(key, period) for key in item["all"]])  # type: ignore[operator,attr-defined]
            else:
                found = np.maximum.reduce([self(key, period) for key in item["any"]])  # type: ignore[operator,attr-defined]
            return np.array([0.0, np.nan, 1.0], np.float32)[found]

        chosen = {"curve": curve, "tier": tier, "check": check}[str(item["kind"])]
        return lambda self, period: chosen(self, period)

    for group in spec["groups"]:
        for item in group:
            declare(f"score_{item['id']}", float, item_formula(item))

    def summed(pessimistic: bool) -> object:
        """Sum of groups; unknown shares count as 0, or as 1 for the upper end."""

        def total(self: object, period: object) -> object:
            result = 0.0
            for group in spec["groups"]:
                points, full = 0.0, 0.0
                for item in group:
                    share = self(f"score_{item['id']}", period)  # type: ignore[operator]
                    share = np.nan_to_num(share, nan=0.0 if pessimistic else 1.0)
                    if "applies" in item:
                        applies = self(item["applies"], period)  # type: ignore[operator]
                        unsure = 0.0 if pessimistic else 1.0
                        points, full = points + np.where(applies == 2, share, np.where(applies == 1, unsure, 0)), full + (applies != 0)
                    else:
                        points, full = points + share, full + 1
                result = result + points / full * 25
            return result

        return lambda self, period: total(self, period)

    def vetoes(self: object, period: object) -> object:
        state = np.full(size, 2)
        for veto in spec["vetoes"]:
            if "truth" in veto:
                state = np.minimum(state, self(veto["truth"], period))  # type: ignore[operator]
            else:
                value = self(veto["value"], period)  # type: ignore[operator]
                state = np.minimum(state, np.where(np.isnan(value), 1, np.where(value < veto["below"], 2, 0)))
        return state

    declare("total", float, summed(True))
    declare("high", float, summed(False))
    declare("veto", int, lambda self, period: vetoes(self, period))
    best, scores = float("inf"), None
    for _ in range(3):
        begin = time.process_time()  # from the columns to the answer, as for the other engine
        builder = SimulationBuilder()
        builder.create_entities(system)
        builder.declare_person_entity("plant", list(range(size)))
        simulation = builder.build(system)
        for key in rows.files:
            simulation.set_input(key, PERIOD, columns[key])
        with np.errstate(all="ignore"):
            scores = simulation.calculate("total", PERIOD)
            simulation.calculate("high", PERIOD)
            simulation.calculate("veto", PERIOD)
        best = min(best, time.process_time() - begin)
    np.savez(out_path, scores=scores, cpu=best)


if __name__ == "__main__":
    main(*sys.argv[1:])
