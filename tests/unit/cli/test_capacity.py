"""`lumen capacity`: a line for each number of GPUs, in 80 columns."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from cli.capacity import capacity_command
from cli.context import Context
from jobs import capacity
from jobs.fields import Metrics, Report
from jobs.wiring import Platform
from tests.builders import a_job, an_output, claim, lease_of

Shell = Callable[..., str]
LOAD = ("--rate", "120/h", "--run-seconds", "60")


@pytest.fixture
def ask(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setattr(capacity, "JOBS", 5_000)

    def ask(*args: str, code: int = 0, **env: str) -> str:
        context = Context({"LUMEN_DATA": str(tmp_path / "data"), **env})
        done = CliRunner().invoke(capacity_command, args, obj=context)
        assert done.exit_code == code, done.output
        return done.output

    return ask


def rows(said: str) -> dict[int, list[str]]:
    """The table: number of GPUs -> the other cells."""
    cells = [line.removeprefix(">").split() for line in said.splitlines() if line[:1] in {" ", ">"}]
    return {int(first): rest for first, *rest in cells if first.isdigit()}


def test_the_number_that_was_asked_about_stands_among_its_neighbours(ask: Shell) -> None:
    said = ask(*LOAD, "--gpus", "3")
    assert list(rows(said)) == [2, 3, 4, 5]
    assert [line for line in said.splitlines() if line.startswith(">    3    67 %")]
    assert "120 jobs an hour, 60.0 s each" in said
    assert all(len(line) <= 80 for line in said.splitlines())


def test_without_a_number_the_fewest_that_are_not_full_come_first(ask: Shell) -> None:
    assert list(rows(ask(*LOAD))) == [3, 4, 5, 6]


def test_a_promise_is_kept_by_the_last_row(ask: Shell) -> None:
    found = json.loads(ask(*LOAD, "--p95", "30", "--json"))
    p95 = {row["gpus"]: row["wait_seconds"]["p95"] for row in found["gpus"]}
    assert found["asked"] == max(p95)
    assert [gpus for gpus, seconds in p95.items() if seconds <= 30] == [max(p95)]


def test_gpus_that_are_full_say_by_how_much(ask: Shell) -> None:
    found = rows(ask(*LOAD, "--gpus", "2"))
    assert " ".join(found[1]).endswith("the queue grows by 60 jobs an hour")
    assert " ".join(found[2]).endswith("the queue does not get shorter")


@pytest.mark.parametrize("rate, per_second", [("0.5/s", 0.5), ("30/min", 0.5), ("1800/h", 0.5), ("43200/d", 0.5)])
def test_a_rate_is_a_number_in_a_unit_of_time(ask: Shell, rate: str, per_second: float) -> None:
    assert json.loads(ask("--rate", rate, "--run-seconds", "1", "--json"))["rate_per_second"] == per_second


@pytest.mark.parametrize(
    "args, why",
    [
        (("--rate", "5", "--run-seconds", "60"), "is not a number of jobs in a unit of time"),
        (("--rate", "0/h", "--run-seconds", "60"), "is not a number of jobs in a unit of time"),
        (("--rate", "5/h"), "No job has succeeded here yet"),
        (("--rate", "5/h", "--run-seconds", "0"), "is not in the range"),
        ((*LOAD, "--gpus", "3", "--p95", "3"), "one of the two"),
        (("--rate", "1000/s", "--run-seconds", "60"), "work for 60,607 GPUs"),
        (("--rate", "989/s", "--run-seconds", "1", "--p95", "0"), "Not even 1,000 GPUs keep that"),
    ],
)
def test_what_makes_no_sense_is_said(ask: Shell, args: tuple[str, ...], why: str) -> None:
    assert why in ask(*args, code=2)


def test_what_jobs_take_is_measured_here_where_nobody_says(ask: Shell, platform: Platform) -> None:
    platform.store.create(a_job("a", now=platform.store.now()))
    lease = lease_of(claim(platform.store, "a"))
    metrics = Metrics(wait_seconds=2, run_seconds=42)
    platform.store.update("a", lambda job, now: job.finish(lease, an_output(), metrics, Report(), now=now))
    assert "42.0 s each on average" in ask("--rate", "120/h")


# --- money ---


def cost(said: str) -> Any:
    return [(row["gpus"], row["cost_per_1000"]) for row in json.loads(said)["gpus"]][:1]


def test_prices_come_from_the_file_the_setting_or_the_file_beside_the_code(ask: Shell, tmp_path: Path) -> None:
    prices = tmp_path / "prices.json"
    prices.write_text(
        '{"currency": "EUR", "source": "a list", "read_on": "2026-11-27",'
        ' "per_second": {"vcpu": 0, "gib": 0, "gpu": {"big": 0.001}}, "worker": {"vcpu": 1, "gib": 1, "gpu": "big"}}'
    )
    asked = (*LOAD, "--gpus", "3", "--json")
    assert cost(ask(*asked, "--prices", str(prices), LUMEN_COST_PER_HOUR="6")) == [(2, 60)]
    assert cost(ask(*asked, LUMEN_COST_PER_HOUR="6")) == [(2, pytest.approx(100))]
    assert json.loads(ask(*asked))["currency"] == "USD"


def test_money_is_said_in_its_currency(ask: Shell) -> None:
    said = ask(*LOAD, "--gpus", "3", LUMEN_COST_PER_HOUR="6")
    assert "A GPU costs 6.00 an hour, busy or not." in said
    assert "1,000 jobs would cost 100.00." in said
    assert rows(said)[3][-1] == "150.00"


def test_where_no_price_is_known_none_is_said(ask: Shell, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr("cli.capacity.PRICES", tmp_path / "none.json")
    said = ask(*LOAD)
    assert "costs" not in said
    assert "per 1,000" not in said
