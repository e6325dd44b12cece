"""Every address × every role × own and foreign objects. An address without a row here fails."""

import pytest
from django.urls import get_resolver

from tests.web.conftest import ROLES

EVERYBODY = {"public", *ROLES}
LOGGED_IN = set(ROLES)
# name → (path, who gets 200 or a redirect that is not the login page); objects: own belongs to the plant and its district
ROUTES = {
    "portal:index": ("/", EVERYBODY),
    "portal:goals": ("/goals/", EVERYBODY),
    "portal:goal": ("/goals/parks/", EVERYBODY),
    "portal:standards": ("/standards/", EVERYBODY),
    "portal:standard": ("/standards/gbt-36132-2025/2025-12-31/", EVERYBODY),
    "portal:standard_file": ("/standards/gbt-36132-2025/2025-12-31/file.yaml", EVERYBODY),
    "login": ("/login/", EVERYBODY),
    "gallery": ("/ui/", EVERYBODY),
    "home": ("/home/", LOGGED_IN),
    "enterprise:index": ("/enterprise/", {"enterprise"}),
    "enterprise:template": ("/enterprise/template.xlsx", {"enterprise"}),
    "enterprise:evaluation": ("/enterprise/evaluations/{own}/", {"enterprise"}),
    "office:index": ("/office/", {"city", "district"}),
    "office:evaluation": ("/office/evaluations/{own}/", {"city", "district"}),
    "office:run": ("/office/runs/{run}/", {"city"}),
}
FOREIGN = {"/enterprise/evaluations/{other}/": set(), "/office/evaluations/{other}/": {"city"}, "/office/evaluations/{other}/?format=json": {"city"}}
POST_ONLY = {"logout": ("/logout/", LOGGED_IN), "set_language": ("/language/", EVERYBODY), "office:start_run": ("/office/runs/", {"city"})}


def names(patterns, prefix=""):
    for pattern in patterns:
        if hasattr(pattern, "url_patterns"):
            yield from names(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else prefix)
        else:
            yield prefix + pattern.name


def test_every_address_has_a_row():
    assert set(names(get_resolver().url_patterns)) == set(ROUTES) | set(POST_ONLY)


def outcome(response):
    if response.status_code in (301, 302) and "/login/" in response["Location"]:
        return False
    return response.status_code in (200, 302)


@pytest.mark.django_db
def test_each_role_opens_exactly_its_pages(small_city):
    from qingshan.apps.evaluation.services import start_city_run
    from qingshan.kernel.actor import SYSTEM
    from tests.web.conftest import AT

    run = start_city_run(standard="gbt-36132-2025", total=2, by=SYSTEM, at=AT)
    places = {"own": small_city.own_evaluation, "other": small_city.other_evaluation, "run": run}
    table = {path.format(**places): allowed for path, allowed in [*ROUTES.values(), *FOREIGN.items()]}
    for role in sorted(EVERYBODY):
        client = small_city.client(role)
        opened = {path for path in table if outcome(client.get(path))}
        assert opened == {path for path, allowed in table.items() if role in allowed}, role


@pytest.mark.django_db
def test_each_role_posts_exactly_its_acts(small_city):
    for path, allowed in POST_ONLY.values():
        for role in sorted(EVERYBODY):
            response = small_city.client(role).post(path, {"language": "en"})
            assert outcome(response) is (role in allowed), (path, role)
