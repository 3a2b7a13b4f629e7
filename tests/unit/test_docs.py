"""What the docs say is what the code does."""

import re
import runpy
from pathlib import Path

import pytest

from cli.main import COMMANDS
from jobs.errors import REASONS, runbook_link

ROOT = Path(__file__).parents[2]
TABLES = runpy.run_path(str(ROOT / "docs" / "tables.py"))


@pytest.mark.parametrize("name", TABLES["PAGES"])
def test_a_page_of_tables_is_what_the_code_writes(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == TABLES["page"](name), "run `make docs`"


def test_every_reason_has_a_heading_where_its_link_leads() -> None:
    for reason in REASONS:
        path, _, anchor = runbook_link(reason).partition("#")
        headings = re.findall(r"^#+ (.+)$", (ROOT / path).read_text(encoding="utf-8"), re.MULTILINE)
        assert anchor in [heading.lower() for heading in headings]


@pytest.mark.parametrize("page", ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"])
def test_every_local_link_leads_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", text) + re.findall(r'src="([^":]+)"', text)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


def test_the_snippet_for_web_apps_is_the_file_that_is_run() -> None:
    text = (ROOT / "docs" / "firestore.md").read_text(encoding="utf-8")
    shown = re.findall(r"^```js\n(.*?)^```$", text, re.DOTALL | re.MULTILINE)
    assert shown == [(ROOT / "docs" / "firestore" / "listen.js").read_text(encoding="utf-8")]


def test_the_readme_names_only_commands_that_exist() -> None:
    said = set(re.findall(r"^lumen ([a-z]+)", (ROOT / "README.md").read_text(encoding="utf-8"), re.MULTILINE))
    assert said
    assert said <= set(COMMANDS)


def test_the_architecture_stays_short_enough_to_be_read() -> None:
    assert len((ROOT / "ARCHITECTURE.md").read_text(encoding="utf-8").splitlines()) < 200
