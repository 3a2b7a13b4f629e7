"""`lumen template`: words in, what is made of them out; a table for people, JSON for programs."""

import json

import pytest
from click.testing import CliRunner, Result

from cli.main import lumen
from cli.template import HEADING

KEYS = ["concept", "template", "matched", "score", "how", "verb", "look"]


def template(*args: str, stdin: str | bytes = "") -> Result:
    return CliRunner().invoke(lumen, ["template", *args], input=stdin)


def test_words_are_one_concept_under_a_heading() -> None:
    done = template("red", "poodle")
    heading, row = done.stdout.splitlines()
    assert heading.split() == list(HEADING)
    assert row.split()[:5] == ["red", "poodle", "quadruped", "poodle", "0.80"]
    assert done.exit_code == 0


def test_a_dash_reads_a_concept_from_each_line_and_passes_over_empty_ones() -> None:
    rows = template("-", stdin="elefant\n\n  \nflying birds\n猫").stdout.splitlines()[1:]
    assert [row.split()[0] for row in rows] == ["elefant", "birds", "猫"]


def test_json_is_one_object_a_line() -> None:
    lines = template("--json", "-", stdin="elefant\nflying bird\n").stdout.splitlines()
    first, second = map(json.loads, lines)
    assert list(first) == KEYS
    assert (first["matched"], first["how"], first["score"]) == ("elephant", "typo", 0.6)
    assert (second["template"], second["verb"]) == ("bird", "flying")


def test_a_verb_may_be_given() -> None:
    assert json.loads(template("bird", "--verb", "fly", "--json").stdout)["verb"] == "flying"


@pytest.mark.parametrize("args, stdin", [((), ""), (("-",), ""), (("-",), "\n \n"), (("  ",), "")])
def test_no_words_are_wrong_usage(args: tuple[str, ...], stdin: str) -> None:
    done = template(*args, stdin=stdin)
    assert done.exit_code == 2
    assert done.stdout == ""


def test_what_a_terminal_would_obey_and_what_is_no_text_does_no_harm() -> None:
    done = template("-", stdin=b"\xff\xfe cat\n\x1b[31mred dog\x07\n\x1b\n")
    assert done.exit_code == 0
    assert "\x1b" not in done.stdout
    assert "\x07" not in done.stdout
