"""A small city: two plants in two districts, one person in each role."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

from qingshan.apps.accounts.services import open_account
from qingshan.apps.registry.services import register_organisation
from qingshan.flows.evaluate import file_and_evaluate
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

    def client(self, role):
        client = Client()
        if role != "public":
            from django.contrib.auth import get_user_model

            client.force_login(get_user_model().objects.get(username=role))
        return client


@pytest.fixture
def small_city(db):
    return SmallCity()
