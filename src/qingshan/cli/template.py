"""`qingshan template`: empty workbooks to fill in."""

from datetime import UTC, datetime
from pathlib import Path

import click

from qingshan.library.standards import find
from qingshan.library.workbook import write_template


@click.group()
def template() -> None:
    """Empty workbooks (填报模板)."""


@template.command("evaluate")
@click.option("-o", "--output", type=click.Path(path_type=Path), default=Path("qingshan-case.xlsx"), show_default=True)
@click.option("--standard", "slug", default="gbt-36132-2025", show_default=True)
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]))
def evaluate_template(output: Path, slug: str, on: datetime | None) -> None:
    """Write the workbook that `qingshan evaluate` reads."""
    day = on.date() if on else datetime.now(tz=UTC).date()
    write_template(output, find(slug, on=day))
    click.echo(str(output))
