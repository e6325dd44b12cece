"""The order of imports is checked by a machine, and the check itself catches planted violations."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


def lint(folder):
    return subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        cwd=folder,
        env={"PYTHONPATH": str(folder / "src"), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    folder = tmp_path_factory.mktemp("copy")
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def test_all_contracts_hold(copy):
    done = lint(copy)

    assert "6 kept, 0 broken" in done.stdout


@pytest.mark.parametrize(
    ("file", "planted", "contract"),
    [
        ("kernel/money.py", "import qingshan.engines.metering.energy", "Imports point down"),
        ("apps/journal/services.py", "import qingshan.apps.metering.selectors", "Apps follow the life of a designation"),
        ("engines/metering/energy.py", "import django.db", "Calculation knows no Django"),
        ("engines/metering/energy.py", "import qingshan.engines.evaluation.score", "Engines do not know each other"),
        ("web/portal/views.py", "import qingshan.apps.registry.models", "Doors and flows never touch models"),
        ("web/portal/views.py", "import qingshan.web.office.views", "Audiences share only ui"),
    ],
)
def test_a_planted_violation_is_caught(copy, file, planted, contract):
    path = copy / "src/qingshan" / file
    text = path.read_text()
    path.write_text(f"{text}\n{planted}\n")

    done = lint(copy)

    path.write_text(text)
    assert f"{contract} BROKEN" in done.stdout
    assert done.returncode == 1
