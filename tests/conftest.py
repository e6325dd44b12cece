"""Fixtures that every test may use."""

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def green_factory():
    from datetime import date

    from qingshan.library.standards import find

    return find("gbt-36132-2025", on=date(2026, 5, 1))


@pytest.fixture(scope="session")
def shared_energy_data():
    """Real meter series; present in CI, absent for a stranger."""
    folder = Path(__file__).resolve().parents[2] / "shared" / "data" / "energy"
    if not folder.is_dir():
        if os.environ.get("CI"):
            pytest.fail("the shared data must be present in CI")
        pytest.skip("real meter series are not on this machine (shared/data/energy)")
    return folder


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    settings.STORAGES = {**settings.STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
