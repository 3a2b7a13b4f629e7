"""Alerts ask for numbers that exist, and fire when they should and only then: judged by Prometheus' own test runner."""

import json
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
import yaml

from jobs.errors import Reason
from jobs.prices import read_prices
from jobs.resources.pubsub import KEPT_FOR
from jobs.retry import TRIES_MAX
from jobs.settings import Settings
from jobs.sweep import EACH_MAX, UNCLAIMED, WAKE_UPS_MAX
from models.breaker import FAILURES_MAX, OPEN_S
from tests.deploy.gcloud import needs_gcloud
from tests.deploy.monitoring import unknown_fields
from tests.deploy.promql import of_prometheus_2, read, strangers
from tests.needs import needs_program
from worker.fate import Fate

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "deploy" / "alerts").iterdir())
NAMES = [file.stem for file in FILES]
QUERY_CHARS_MAX = 2048
LONGEST_BACKOFF_S = 600  # of a subscription's retry policy: Pub/Sub's limit
DAY_S = 24 * 3600

Series = Mapping[str, str]
Case = tuple[int, Series]

needs_promtool = needs_program("promtool", "apt-get install prometheus")


def policy(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "deploy" / "alerts" / f"{name}.yaml").read_text(encoding="utf-8"))
    return loaded


def condition(name: str) -> dict[str, Any]:
    found: dict[str, Any] = policy(name)["conditions"][0]["conditionPrometheusQueryLanguage"]
    return found


def bound(name: str) -> float:
    """The largest number that the policy compares something with."""
    return max(read(condition(name)["query"]).bounds)


def span_s(name: str) -> float:
    return max(read(condition(name)["query"]).spans_s)


def seconds(duration: str) -> int:
    return int(duration.removesuffix("s"))


# --- their form -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_has_all_that_a_person_woken_by_it_needs(name: str) -> None:
    said = policy(name)
    assert said["userLabels"] == {"lumen": name}, "deploy/up.sh finds its own policies by this"
    assert said["severity"] in {"CRITICAL", "ERROR", "WARNING"}
    assert said["displayName"].startswith("Lumen: ")
    assert said["documentation"]["mimeType"] == "text/markdown"
    assert said["documentation"]["content"].endswith(f"\n\nRunbook: docs/runbook/{name}.md")
    assert "notificationChannels" not in said, "deploy/up.sh adds the one of this project"


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_has_one_condition_in_promql_that_google_takes(name: str) -> None:
    said = policy(name)
    (only,) = said["conditions"]
    assert set(only) == {"displayName", "conditionPrometheusQueryLanguage"}
    query = only["conditionPrometheusQueryLanguage"]
    assert set(query) == {"query", "duration", "evaluationInterval", "disableMetricValidation"}
    assert seconds(query["duration"]) % 60 == 0
    assert seconds(query["evaluationInterval"]) % 30 == 0
    assert len(query["query"]) <= QUERY_CHARS_MAX
    assert span_s_or_0(query["query"]) <= DAY_S, "looking back further is a preview of Google's"
    assert 1800 <= seconds(said["alertStrategy"]["autoClose"]) <= 7 * DAY_S


def span_s_or_0(query: str) -> float:
    return max(read(query).spans_s, default=0.0)


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_may_be_made_before_anybody_told_the_number(name: str) -> None:
    assert condition(name)["disableMetricValidation"] is True, "on the first day there is no such metric yet"


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_asks_for_numbers_that_somebody_tells(name: str) -> None:
    assert strangers(condition(name)["query"]) == []


@pytest.mark.parametrize("name", NAMES)
def test_a_policy_names_only_values_that_its_labels_take(name: str) -> None:
    values = {
        "fate": {fate.value for fate in Fate},
        "reason": {reason.value for reason in Reason},
        "status": {"succeeded", "failed", "canceled"},
        "what": {"lapsed"},
        "outcome": {"BackendDown"},
        "http.route": {"/internal/sweep"},
        "service_name": {"lumen-worker", "lumen-web"},
        "worker_pool_name": {"lumen-pool"},
        "subscription_id": {"lumen-jobs-push", "lumen-dead-letters-ops"},
    }
    for _, narrowed in read(condition(name)["query"]).series:
        for label in values.keys() & narrowed.keys():
            assert set(narrowed[label].split("|")) <= values[label]


@needs_gcloud
def test_the_api_has_every_field_of_every_policy() -> None:
    assert unknown_fields("AlertPolicy", [policy(name) for name in NAMES]) == [[]] * len(NAMES)


@needs_gcloud
def test_a_misspelt_field_is_noticed() -> None:
    said = policy("queue-age")
    said["conditions"][0]["conditionPrometheusQueryLanguage"]["durations"] = "60s"
    assert unknown_fields("AlertPolicy", [said, {**said, "severity": "LOUD"}]) == [
        ["AlertPolicy.conditions.conditionPrometheusQueryLanguage.durations"],
        ["AlertPolicy.severity", "AlertPolicy.conditions.conditionPrometheusQueryLanguage.durations"],
    ]


def test_every_name_is_one_word_for_page_and_label() -> None:
    assert [file.suffix for file in FILES] == [".yaml"] * len(FILES)
    assert len({policy(name)["displayName"] for name in NAMES}) == len(NAMES)


# --- their numbers ----------------------------------------------------------------------------------------


def test_a_job_that_waits_for_one_attempt_to_end_is_no_alert() -> None:
    assert Settings().work_s < bound("queue-age") < Settings().shed_age_s


def test_a_missing_worker_is_known_before_a_long_wait_is() -> None:
    assert UNCLAIMED.total_seconds() < bound("no-worker") < bound("queue-age")


@pytest.mark.parametrize("name", ["worker-not-ready", "push-failing"])
def test_whoever_is_silent_for_longer_than_an_attempt_and_a_backoff_is_not_merely_busy(name: str) -> None:
    assert span_s(name) > max(Settings().work_s, LONGEST_BACKOFF_S)


def test_a_backend_is_down_when_calls_were_given_up_not_when_one_was_tried_again() -> None:
    assert bound("backend-down") == 3 * TRIES_MAX


def test_a_rate_of_failures_needs_more_jobs_than_a_circuit() -> None:
    assert bound("failures") > FAILURES_MAX


def test_a_route_has_been_probed_many_times_before_it_counts_as_gone() -> None:
    assert seconds(condition("route-open")["duration"]) >= 10 * OPEN_S


def test_more_pushes_are_refused_than_one_sweep_sends() -> None:
    assert bound("push-failing") >= WAKE_UPS_MAX - 1


def test_dead_letters_are_drained_long_before_they_are_lost() -> None:
    assert bound("letters-stuck") < KEPT_FOR.total_seconds() / 100
    assert EACH_MAX == 100, "deploy/alerts/letters-stuck.yaml says so"


def test_the_cost_alert_says_what_a_day_of_one_gpu_costs() -> None:
    price = read_prices(ROOT / "deploy" / "prices.json").price
    text = (ROOT / "deploy" / "alerts" / "cost.yaml").read_text(encoding="utf-8")
    assert f"{bound('cost') * price.per_hour:.0f} {price.currency} a day" in text


# --- when they fire ---------------------------------------------------------------------------------------

AGE = '{"lumen.queue.oldest_age",job="lumen-web"}'
RUN = 'run_googleapis_com:%s{monitored_resource="cloud_run_revision",service_name="%s"%s}'
WORKERS = RUN % ("container_instance_count", "lumen-worker", "")
POOL = WORKERS.replace("cloud_run_revision", "cloud_run_worker_pool").replace(
    'service_name="lumen-worker', 'worker_pool_name="lumen-pool'
)
BILLED = RUN % ("container_billable_instance_time", "lumen-worker", "")
WEB = RUN % ("request_count", "lumen-web", ',response_code_class="%s"')
PUSHES = 'pubsub_googleapis_com:subscription_push_request_count{subscription_id="lumen-jobs-push",response_class="%s"}'
LETTERS = 'pubsub_googleapis_com:subscription_oldest_unacked_message_age{subscription_id="lumen-dead-letters-ops"}'
DEAD = '{"lumen.dead_letters.unresolved",job="lumen-web"}'
ENDED = '{"lumen.jobs.ended",status="%s",reason="%s",instance="w1"}'
FATES = '{"lumen.wake_ups",fate="%s",instance="w1"}'
BREAKER = '{"lumen.breaker.state",route="partcrafter",instance="%s"}'
CALLS = '{"lumen.backend.call_count",port="%s",outcome="%s"}'
LAPSED = '{"lumen.sweep.found",what="lapsed",instance="w1"}'
REQUESTS = '{"http.server.request.duration_count","http.route"="%s","http.response.status_code"="%s"}'
TOOK = '{"http.server.request.duration_bucket","http.route"="/v1/jobs",le="%s"}'

# Nobody works, nothing is due, the web service and the Scheduler are up.
QUIET_NIGHT: Series = {
    AGE: "0x100",
    DEAD: "0x100",
    LAPSED: "0x100",
    LETTERS: "0x100",
    CALLS % ("store", "ok"): "0+10x100",
    REQUESTS % ("/internal/sweep", "200"): "0+1x100",
    WEB % "2xx": "0+1x100",
}

# A value each minute; the minute at which is looked; how many incidents there are then.
FIRES: Sequence[tuple[str, str, Series, int, int]] = [
    ("queue-age", "a job that nobody takes", {AGE: "0+60x30"}, 20, 1),
    ("no-worker", "a job is due and there is no data on instances", {AGE: "0+60x30"}, 9, 1),
    ("no-worker", "the same, and Cloud Run says that there are none", {AGE: "0+60x30", WORKERS: "0x30"}, 9, 1),
    ("dead-letters", "one that nobody looks at", {DEAD: "1x30"}, 20, 1),
    (
        "failures",
        "every tenth job fails of one reason, few of another",
        {
            ENDED % ("succeeded", ""): "0+1x60",
            ENDED % ("failed", "MESH_INVALID"): "0 0 1 1 2 2 3 3 4 4 5 5 6 6 7x50",
            ENDED % ("failed", "GPU_OUT_OF_MEMORY"): "0 1x60",
        },
        59,
        1,
    ),
    ("worker-not-ready", "nothing but NOT_READY", {FATES % "not ready": "0+1x30"}, 25, 1),
    ("route-open", "open, probed, open again", {BREAKER % "w1": "2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2 1 2"}, 15, 1),
    ("route-open", "on two workers", {BREAKER % "w1": "1x30", BREAKER % "w2": "2x30"}, 15, 2),
    (
        "backend-down",
        "one call of three",
        {CALLS % ("store", "BackendDown"): "0+5x30", CALLS % ("store", "ok"): "0+10x30"},
        20,
        1,
    ),
    ("lapsed", "three in an hour", {LAPSED: "0 0 1 1 1 2 2 3x60"}, 30, 1),
    ("poison", "a worker's first piece of garbage", {FATES % "reject": "_x20 1x10"}, 25, 1),
    ("poison", "another one", {FATES % "reject": "3x20 4x10"}, 25, 1),
    ("poison", "a job that kills", {ENDED % ("failed", "MAX_ATTEMPTS_EXCEEDED"): "_x20 1x10"}, 25, 1),
    ("cost", "two GPUs around the clock", {BILLED: "0+120x1500"}, 1445, 1),
    ("sweep", "nobody calls", {}, 20, 1),
    ("sweep", "who calls is refused", {REQUESTS % ("/internal/sweep", "403"): "0+1x30"}, 20, 1),
    ("sweep", "it has stopped", {REQUESTS % ("/internal/sweep", "200"): "0+1x20 20x30"}, 45, 1),
    ("letters-stuck", "for longer than an hour", {LETTERS: "0+60x90"}, 80, 1),
    ("web-errors", "nobody but the Scheduler, and it only fails", {WEB % "5xx": "0+1x30"}, 25, 1),
    ("web-errors", "one of ten", {WEB % "5xx": "0+3x30", WEB % "2xx": "0+27x30"}, 25, 1),
    (
        "web-slow",
        "half of them",
        {
            TOOK % "2.5": "0+5x30",
            TOOK % "5": "0+10x30",
            TOOK % "+Inf": "0+10x30",
            REQUESTS % ("/v1/jobs", "202"): "0+10x30",
        },
        25,
        1,
    ),
    ("push-failing", "a wrong audience", {PUSHES % "remote_server_4xx": "0+2x30"}, 25, 1),
    ("numbers-missing", "nobody tells", {}, 30, 1),
    ("numbers-missing", "somebody has stopped", {AGE: "0x20"}, 50, 1),
]
STAYS_QUIET: Sequence[tuple[str, str, Series, int]] = [
    ("queue-age", "the job in front takes an attempt", {AGE: "510x30"}, 20),
    ("no-worker", "a worker loads its models", {AGE: "0+60x30", WORKERS: "1x30"}, 20),
    ("no-worker", "the pool is at work", {AGE: "0+60x30", POOL: "2x30"}, 20),
    ("no-worker", "nothing waits", {AGE: "0x30"}, 20),
    ("dead-letters", "removed within minutes", {DEAD: "1x5 0x30"}, 20),
    (
        "failures",
        "one job of three",
        {ENDED % ("failed", "MESH_INVALID"): "0 1x60", ENDED % ("succeeded", ""): "0 1 2x60"},
        30,
    ),
    (
        "failures",
        "ten jobs of a thousand",
        {ENDED % ("failed", "MESH_INVALID"): "0 1 2 3 4 5 6 7 8 9 10x60", ENDED % ("succeeded", ""): "0+20x60"},
        59,
    ),
    ("failures", "people cancel", {ENDED % ("canceled", "CANCELED_BY_USER"): "0+1x60"}, 59),
    ("worker-not-ready", "a worker came up", {FATES % "not ready": "0+1x10 10x30", FATES % "finish": "0x10 1x30"}, 14),
    ("worker-not-ready", "one unlucky message", {FATES % "not ready": "0 1x30"}, 10),
    ("route-open", "a probe worked", {BREAKER % "w1": "2 2 1 0x30"}, 20),
    (
        "backend-down",
        "one call that was given up",
        {CALLS % ("store", "BackendDown"): "0 4x30", CALLS % ("store", "ok"): "0+2x30"},
        5,
    ),
    (
        "backend-down",
        "one in a hundred",
        {CALLS % ("store", "BackendDown"): "0+2x30", CALLS % ("store", "ok"): "0+200x30"},
        20,
    ),
    ("lapsed", "two accidents", {LAPSED: "0 0 1 1 1 2x60"}, 30),
    ("poison", "it was long ago", {FATES % "reject": "1x60"}, 50),
    ("cost", "one GPU, most of the day", {BILLED: "0+50x1500"}, 1445),
    ("sweep", "every minute", {REQUESTS % ("/internal/sweep", "200"): "0+1x30"}, 25),
    ("letters-stuck", "taken every minute", {LETTERS: "60x90"}, 80),
    ("web-errors", "one request of three", {WEB % "5xx": "0 1x30", WEB % "2xx": "0 1 2x30"}, 8),
    ("web-errors", "one of a hundred", {WEB % "5xx": "0+2x30", WEB % "2xx": "0+200x30"}, 25),
    (
        "web-slow",
        "a slow request on a quiet night",
        {TOOK % "2.5": "0x30", TOOK % "+Inf": "0 1x30", REQUESTS % ("/v1/jobs", "202"): "0 1x30"},
        8,
    ),
    (
        "web-slow",
        "sweep takes its time",
        {
            TOOK.replace("/v1/jobs", "/internal/sweep") % "2.5": "0x30",
            TOOK.replace("/v1/jobs", "/internal/sweep") % "+Inf": "0+10x30",
            REQUESTS % ("/internal/sweep", "200"): "0+10x30",
        },
        25,
    ),
    (
        "push-failing",
        "busy workers that end a job now and then",
        {PUSHES % "remote_server_4xx": "0+5x30", PUSHES % "ack": "0 0 0 0 0 0 0 0 0 1 1 1 1 1 1 1 1 1 2x30"},
        25,
    ),
    ("push-failing", "models load, 503", {PUSHES % "remote_server_5xx": "0+5x30"}, 25),
    ("numbers-missing", "nothing waits, but somebody says so", {AGE: "0x60"}, 50),
]


def incidents(tmp_path: Path, names: Sequence[str], series: Series, minute: int, expected: int) -> str:
    """What promtool says when there are others than so many incidents at that minute; empty when there are as many."""
    rules = [
        {"alert": name, "expr": of_prometheus_2(condition(name)["query"]), "for": condition(name)["duration"]}
        for name in names
    ]
    (tmp_path / "rules.yml").write_text(json.dumps({"groups": [{"name": "lumen", "interval": "1m", "rules": rules}]}))
    firing = {
        "expr": 'count(ALERTS{alertstate="firing"}) or vector(0)',
        "eval_time": f"{minute}m",
        "exp_samples": [{"labels": "{}", "value": expected}],
    }
    given = [{"series": of_prometheus_2(name), "values": values} for name, values in series.items()]
    case = {"interval": "1m", "input_series": given, "promql_expr_test": [firing]}
    test = {"rule_files": ["rules.yml"], "evaluation_interval": "1m", "tests": [case]}
    (tmp_path / "test.yml").write_text(json.dumps(test))
    done = subprocess.run(
        ["promtool", "test", "rules", "test.yml"], cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


@needs_promtool
@pytest.mark.parametrize("name, _story, series, minute, expected", FIRES, ids=[f"{c[0]}: {c[1]}" for c in FIRES])
def test_it_fires(tmp_path: Path, name: str, _story: str, series: Series, minute: int, expected: int) -> None:
    assert incidents(tmp_path, [name], series, minute, expected) == ""


@needs_promtool
@pytest.mark.parametrize("name, _story, series, minute", STAYS_QUIET, ids=[f"{c[0]}: {c[1]}" for c in STAYS_QUIET])
def test_it_stays_quiet(tmp_path: Path, name: str, _story: str, series: Series, minute: int) -> None:
    assert incidents(tmp_path, [name], series, minute, 0) == ""


@needs_promtool
def test_a_quiet_night_without_a_worker_wakes_nobody(tmp_path: Path) -> None:
    assert incidents(tmp_path, NAMES, QUIET_NIGHT, 95, 0) == ""


@pytest.mark.parametrize("name", NAMES)
def test_there_is_a_case_in_which_it_fires(name: str) -> None:
    assert name in {case[0] for case in FIRES}
    assert name in {case[0] for case in STAYS_QUIET}
