"""From what a plant files to an evaluation that explains itself. (填报与评价)"""

import json
from datetime import date, datetime
from pathlib import Path
from typing import Any

from django.db import transaction
from django_q.tasks import async_task

from qingshan.apps.evaluation import services as evaluation
from qingshan.apps.metering import selectors as metered
from qingshan.apps.metering import services as metering
from qingshan.apps.registry import selectors as registry
from qingshan.apps.standards import selectors as standards
from qingshan.engines.evaluation.score import evaluate
from qingshan.kernel.actor import SYSTEM, Actor
from qingshan.kernel.errors import Problem, QingshanError
from qingshan.kernel.text import Text
from qingshan.library.cases import build_case
from qingshan.library.errors import InvalidFile
from qingshan.library.explanation import to_json
from qingshan.library.factors import table
from qingshan.library.strict_yaml import parse_yaml
from qingshan.library.subject import subject_from
from qingshan.library.workbook import read_workbook

STANDARD = "gbt-36132-2025"


@transaction.atomic
def file_and_evaluate(*, organisation_id: int, file: Path, by: Actor, at: datetime, file_name: str = "") -> int:
    """File a case (YAML or workbook) and evaluate it: both happen, or neither. Returns the evaluation's id. (填报并评价)

    Raises:
        InvalidFile: With every problem of the file; nothing is stored.
    """
    name = file_name or file.name
    standard = standards.in_force(STANDARD, on=at.date())
    if file.suffix.lower() == ".xlsx":
        content, place = read_workbook(file, standard)
    else:
        document = parse_yaml(file.read_bytes(), name=name)
        content, place = document.data, document.place
    case = build_case(content, place, standard)
    own = registry.organisation(by, organisation_id)
    if own is None or (case.uscc and case.uscc != own.uscc):
        rule = Text("信用代码不是本企业的", "this is not your organisation's code")
        raise InvalidFile([Problem(place(("plant", "uscc")), case.uscc, rule, Text("填本企业的代码", "give your own code"))])
    if len(case.years) != 1:
        raise InvalidFile(
            [Problem(name, str(len(case.years)), Text("一次填报一个年度", "file one year at a time"), Text("按年拆开", "split it by year"))]
        )
    filing_id = metering.keep_filing(organisation_id=organisation_id, year=case.years[0].year, file_name=name, content=_plain(content), by=by, at=at)
    return evaluate_filing(filing_id=filing_id, by=by, at=at)


@transaction.atomic
def evaluate_filing(*, filing_id: int, by: Actor, at: datetime) -> int:
    """Evaluate a stored filing with the standard in force on that day. (评价)"""
    organisation_id, year, content = metered.filed_case(filing_id)
    standard = standards.in_force(STANDARD, on=at.date())
    case = build_case(content, lambda path: f"filing:{filing_id} {'.'.join(map(str, path))}", standard)
    result = evaluate(standard, subject_from(case, case.years[0], standard, record=f"filing:{filing_id}"))
    explanation = to_json(result, year=year, mark=str(table("cities", "ningbo", "marks.yaml")["marks"][0]["at"]))
    return evaluation.keep_evaluation(
        organisation_id=organisation_id, filing_id=filing_id, year=year, evaluation=result, explanation=explanation, by=by, at=at
    )


@transaction.atomic
def request_city_run(*, by: Actor, at: datetime) -> int:
    """Queue an evaluation of every plant's newest filing; the job is in the same transaction as its record. (全市评价)"""
    run_id = evaluation.start_city_run(standard=STANDARD, total=len(metered.latest_filing_ids()), by=by, at=at)
    async_task("qingshan.flows.evaluate.run_city", run_id, at.isoformat())
    return run_id


def run_city(run_id: int, at: str) -> None:
    """The background job. May run twice after a crash: each result is stored once, counts are set and not added."""
    moment = datetime.fromisoformat(at)
    done = failed = 0
    for filing_id in metered.latest_filing_ids():
        try:
            evaluate_filing(filing_id=filing_id, by=SYSTEM, at=moment)
            done += 1
        except QingshanError:
            failed += 1
        evaluation.note_progress(run_id=run_id, done=done, failed=failed, at=moment, finished=False)
    evaluation.note_progress(run_id=run_id, done=done, failed=failed, at=moment, finished=True)


def _plain(content: Any) -> dict[str, Any]:
    """Case content as JSON values; dates become text."""
    plain: dict[str, Any] = json.loads(json.dumps(content, default=lambda value: value.isoformat() if isinstance(value, date) else str(value)))
    return plain
