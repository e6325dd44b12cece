"""`qingshan standard`: what the library holds, and whether a file of your own is sound."""

from pathlib import Path

import click

from qingshan.engines.evaluation.standard import POINT
from qingshan.library.errors import InvalidFile, NotInLibrary
from qingshan.library.limits import product_limits
from qingshan.library.rule_text import rule_text
from qingshan.library.standards import available, load, overlaps, shipped_files, source_text, verified_share


@click.group()
def standard() -> None:
    """Standards (评价标准): list, show, check, limits."""


@standard.command("list")
@click.pass_obj
def list_standards(language: str) -> None:
    """List the standards of the library with their validity."""
    for entry in available():
        until = "" if entry.open_ended else str(entry.effective.end)
        click.echo(f"{entry.id}  {entry.version}  {entry.status}  {entry.effective.start}–{until}  {entry.title.in_language(language)}")


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
        counts = f"{len(entry.inputs)} inputs, {len(entry.items)} items, {entry.tests} tests, {verified}/{all_} sources verified"
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
