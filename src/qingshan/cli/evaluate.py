"""`qingshan evaluate`: one plant's case against a standard."""

import json
import sys
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import click

from qingshan.engines.evaluation.gap import shortest_way
from qingshan.engines.evaluation.result import Evaluation, ItemResult, points_of
from qingshan.engines.evaluation.score import evaluate
from qingshan.engines.evaluation.standard import Standard
from qingshan.engines.metering.emissions import RULES
from qingshan.engines.metering.energy import CONVERSIONS
from qingshan.kernel.citation import BASES
from qingshan.kernel.text import Text
from qingshan.kernel.trace import Trace
from qingshan.library.cases import CaseYear, read_case
from qingshan.library.explanation import to_json, trace_json
from qingshan.library.standards import find
from qingshan.library.subject import subject_from

STATES = {
    "missing": Text("未报告", "not reported"),
    "no_benchmark": Text("无对标值", "no benchmark"),
    "not_applicable": Text("不适用", "not applicable"),
    "failed": Text("不符合", "failed"),
    "unknown": Text("待补正", "unknown"),
    "met": Text("符合", "met"),
    "division_by_zero": Text("除数为零", "division by zero"),
}


@click.command("evaluate")
@click.argument("case", type=click.Path(path_type=Path), required=False)
@click.option(
    "--population", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="Evaluate all plants and years of a Parquet file instead."
)
@click.option("--out", type=click.Path(path_type=Path), help="Where results of a population go: .parquet, .xlsx or .csv.")
@click.option("--standard", "slug", default="gbt-36132-2025", show_default=True, help="Id of the standard; see `qingshan standard list`.")
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), help="Use the version in force on this day; today if not given.")
@click.option("--mark", type=float, help="Mark in points; shows the shortest way to it and exits with 1 if it is not surely reached.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON (qingshan/explanation@1).")
@click.option("--explain", is_flag=True, help="Print the reasons of each figure down to its inputs.")
@click.pass_obj
def evaluate_case(
    language: str,
    case: Path | None,
    population: Path | None,
    out: Path | None,
    slug: str,
    on: datetime | None,
    mark: float | None,
    as_json: bool,
    explain: bool,
) -> int:
    """Evaluate a plant (评价). CASE is a YAML file or a filled workbook; `qingshan template evaluate` writes an empty one.

    With --population, a Parquet file with one row a plant and year: plant, year, industry and the inputs of the standard.
    """
    day = on.date() if on else datetime.now(tz=UTC).date()  # the clock is read here, at the door, and nowhere below
    standard = find(slug, on=day)
    if (case is None) == (population is None):
        raise click.UsageError("give either CASE or --population FILE.parquet")
    if population is not None:
        return _evaluate_population(population, out, standard, mark)
    assert case is not None
    plant = read_case(case, standard)
    answers = []
    code = 0
    for year in plant.years:
        subject = subject_from(plant, year, standard)
        result = evaluate(standard, subject)
        if result.veto_state == "failed" or (mark is not None and result.low < int(Decimal(str(mark)) * 10**10)):
            code = 1
        if as_json:
            answers.append(
                {
                    **to_json(result, year=year.year, mark="" if mark is None else str(mark)),
                    "facts": [trace_json(fact) for fact in subject.facts.values()],
                }
            )
        else:
            _print(result, year, list(subject.facts.values()), day, mark, language, explain)
    if as_json:
        click.echo(json.dumps(answers[0] if len(answers) == 1 else answers, ensure_ascii=False, indent=1))
    return code


def _evaluate_population(path: Path, out: Path | None, standard: Standard, mark: float | None) -> int:
    import pyarrow as pa  # loaded only where a population is read: it doubles the start of every other command

    from qingshan.library.population_file import PopulationFile, evaluate_file
    from qingshan.library.result_file import write_results

    file = PopulationFile(path, standard)
    tables = []
    with click.progressbar(evaluate_file(file), length=len(file.years), label=f"{standard.id} {standard.version}", file=sys.stderr) as years:
        for plants, scores, table in years:
            tables.append(table)
            met, reached = int((scores.veto == 2).sum()), ""
            if mark is not None:
                reached = f", {int(((scores.veto == 2) & (scores.low >= int(Decimal(str(mark)) * 10**10))).sum())} at {mark:g} or more"
            click.echo(f"{plants.year}  {len(plants.plants)} plants, {met} meet all requirements{reached}")
    if out is not None:
        write_results(pa.concat_tables(tables), out)
        click.echo(f"→ {out}")
    return 0


def _print(result: Evaluation, year: CaseYear, facts: list[Trace], day: date, mark: float | None, language: str, explain: bool) -> None:
    def say(zh: str, en: str) -> str:
        return en if language == "en" else zh

    click.echo(f"{result.subject}  {year.year}  ·  {result.standard_id} {result.standard_version} ({say('评价日', 'on')} {day})")
    score = (
        f"{result.total}"
        if result.low == result.high
        else say(f"{result.total}，补齐后最高 {result.total_high}", f"{result.total}, at most {result.total_high} once all is reported")
    )
    click.echo(say(f"得分：{score}", f"Score: {score}"))
    for veto in result.vetoes:
        click.echo(
            f"  {'✓' if veto.state == 'met' else '✗' if veto.state == 'failed' else '?'} {veto.label.in_language(language)}：{STATES[veto.state].in_language(language)}"
        )
    click.echo(say("计量", "Metering"))
    click.echo(
        f"  {CONVERSIONS[year.choices.electricity_conversion].in_language(language)}；{RULES[year.choices.electricity_emissions].in_language(language)}"
    )
    for trace in (*facts, *result.derived):
        if trace.key in ("energy", "co2", "renewable_energy", "output_value", "product_output") or (
            trace.value is not None and trace in result.derived
        ):
            click.echo(f"  {trace.label.in_language(language)}：{_value(trace, language)}")
            if explain:
                _tree(trace, 2, language)
    for group in result.groups:
        click.echo(f"{group.label.in_language(language)}  {points_of(group.low, 100)}–{points_of(group.high, 100)} / {points_of(group.full, 100)}")
        for item in group.items:
            click.echo(f"  {item.id:4}{item.label.in_language(language)}  {_item_line(item, language)}")
            if explain:
                _tree(item.trace, 3, language)
    if result.pending:
        click.echo(say("缺少的数据（补齐最多可得）", "Missing (at most to be gained)"))
        for entry in result.pending:
            suffix = say("，基本要求", ", basic requirement") if entry.vetoes else ""
            click.echo(f"  {entry.label.in_language(language)} [{entry.key}]  +{entry.max_gain}{suffix}")
    if mark is not None:
        _print_way(result, mark, language)
    if result.unverified:
        click.echo(say("以下依据尚未与官方文本核对：", "Not yet compared with the official text:"))
        for document in dict.fromkeys((citation.document, citation.basis) for citation in result.unverified):
            click.echo(f"  {document[0]}（{BASES[document[1]][language == 'en']}）")


def _print_way(result: Evaluation, mark: float, language: str) -> None:
    way = shortest_way(result, mark)
    english = language == "en"
    if not way:
        reached = result.total >= Decimal(str(mark))
        texts = ("已达到", "reached") if reached else ("凭现有指标达不到；先补对标值", "cannot be reached; benchmarks are missing")
        click.echo(f"{'Mark' if english else '目标分'} {mark:g}：{texts[english]}")
        return
    click.echo(f"{'Shortest way to' if english else '最短路径，到'} {mark:g}")
    for step in way:
        verb = {"report": ("补报", "report"), "improve": ("改进", "improve")}[step.kind][english]
        change = "" if step.to_value is None else f"  → {step.to_value:.4g} {step.unit}"
        click.echo(f"  {verb} {step.label.in_language(language)}  +{points_of(int(step.gain * 10**10), 100)}{change}")


def _item_line(item: ItemResult, language: str) -> str:
    if item.state != "scored":
        return f"{STATES[item.state].in_language(language)}  (0–{points_of(item.high, 100)}/{item.points / 10000:g})"
    if isinstance(item.trace.value, bool) or item.trace.value is None:
        return f"{points_of(item.low, 100)}/{points_of(item.full, 100)}"
    bounds = "" if item.base is None or item.lead is None else f"  [{item.base:g} → {item.lead:g}]"
    return f"{item.trace.value:.6g} {item.unit}{bounds}  {points_of(item.low, 100)}/{points_of(item.full, 100)}"


def _value(trace: Trace, language: str) -> str:
    if trace.value is None:
        return STATES.get(trace.state, STATES["missing"]).in_language(language)
    return f"{trace.value:,.4f} {trace.unit}".rstrip()


def _tree(trace: Trace, depth: int, language: str) -> None:
    for node in trace.inputs:
        source = f"  〔{node.source}{'' if node.source.verified else ' *'}〕" if node.source else ""
        evidence = f"  ⟵ {'; '.join(node.evidence)}" if node.evidence else ""
        value = "是" if node.value is True else "否" if node.value is False else _value(node, language)
        click.echo(f"{'  ' * depth}· {node.label.in_language(language)} = {value}  {node.formula}{source}{evidence}".rstrip())
        _tree(node, depth + 1, language)
