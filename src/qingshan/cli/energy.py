"""`qingshan energy`: add up energy carriers."""

import csv
import json
from datetime import datetime
from typing import TextIO, cast

import click

from qingshan.engines.metering.energy import CONVERSIONS, CarrierUse, Conversion, comprehensive_energy
from qingshan.kernel.errors import InvalidInput, Problem, QingshanError
from qingshan.kernel.quantity import conversion
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace
from qingshan.library.explanation import trace_json
from qingshan.library.factors import coal_equivalents


@click.command()
@click.argument("uses", type=click.File(encoding="utf-8-sig"))
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), required=True, help="Use the factors in force on this day.")
@click.option(
    "--conversion",
    "choice",
    type=click.Choice(sorted(CONVERSIONS)),
    default="calorific_value",
    show_default=True,
    help="Electricity at 当量值 or 等价值.",
)
@click.option("--json", "as_json", is_flag=True, help="Print JSON for other programs.")
@click.pass_obj
def energy(language: str, uses: TextIO, on: datetime, choice: str, as_json: bool) -> None:
    """Add up energy carriers (综合能耗). USES is a CSV with carrier,amount,unit; “-” reads stdin."""
    factors = coal_equivalents(on=on.date(), conversion=cast("Conversion", choice))
    problems: list[Problem] = []
    rows: list[CarrierUse] = []
    reader = csv.DictReader(uses)
    header = Text("第一行应为 carrier,amount,unit", "the first line must be carrier,amount,unit")
    if reader.fieldnames is None or not {"carrier", "amount", "unit"} <= set(reader.fieldnames):
        raise InvalidInput([Problem(f"{uses.name}:1", ",".join(reader.fieldnames or []), header, Text("加上表头", "add the header"))])
    for row in reader:
        place = f"{uses.name}:{reader.line_num}"
        carrier = (row["carrier"] or "").strip()
        try:
            factor = factors[carrier]
            amount = float(row["amount"]) * conversion((row["unit"] or "").strip(), factor.unit)
        except KeyError:
            problems.append(
                Problem(
                    f"{place} carrier",
                    carrier,
                    Text("没有这种能源", "no such carrier"),
                    Text(f"可用：{' '.join(factors)}", f"use one of {' '.join(factors)}"),
                )
            )
        except (ValueError, TypeError):
            problems.append(
                Problem(
                    f"{place} amount",
                    row["amount"] or "",
                    Text("应为数字", "a number is expected"),
                    Text("去掉逗号和单位", "remove commas and units"),
                )
            )
        except QingshanError as error:
            problems.append(
                Problem(
                    f"{place} unit",
                    row["unit"] or "",
                    Text(f"单位与 {factors[carrier].unit} 不符", str(error)),
                    Text(f"用 {factors[carrier].unit}", f"use {factors[carrier].unit}"),
                )
            )
        else:
            rows.append(CarrierUse(carrier, Trace(carrier, factor.label, amount, factor.unit, evidence=(place,))))
    if problems:
        raise InvalidInput(problems)
    total = comprehensive_energy(rows, factors)
    if as_json:
        click.echo(json.dumps({"conversion": choice, **trace_json(total)}, ensure_ascii=False, indent=1))
    else:
        click.echo(f"{total.value:.6g} {total.unit}  ({CONVERSIONS[cast('Conversion', choice)].in_language(language)})")
