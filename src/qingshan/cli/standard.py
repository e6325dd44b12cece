"""`qingshan standard`: what the library holds, and whether a file of your own is sound."""

import csv
from datetime import datetime
from decimal import Decimal, InvalidOperation
from pathlib import Path

import click

from qingshan.engines.evaluation.diff import compare
from qingshan.engines.evaluation.program import compile_standard
from qingshan.engines.evaluation.replay import Mark
from qingshan.engines.evaluation.standard import POINT
from qingshan.library.errors import InvalidFile, NotInLibrary
from qingshan.library.limits import LEVEL_NAMES, grade, product_limit, product_limits
from qingshan.library.rule_text import rule_text
from qingshan.library.standards import available, load, overlaps, shipped_files, source_text, verified_share


@click.group()
def standard() -> None:
    """Standards (评价标准): list, show, check, limits."""


@standard.command("list")
@click.option("--markdown", is_flag=True, help="As the table of docs/reference/standards.md.")
@click.pass_obj
def list_standards(language: str, *, markdown: bool) -> None:
    """List the standards of the library with their validity and the share of verified sources."""
    if markdown:
        click.echo(standards_table())
        return
    for entry in available():
        until = "" if entry.open_ended else str(entry.effective.end)
        click.echo(f"{entry.id}  {entry.version}  {entry.status}  {entry.effective.start}–{until}  {entry.title.in_language(language)}")


def standards_table() -> str:
    """Every shipped standard as a Markdown table."""
    rows = ["| standard | version | state | validity | requirements | indicators | tests | verified sources |", "|---|---|---|---|---|---|---|---|"]
    for entry in available():
        verified, all_ = verified_share(entry)
        until = "" if entry.open_ended else str(entry.effective.end)
        title = f"`{entry.id}` {entry.title.zh} · {entry.title.en}"
        counts = f"{len(entry.vetoes)} | {len(entry.items)} | {entry.tests} | {verified} of {all_}"
        rows.append(f"| {title} | {entry.version} | {entry.status} | {entry.effective.start} – {until} | {counts} |")
    return "\n".join(rows)


@standard.command()
@click.argument("slug")
@click.option("--yaml", "as_yaml", is_flag=True, help="Print the file itself.")
@click.pass_obj
def show(language: str, slug: str, as_yaml: bool) -> None:
    """Show a standard's requirements and indicators."""
    versions = [entry for entry in available() if entry.id == slug]
    if not versions:
        raise NotInLibrary(f"No standard “{slug}”; see `qingshan standard list`.")
    entry = versions[-1]
    if as_yaml:
        click.echo(source_text(entry))
        return
    click.echo(f"{entry.title.in_language(language)}  {entry.version}  sha256 {entry.sha256[:12]}")
    for veto in entry.vetoes:
        click.echo(f"  ! {veto.label.in_language(language)}  〔{veto.source}〕")
    for group in entry.groups:
        click.echo(f"{group.id} {group.label.in_language(language)}  {group.points / POINT:g}")
        for item in group.items:
            click.echo(
                f"  {item.id:4}{item.label.in_language(language)}  {item.points / POINT:g}  {rule_text(item.rule, language)}  〔{item.source}〕"
            )


@standard.command()
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
def check(files: tuple[Path, ...]) -> None:
    """Check standards' YAML files (without FILES: the whole library): form, units, weights, sources, validity, their own tests.

    All problems at once; exit 2.
    """
    entries, problems = [], []
    for file in files or shipped_files():
        try:
            entries.append(load(file))
        except InvalidFile as error:
            problems += error.problems
    problems += overlaps(entries)
    if problems:
        raise InvalidFile(problems)
    for entry in entries:
        verified, all_ = verified_share(entry)
        steps = len(compile_standard(entry).instructions)
        counts = (
            f"{len(entry.inputs)} inputs, {len(entry.items)} items, {steps} steps a plant, {entry.tests} tests, {verified}/{all_} sources verified"
        )
        click.echo(f"✓ {entry.id} {entry.version}: {counts}, sha256 {entry.sha256[:12]}")


@standard.command()
@click.option("--find", "needle", default="", help="Only ids and names that contain this.")
@click.pass_obj
def limits(language: str, needle: str) -> None:
    """List product limits of energy-limit standards: levels 1, 2 and 3 as printed."""
    for limit in product_limits().values():
        if needle in f"{limit.id} {limit.label.zh} {limit.label.en}":
            levels = " / ".join("–" if level is None else f"{level:g}" for level in limit.levels)
            click.echo(f"{limit.id}  {limit.label.in_language(language)}  {levels} {limit.unit}")


@standard.command("grade")
@click.argument("product")
@click.argument("value")
@click.option("--input", "inputs", multiple=True, metavar="NAME=VALUE", help="Input of a correction, e.g. clinker_ratio=78.")
@click.option("--on", "day", type=click.DateTime(["%Y-%m-%d"]), help="Day on which the limit must hold.")
@click.pass_obj
def grade_value(language: str, product: str, value: str, inputs: tuple[str, ...], day: datetime | None) -> None:
    """Compare VALUE with every level of PRODUCT (see `limits`), exactly and without rounding."""
    limit = product_limit(product)
    try:
        given = {name: float(number) for name, _, number in (entry.partition("=") for entry in inputs)}
        exact = Decimal(value)
    except (ValueError, InvalidOperation) as error:
        raise click.BadParameter("write numbers, e.g. 83.5 and --input clinker_ratio=78") from error
    if day is not None and limit.in_force(day.date()) is False:
        raise NotInLibrary(f"{limit.id} holds from {limit.effective_from}, not on {day.date()}.")
    result = grade(limit, exact, given)
    click.echo(f"{limit.label.in_language(language)}  {value} {limit.unit}  〔{limit.source}〕")
    for name, level, met in zip(LEVEL_NAMES[limit.scheme], result.levels, result.meets, strict=True):
        sign = "–" if met is None else "✓" if met else "✗"
        click.echo(f"  {sign} {name.in_language(language)}  ≤ {'–' if level is None else f'{level:g}'} {limit.unit}")
    for correction in limit.corrections:
        wanted = ", ".join(correction.inputs)
        used = bool(correction.formulas) and set(correction.inputs) <= set(given)
        click.echo(f"  {'+' if used else '?'} {correction.label.in_language(language)}{'' if used or not wanted else f' (--input {wanted})'}")


@standard.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.pass_obj
def diff(language: str, old: Path, new: Path) -> None:
    """Compare two versions of a standard, by the ids of their parts."""
    for change in compare(load(old), load(new)):
        name = f"{change.name.in_language(language)}  {change.id} {change.label.in_language(language)}"
        click.echo(f"{name}  {change.before} → {change.after}")


@standard.command()
@click.argument("old", type=click.Path(path_type=Path))
@click.argument("new", type=click.Path(path_type=Path))
@click.option("--population", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Parquet file of plants and years.")
@click.option("--year", type=int, help="Year; the last of the file if not given.")
@click.option("--mark", type=float, default=75.0, show_default=True, help="Score that earns the title.")
@click.option("--level", default="", help="Level of the standards that is the title, instead of a mark.")
@click.option("--csv", "csv_file", type=click.Path(path_type=Path), help="Also write the public figures as CSV.")
@click.pass_obj
def replay(language: str, old: Path, new: Path, population: Path, year: int | None, mark: float, level: str, csv_file: Path | None) -> None:
    """Replay a draft: who gains and who loses the title if NEW takes the place of OLD, and by which clause."""
    from qingshan.library.population_file import PopulationFile
    from qingshan.library.replay_report import csv_rows, replay_on

    one, two = load(old), load(new)
    file = PopulationFile(population, one)
    report = replay_on(one, two, file.year(year or max(file.years)), Mark(level, round(mark * POINT)))
    titles = report["titles"]
    click.echo(f"{titles['before']} → {titles['after']}  (+{titles['gained']} −{titles['lost']})  {report['population']['plants']} plants")
    for effect in report["effects"]:
        click.echo(f"  {effect['net']:+6d}  {effect['id']}  {effect[language]}  {effect['before']} → {effect['after']}")
    click.echo(f"  {report['remainder']:+6d}  {'acting together' if language == 'en' else '共同作用'}")
    if csv_file is not None:
        with csv_file.open("w", encoding="utf-8-sig", newline="") as stream:
            csv.writer(stream).writerows(csv_rows(report))


@standard.command()
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--out", type=click.Path(path_type=Path), help="Write the flat standard here.")
def overlay(file: Path, out: Path | None) -> None:
    """Resolve an overlay (province, city, sector) on a standard of the library; it may only tighten."""
    from qingshan.library.overlay import resolve_overlay

    def base(slug: str) -> str:
        found = [entry for entry in available() if entry.id == slug]
        if not found:
            raise NotInLibrary(f"No standard “{slug}”; see `qingshan standard list`.")
        return source_text(found[-1])

    entry, text = resolve_overlay(file.read_text(encoding="utf-8"), base, name=file.name)
    if out is not None:
        out.write_text(text, encoding="utf-8")
    click.echo(f"✓ {entry.id} {entry.version}: {len(entry.items)} items, {len(entry.vetoes)} requirements, sha256 {entry.sha256[:12]}")
