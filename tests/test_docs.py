"""What is written is true: commands exist, examples run, terms are used, no address of a package host is recorded."""

import doctest
import importlib
import pkgutil
import re
from pathlib import Path

import pytest

import qingshan
from qingshan.library.strict_yaml import read_yaml

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "qingshan"
PURE = sorted(
    module.name
    for package in ("kernel", "engines", "library", "conf")
    for module in pkgutil.walk_packages([str(SOURCE / package)], f"qingshan.{package}.")
)


@pytest.mark.parametrize("name", PURE)
def test_examples_in_docstrings_run(name):
    if name.startswith("qingshan.conf") and not name.endswith("environment"):
        pytest.skip("wiring")

    assert doctest.testmod(importlib.import_module(name)).failed == 0


def test_every_command_is_in_the_readme():
    from qingshan.cli.main import commands

    readme = (ROOT / "README.md").read_text()
    assert all(re.search(rf"\b{name}\b", readme) for name in commands.commands)


def test_every_environment_variable_is_explained():
    text = (SOURCE / "conf/environment.py").read_text()
    assert set(re.findall(r'environ.get\("(QINGSHAN_\w+)"', text)) <= set(re.findall(r"# (QINGSHAN_\w+)", text))


def test_glossary_terms_are_used_and_forbidden_words_are_not():
    code = "\n".join(path.read_text() for path in SOURCE.rglob("*.py"))
    terms = read_yaml(SOURCE / "library/glossary.yaml").data["terms"]

    assert [term["code"] for term in terms.values() if not re.search(rf"\b{term['code']}", code)] == []
    assert [word for term in terms.values() for word in term.get("not", []) if re.search(rf"\b{word}\b", code, re.I)] == []


def test_locks_record_no_host():
    for lock in ROOT.glob("requirements*.lock"):
        assert not re.search(r"https?:|file:|index-url|find-links", lock.read_text(), re.I), lock


def test_public_functions_below_the_doors_have_docstrings():
    missing = []
    for package in ("kernel", "engines", "library", "flows", "apps"):
        for path in (SOURCE / package).rglob("*.py"):
            if "migrations" not in path.parts:
                missing += [
                    f"{path.name}:{name}"
                    for name, rest in re.findall(r"^def ([a-z]\w*)\(.*?\)[^:]*:\n(\s+.*)", path.read_text(), re.M)
                    if not rest.strip().startswith('"""')
                ]

    assert missing == []
    assert qingshan.__doc__


def test_the_list_of_standards_is_true():
    from qingshan.cli.standard import standards_table

    assert standards_table() in (ROOT / "docs/reference/standards.md").read_text()
