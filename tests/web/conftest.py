"""A small city: two plants in two districts, one person in each role."""

import random
import tempfile
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from qingshan.apps.accounts.services import open_account
from qingshan.apps.registry.services import register_organisation
from qingshan.flows.evaluate import file_and_evaluate
from qingshan.flows.invented_city import write_invented_city
from qingshan.flows.standards import ReplayWish, freeze_population, request_replay, run_replay
from qingshan.kernel.actor import SYSTEM, Actor
from qingshan.kernel.codes import make_uscc

AT = datetime(2026, 5, 1, 12, tzinfo=UTC)
CASE = Path(__file__).parents[1] / "cases" / "demo_cement.yaml"
ROLES = ("enterprise", "park", "district", "city", "evaluator", "expert", "bank", "buyer")


class SmallCity:
    """Ids and clients of the small city."""

    def __init__(self):
        self.own, self.other = (
            register_organisation(
                name=f"{name}（演示）", uscc=make_uscc(f"91{area}", body), kind="enterprise", area=area, industry="C3011", by=SYSTEM, at=AT
            )
            for name, area, body in (("甲厂", "330206", "MADEMX01"), ("乙厂", "330211", "MADEMX02"))
        )
        self.own_evaluation, self.other_evaluation = (
            file_and_evaluate(organisation_id=plant, file=CASE, by=Actor("x", "enterprise", plant), at=AT) for plant in (self.own, self.other)
        )
        for role in ROLES:
            organisation = self.own if role == "enterprise" else None
            open_account(
                username=role,
                password="a long password",
                display_name=role,
                role=role,
                by=SYSTEM,
                at=AT,
                organisation_id=organisation,
                area="330206" if role == "district" else "",
            )

    def places(self):
        """One object of every kind that an address names."""
        from qingshan.apps.evaluation import services as evaluation
        from qingshan.apps.standards import selectors as standards
        from qingshan.apps.standards import services

        officer = Actor("city", "city")
        base = standards.version_named(officer, "gbt-36132-2025", "2025-12-31", on=AT.date())
        draft = services.start_draft(based_on_id=base.id, version="draft-1", by=officer, at=AT)
        snapshot = self.snapshot()
        run = evaluation.start_population_run(snapshot_id=snapshot, standard=standards.standard_of(base.id), by=officer, at=AT)
        evaluation.finish_population_run(run_id=run, at=AT)
        wish = ReplayWish(base.id, draft, snapshot, "", 60.0)
        replay = request_replay(wish=wish, by=officer, at=AT)
        run_replay(replay, AT.isoformat())
        return {
            "own": self.own_evaluation,
            "other": self.other_evaluation,
            "run": evaluation.start_city_run(standard="gbt-36132-2025", total=2, by=SYSTEM, at=AT),
            "base": base.id,
            "draft": draft,
            "snapshot": snapshot,
            "population_run": run,
            "replay": replay,
        }

    def snapshot(self, size=120):
        """A frozen population of invented plants."""
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "city.parquet"
            write_invented_city(path, size, (2024, 2025), areas=("330206", "330211"), rng=random.Random(4))
            return freeze_population(file=path, name="测试群体", standard_slug="gbt-36132-2025", by=SYSTEM, at=AT, is_demo=True)

    def client(self, role):
        client = Client()
        if role != "public":
            from django.contrib.auth import get_user_model

            client.force_login(get_user_model().objects.get(username=role))
        return client


@pytest.fixture
def small_city(db):
    return SmallCity()
