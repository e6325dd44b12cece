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
    "enterprise:way": ("/enterprise/evaluations/{own}/way/?mark=1", {"enterprise"}),
    "enterprise:what_if": ("/enterprise/evaluations/{own}/what-if/", {"enterprise"}),
    "enterprise:report": ("/enterprise/evaluations/{own}/report/self.docx", {"enterprise"}),
    "office:report": ("/office/evaluations/{own}/report/third-party.docx", {"city", "district"}),
    "office:advice": ("/office/advice/", {"city", "district"}),
    "office:populations": ("/office/populations/", {"city"}),
    "office:population": ("/office/populations/{snapshot}/", {"city"}),
    "office:population_results": ("/office/populations/runs/{population_run}/results.csv", {"city"}),
    "office:standards": ("/office/standards/", {"city"}),
    "office:standard": ("/office/standards/{draft}/", {"city"}),
    "office:standard_edit": ("/office/standards/{draft}/edit/", {"city"}),
    "office:standard_numbers": ("/office/standards/{draft}/numbers/", {"city"}),
    "office:standard_file": ("/office/standards/{draft}/file.yaml", {"city"}),
    "office:standard_diff": ("/office/standards/{draft}/against/{base}/", {"city"}),
    "office:replay": ("/office/replays/{replay}/", {"city"}),
    "office:replay_html": ("/office/replays/{replay}/public.html", {"city"}),
    "office:replay_csv": ("/office/replays/{replay}/public.csv", {"city"}),
}
FOREIGN = {
    "/enterprise/evaluations/{other}/": set(),
    "/enterprise/evaluations/{other}/way/": set(),
    "/enterprise/evaluations/{other}/what-if/": set(),
    "/enterprise/evaluations/{other}/report/self.docx": set(),
    "/office/evaluations/{other}/": {"city"},
    "/office/evaluations/{other}/?format=json": {"city"},
    "/office/evaluations/{other}/report/self.docx": {"city"},
    "/standards/gbt-36132-2025/draft-1/": set(),  # a draft is nobody's business yet, by its public address not even the city's
}
POST_ONLY = {
    "logout": ("/logout/", LOGGED_IN),
    "set_language": ("/language/", EVERYBODY),
    "office:start_run": ("/office/runs/", {"city"}),
    "office:start_population_run": ("/office/populations/{snapshot}/run/", {"city"}),
    "office:standard_import": ("/office/standards/import/", {"city"}),
    "office:standard_check": ("/office/standards/check/", {"city"}),
    "office:standard_draft": ("/office/standards/{draft}/draft/", {"city"}),
    "office:start_replay": ("/office/standards/{draft}/replay/", {"city"}),
    "office:standard_move": ("/office/standards/{draft}/back_to_draft/", {"city"}),
}


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
    places = small_city.places()
    table = {path.format(**places): allowed for path, allowed in [*ROUTES.values(), *FOREIGN.items()]}
    for role in sorted(EVERYBODY):
        client = small_city.client(role)
        opened = {path for path in table if outcome(client.get(path))}
        assert opened == {path for path, allowed in table.items() if role in allowed}, role


@pytest.mark.django_db
def test_each_role_posts_exactly_its_acts(small_city):
    places = small_city.places()
    for pattern, allowed in POST_ONLY.values():
        path = pattern.format(**places)
        for role in sorted(EVERYBODY):
            response = small_city.client(role).post(path, {"language": "en"})
            assert outcome(response) is (role in allowed), (path, role)
