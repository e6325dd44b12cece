"""Pages: headers, languages, few queries, filing a workbook, refusing a faulty one, slow password guessing, the city run."""

from datetime import UTC, datetime

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django_q.models import OrmQ

from qingshan.apps.evaluation.models import CityRun, EvaluationRun
from qingshan.apps.metering.models import Filing
from qingshan.flows.evaluate import run_city
from tests.web.conftest import CASE

pytestmark = pytest.mark.django_db


def test_every_answer_forbids_inline_script_and_frames():
    answer = Client().get("/")

    assert "script-src 'self'" in answer["Content-Security-Policy"]
    assert "unsafe" not in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("path", ["/", "/goals/", "/standards/", "/standards/gbt-36132-2025/2025-12-31/", "/login/"])
def test_pages_are_complete_in_both_languages(path):
    chinese, english = Client().get(path, headers={"accept-language": "zh-CN"}), Client().get(path, headers={"accept-language": "en"})

    assert 'lang="zh-hans"' in chinese.content.decode()
    assert 'lang="en"' in english.content.decode()
    assert "style=" not in english.content.decode()
    assert "Standards" in english.content.decode()


def test_an_evaluation_page_takes_fewer_than_fifteen_queries_and_shows_its_reasons(small_city):
    client = small_city.client("enterprise")
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(f"/enterprise/evaluations/{small_city.own_evaluation}/")

    text = answer.content.decode()
    assert len(queries) < 15
    for part in ("能源消耗强度", "熟料综合能耗", "GB 16780-2021", "未核对", "filing:", "4.00"):
        assert part in text


def test_the_office_list_needs_as_many_queries_for_one_plant_as_for_two(small_city):
    counts = []
    for role in ("district", "city"):
        client = small_city.client(role)
        with CaptureQueriesContext(connection) as queries:
            client.get("/office/")
        counts.append(len(queries))

    assert counts[0] == counts[1]


def test_a_plant_files_a_year_and_is_evaluated(small_city):
    upload = SimpleUploadedFile("case.yaml", CASE.read_bytes().replace(b"103500", b"101000"))

    answer = small_city.client("enterprise").post("/enterprise/", {"file": upload})

    assert answer.status_code == 302
    assert EvaluationRun.objects.count() == 3
    assert EvaluationRun.objects.order_by("-pk").first().total > 4


def test_the_same_file_twice_is_one_filing_and_one_result(small_city):
    client = small_city.client("enterprise")
    for _ in range(2):
        client.post("/enterprise/", {"file": SimpleUploadedFile("case.yaml", CASE.read_bytes())})

    assert (Filing.objects.count(), EvaluationRun.objects.count()) == (2, 2)


@pytest.mark.parametrize(
    "content",
    [
        CASE.read_bytes().replace(b"unit: t,", b"unit: m3,"),
        CASE.read_bytes().replace(b"year: 2025\n", b""),
        b"\xff\xfe",
        b"a: [",
        b"!!python/object:x {}",
    ],
)
def test_a_faulty_file_is_explained_and_nothing_is_stored(small_city, content):
    answer = small_city.client("enterprise").post("/enterprise/", {"file": SimpleUploadedFile("case.yaml", content)})

    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert Filing.objects.count() == 2


def test_another_plants_code_is_refused(small_city):
    from qingshan.kernel.codes import make_uscc

    content = CASE.read_text().replace("plant: {", f"plant: {{uscc: {make_uscc('91330211', 'MADEMX02')}, ")

    answer = small_city.client("enterprise").post("/enterprise/", {"file": SimpleUploadedFile("case.yaml", content.encode())})

    assert answer.status_code == 422
    assert Filing.objects.count() == 2


def test_after_ten_wrong_passwords_even_the_right_one_waits(small_city):
    client = Client()
    for _ in range(10):
        client.post("/login/", {"username": "city", "password": "wrong"})

    answer = client.post("/login/", {"username": "city", "password": "a long password"})

    assert answer.status_code == 200
    assert "15" in answer.content.decode()


def test_a_city_run_is_queued_and_gives_each_result_once(small_city):
    small_city.client("city").post("/office/runs/")
    run = CityRun.objects.get()
    assert OrmQ.objects.count() == 1

    for _ in range(2):  # a job that was killed runs again
        run_city(run.pk, datetime(2026, 6, 1, tzinfo=UTC).isoformat())

    run.refresh_from_db()
    assert (run.done, run.failed, run.finished_at is not None) == (2, 0, True)
    assert EvaluationRun.objects.count() == 2
