"""Officers' pages of standards and populations, and a plant's advice: what goes wrong is said, and nothing is half done."""

import io
import os
import signal

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from qingshan.apps.evaluation import selectors as evaluations
from qingshan.apps.evaluation.models import PopulationResult, Snapshot
from qingshan.apps.standards import selectors as standards
from qingshan.apps.standards.models import StandardVersion
from qingshan.flows import advise
from qingshan.flows.standards import request_population_run, run_population
from qingshan.kernel.actor import Actor
from tests.web.conftest import AT

pytestmark = pytest.mark.django_db
CITY = Actor("city", "city")


def base():
    return standards.version_named(CITY, "gbt-36132-2025", "2025-12-31", on=AT.date())


def test_a_faulty_file_is_refused_with_its_places(small_city):
    before = StandardVersion.objects.count()
    file = SimpleUploadedFile("x.yaml", b"schema: qingshan/standard@1\nid: x\n")

    response = small_city.client("city").post("/office/standards/import/", {"file": file})

    assert response.status_code == 422
    assert "x.yaml:1:1" in response.content.decode()
    assert StandardVersion.objects.count() == before


def test_live_check_names_line_and_column(small_city):
    text = standards.text_of(base().id).replace("unit: tce,", "unit: tcee,", 1)

    page = small_city.client("city").post("/office/standards/check/", {"yaml": text}).content.decode()

    assert "draft:" in page
    assert "tcee" in page
    assert small_city.client("enterprise").post("/office/standards/check/", {"yaml": text}).status_code == 404


def test_a_conflicting_save_keeps_the_writers_text(small_city):
    places = small_city.places()
    client = small_city.client("city")

    response = client.post(f"/office/standards/{places['draft']}/edit/", {"yaml": "my own words", "digest": "stale"})

    assert response.status_code == 409
    assert "my own words" in response.content.decode()
    assert "my own words" not in standards.text_of(places["draft"])


def test_a_replay_needs_a_population_and_a_mark(small_city):
    places = small_city.places()
    client = small_city.client("city")

    response = client.post(f"/office/standards/{places['draft']}/replay/", {"old": places["base"], "snapshot": 999_999, "mark": "75"}, follow=True)

    assert "Choose population" in response.content.decode() or "请选择" in response.content.decode()


def test_a_replays_public_files_name_no_plant(small_city):
    replay = small_city.places()["replay"]
    client = small_city.client("city")

    inside = client.get(f"/office/replays/{replay}/").content.decode()
    html = client.get(f"/office/replays/{replay}/public.html").content.decode()
    table = client.get(f"/office/replays/{replay}/public.csv").content.decode("utf-8-sig")

    assert "演示企业" in inside or "没有。" in inside
    assert "演示企业" not in html
    assert "演示企业" not in table
    assert table.startswith("项目 what")
    assert "src=" not in html.split("<script", 1)[1].split("</script>")[0]


def test_a_faulty_population_is_refused_whole(small_city):
    file = SimpleUploadedFile("p.parquet", b"not parquet")

    response = small_city.client("city").post("/office/populations/", {"file": file, "name": "x"})

    assert response.status_code == 422
    assert not Snapshot.objects.exists()


def test_a_population_job_that_runs_twice_stores_each_result_once(small_city):
    snapshot = small_city.snapshot(size=50)
    run = request_population_run(snapshot_id=snapshot, by=CITY, at=AT)

    run_population(run, AT.isoformat())
    first = list(evaluations.population_results(run))
    run_population(run, AT.isoformat())

    assert PopulationResult.objects.filter(run_id=run).count() == 100
    assert list(evaluations.population_results(run)) == first
    assert evaluations.population_run(run).done == 2


def test_results_can_be_downloaded_in_three_forms(small_city):
    snapshot = small_city.snapshot(size=50)
    run = request_population_run(snapshot_id=snapshot, by=CITY, at=AT)
    run_population(run, AT.isoformat())
    client = small_city.client("city")

    for ending in ("parquet", "xlsx", "csv"):
        content = b"".join(client.get(f"/office/populations/runs/{run}/results.{ending}").streaming_content)
        assert len(content) > 1000
    assert client.get(f"/office/populations/runs/{run}/results.exe").status_code == 404


def test_a_killed_solver_is_replaced_and_the_plant_gets_its_answer(small_city):
    bench = advise.bench_of(Actor("enterprise", "enterprise", small_city.own), small_city.own_evaluation)
    first = advise.cheapest_way(bench, [30.0])
    for process in list(advise._WORKERS.pool._processes.values()):
        os.kill(process.pid, signal.SIGKILL)

    again = advise.cheapest_way(bench, [30.0])

    assert again == first


def test_what_if_changes_the_answer_and_stores_nothing(small_city):
    client = small_city.client("enterprise")
    page = f"/enterprise/evaluations/{small_city.own_evaluation}/what-if/"
    before = len(evaluations.evaluations(Actor("enterprise", "enterprise", small_city.own), small_city.own))

    same, less = client.get(page).json(), client.get(page, {"energy": "60", "co2": "60"}).json()

    assert same["change"] == "+0.00"
    assert float(less["total"]) >= float(same["total"])
    assert client.get(page, {"energy": "99999999", "co2": "x"}).status_code == 200
    assert len(evaluations.evaluations(Actor("enterprise", "enterprise", small_city.own), small_city.own)) == before


def test_reports_open_for_those_who_may_see_the_plant(small_city):
    path = f"/evaluations/{small_city.own_evaluation}/report/"

    pdf = small_city.client("enterprise").get(f"/enterprise{path}self.pdf")
    word = small_city.client("district").get(f"/office{path}third-party.docx")

    assert pdf.content[:5] == b"%PDF-"
    assert io.BytesIO(word.content).read(2) == b"PK"
    assert small_city.client("enterprise").get(f"/enterprise{path}self.exe").status_code == 404
    assert small_city.client("enterprise").get(f"/enterprise{path}secret.pdf").status_code == 404


def test_a_public_page_shows_each_form_of_law(small_city):
    client = small_city.client("public")

    park = client.get("/standards/miit-2016-park/2016/").content.decode()
    star = client.get("/standards/ningbo-star/2024/").content.decode()

    assert "选" in park or "choose" in park
    assert "75" in star
    assert client.get("/standards/ningbo-star/1999/").status_code == 404
