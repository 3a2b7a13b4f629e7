"""The runbook says what the alerts do, and every command and link in it exists."""

import re
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path

import click
import pytest

from cli.main import lumen
from jobs.errors import REASONS
from tests.deploy.gcloud import commands_in, needs_gcloud, refusals
from tests.deploy.promql import read
from tests.deploy.test_alerts import NAMES, condition, policy, seconds

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "runbook"
PAGES = sorted(FOLDER.glob("*.md"))
INDEX = FOLDER / "README.md"
SECTIONS = ["Means", "Check", "Fix", "Verify", "Escalate"]
LINES_MAX = 60  # it is read at three in the morning
UNITS = {"": 1.0, "s": 1.0, "min": 60.0, "h": 3600.0, "%": 0.01}


def text(page: Path) -> str:
    return page.read_text(encoding="utf-8")


def flat(part: str) -> str:
    return " ".join(part.split())


def sections(page: Path) -> dict[str, str]:
    """What stands under each heading of the second level."""
    parts = re.split(r"^## (.+)$", text(page), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def numbers(sentence: str) -> set[float]:
    """In seconds and shares: "15 min" is 900, "5 %" is 0.05, p95 is none."""
    found = re.findall(r"(?<![\w.-])(\d+(?:\.\d+)?)(?!\w)(?: (s|min|h|%)(?!\w))?", sentence)
    return {round(float(number) * UNITS[unit], 6) for number, unit in found}


def code(page: Path) -> Iterator[str]:
    """Each line of its blocks, and each span."""
    blocks = re.findall(r"^```\n(.*?)^```$", text(page), re.MULTILINE | re.DOTALL)
    for block in blocks:
        yield from block.splitlines()
    yield from re.findall(r"`([^`\n]+)`", re.sub(r"^```\n.*?^```$", "", text(page), flags=re.MULTILINE | re.DOTALL))


def of_lumen(page: Path) -> Iterator[list[str]]:
    for line in code(page):
        words = shlex.split(line) if line.startswith("lumen ") else []
        if words:
            yield words[1:]


def refusal(words: Sequence[str]) -> str:
    """What the command line says to these words before it does anything; empty when it takes them.

    A command that is only named, as in "`lumen pause` looks like an outage", may lack what a call needs.
    """
    rest = list(words)
    try:
        context: click.Context = lumen.make_context("lumen", list(words))
        command: click.Command = lumen
        while isinstance(command, click.Group):
            name, found, rest = command.resolve_command(context, [*context._protected_args, *context.args])
            assert found is not None
            context, command = found.make_context(name, list(rest), parent=context), found
    except click.exceptions.NoArgsIsHelpError:
        return ""
    except click.MissingParameter as error:
        return error.format_message() if rest else ""
    except click.ClickException as error:
        return error.format_message()
    return ""


def slug(heading: str) -> str:
    """As GitHub makes an anchor of a heading."""
    return re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-")


# --- pages and alerts -------------------------------------------------------------------------------------


def test_every_alert_has_a_page_and_the_index_has_all_pages() -> None:
    pages = {page.stem for page in PAGES}
    assert set(NAMES) <= pages
    assert pages - {"README"} == set(re.findall(r"\]\(([\w-]+)\.md\) \|", text(INDEX)))


@pytest.mark.parametrize("name", NAMES)
def test_the_index_says_what_the_policy_is(name: str) -> None:
    said = policy(name)
    row = f"| [{name}]({name}.md) | {said['severity']} | {said['displayName'].removeprefix('Lumen: ')} |"
    assert row in text(INDEX)


@pytest.mark.parametrize("name", NAMES)
def test_a_page_is_short_and_in_the_usual_order(name: str) -> None:
    page = FOLDER / f"{name}.md"
    assert list(sections(page)) == SECTIONS
    assert len(text(page).splitlines()) <= LINES_MAX
    assert text(page).startswith(f"# {name}: {policy(name)['displayName'].removeprefix('Lumen: ')}\n")


@pytest.mark.parametrize("name", NAMES)
def test_a_page_says_the_numbers_of_its_policy_and_no_others(name: str) -> None:
    head = flat(text(FOLDER / f"{name}.md").split("\n\n")[1])
    severity, _, fires = head.partition(" Fires when ")
    assert severity == f"**{policy(name)['severity']}.**"
    asked = read(condition(name)["query"])
    decides = asked.bounds | asked.spans_s | {float(seconds(condition(name)["duration"]))}
    assert numbers(fires.partition(" Policy: ")[0]) == decides - {0.0}


@pytest.mark.parametrize("name", NAMES)
def test_the_incident_says_what_the_page_says(name: str) -> None:
    means = flat(sections(FOLDER / f"{name}.md")["Means"])
    assert flat(policy(name)["documentation"]["content"]) == f"{means} Runbook: docs/runbook/{name}.md"


def test_numbers_are_read_with_their_units() -> None:
    assert numbers("p95 over 2.5 s within 10 min, 5 % of 20 in 1 h, lumen-00007, 4xx") == {2.5, 600, 0.05, 20, 3600}


def test_the_cost_page_has_the_price_of_its_policy() -> None:
    price = re.search(r"(\d+) USD", (ROOT / "deploy" / "alerts" / "cost.yaml").read_text(encoding="utf-8"))
    assert price is not None
    assert price[0] in sections(FOLDER / "cost.md")["Check"]


# --- commands and links -----------------------------------------------------------------------------------


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_every_command_of_lumen_exists_with_its_flags(page: Path) -> None:
    assert {" ".join(words): wrong for words in of_lumen(page) if (wrong := refusal(words))} == {}


@pytest.mark.parametrize(
    "words, wrong",
    [
        ("stats --sinc 1h", "No such option"),
        ("dlq reply x", "No such command"),
        ("pause --json", "Missing option '--reason'"),
        ("stats extra", "unexpected extra argument"),
    ],
)
def test_a_command_that_does_not_exist_is_noticed(words: str, wrong: str) -> None:
    assert wrong in refusal(words.split())


@needs_gcloud
def test_every_command_of_gcloud_is_one_that_the_sdk_takes() -> None:
    commands = {command for page in PAGES for command in commands_in(text(page))}
    assert len(commands) > 20
    assert refusals(sorted(commands)) == {}


@pytest.mark.parametrize("page", PAGES, ids=[page.stem for page in PAGES])
def test_every_link_leads_to_a_heading_that_is_there(page: Path) -> None:
    links = re.findall(r"\]\((?!https:)([^)#]*)(?:#([^)]*))?\)", text(page))
    assert links
    for path, anchor in links:
        target = (page.parent / path) if path else page
        assert target.exists(), path
        if anchor:
            assert anchor in map(slug, re.findall(r"^#+ (.+)$", text(target), re.MULTILINE)), f"{path}#{anchor}"


def test_every_reason_that_ends_a_job_leads_to_a_page() -> None:
    linked = {anchor for page in PAGES for anchor in re.findall(r"\.\./errors\.md#(\w+)\)", text(page))}
    at_the_door = {"canceled_by_user", "prompt_rejected", "quota_exceeded", "rate_limited", "unauthenticated"}
    at_the_door |= {"forbidden", "not_found", "method_not_allowed", "payload_too_large", "unsupported_media"}
    at_the_door |= {"idempotency_conflict", "job_already_done", "job_not_done"}
    assert {reason.value.lower() for reason in REASONS} - at_the_door == linked


def test_the_replay_page_goes_from_a_look_over_one_to_the_rest() -> None:
    steps = [
        "lumen dlq list --reason GPU_OUT_OF_MEMORY --since 24h",
        "lumen dlq replay --filter reason=GPU_OUT_OF_MEMORY --since 24h --dry-run",
        "lumen dlq replay --filter reason=GPU_OUT_OF_MEMORY --since 24h --limit 1 --reason",
        "lumen dlq replay --filter reason=GPU_OUT_OF_MEMORY --since 24h --rps 2 --reason",
        "lumen dlq list --since 10m",
    ]
    found = [text(FOLDER / "replay.md").find(step) for step in steps]
    assert -1 not in found
    assert found == sorted(found)
