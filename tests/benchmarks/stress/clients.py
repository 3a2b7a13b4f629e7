"""What clients do: the same key twice, equal requests at one instant, cancels, bad inputs; and dead letters."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

from jobs import uploads
from jobs.job import Job
from tests.benchmarks.stress.deaths import told
from tests.benchmarks.stress.strikes import Run, Strike, short, times
from tests.benchmarks.stress.submits import API, ASK_S, CANCELED, SUCCEEDED, Answer
from tests.pictures import file, photo

EQUALS = 4
LATER = timedelta(hours=1)
SOON = timedelta(seconds=4)  # time to take a picture away


def the_same_key_comes_twice(run: Run) -> Strike:
    """At one instant, then again later, then for something else."""
    words, other, at = run.submits.next_words(), {"prompt": "something else"}, run.scene.at()

    def ask(_: int) -> Answer:
        return run.submits.ask("POST", "/v1/jobs", {"input": words}, owner="ada", key="twice")

    answers = [*_at_once(2, ask), ask(0)]
    conflict, _ = run.submits.ask("POST", "/v1/jobs", {"input": other}, owner="ada", key="twice")
    ids = {answer["id"] for _, answer in answers}
    job_id = run.submits.note(ids.pop(), API, "ada", words)
    done = run.versions.ended(job_id)
    return Strike(
        "the same key comes twice",
        f"{at}: two POSTs at one instant, one more, one with other words",
        f"answers {', '.join(str(status) for status, _ in answers)}, {conflict}; {1 + len(ids)} job; {told(done)}",
        not ids and conflict == 409 and sorted(status for status, _ in answers) == [200, 200, 202],
    )


def equal_requests_meet(run: Run) -> Strike:
    words, at = {**run.submits.next_words(), "quality": "standard"}, run.scene.at()

    def ask(_: int) -> Answer:
        return run.submits.ask("POST", "/v1/jobs", {"input": words, "priority": "high"}, owner="bob")

    jobs = [run.submits.note(answer["id"], API, "bob", words) for _, answer in _at_once(EQUALS, ask)]
    done = [run.versions.ended(job_id) for job_id in jobs]
    makers = [job.id for job in done if not any(stage.hit for stage in job.stages)]
    rest = [job.id for job in done if all(stage.hit for stage in job.stages)]
    return Strike(
        "equal requests at one instant",
        f"{at}: {EQUALS} POSTs without a key",
        f"{len(makers)} made, {len(rest)} from the shelf; claims {', '.join(str(job.claims) for job in done)}",
        (len(makers), len(rest)) == (1, EQUALS - 1) and {job.status for job in done} == {SUCCEEDED},
    )


def a_queued_job_is_canceled(run: Run) -> Strike:
    words = run.submits.next_words()
    due = (run.scene.house.platform.store.now() + LATER).isoformat()
    job_id = run.submits.by_api(words, owner="bob", key="later", expected=CANCELED, not_before=due)
    at, (status, _) = run.scene.at(), run.submits.ask("POST", f"/v1/jobs/{job_id}/cancel", owner="bob")
    done = run.versions.ended(job_id)
    return Strike(
        "a queued job is canceled",
        f"{at}: POST cancel (answer {status}), {short(job_id)}",
        f"{done.status}, claimed {times(done.claims)}",
        (status, done.status, done.claims) == (202, CANCELED, 0),
    )


def a_picture_is_gone(run: Run) -> Strike:
    """It was there when its job was taken on."""
    status, answer = run.submits.ask("POST", "/v1/uploads", file(photo(), "PNG"), owner="bob")
    assert status in {200, 201}, (status, answer)
    words, platform = {"image": answer["id"]}, run.scene.house.platform
    due = (platform.store.now() + SOON).isoformat()
    job_id = run.submits.by_api(words, owner="bob", key="gone", expected="failed INVALID_INPUT", not_before=due)
    platform.bucket.delete(uploads.name_of("bob", answer["id"]))
    at, done = run.scene.at(), run.versions.ended(job_id)
    return Strike(
        "a picture is gone",
        f"{at}: the upload of {short(job_id)} was removed before its turn",
        _failed(done),
        done.error is not None and done.error.reason == "INVALID_INPUT" and done.claims == 1,
    )


def requests_are_not_valid(run: Run) -> Strike:
    """Nothing is made of them: at the end there are no jobs but those that were taken on."""
    bad = ({"prompt": ""}, {"prompt": "x" * 201}, {"image": "f" * 64}, {"prompt": "cat", "seed": -1}, {"colour": "red"})
    at = run.scene.at()
    answers = [run.submits.ask("POST", "/v1/jobs", {"input": each}, owner="ada")[0] for each in bad]
    return Strike(
        "inputs are not valid",
        f"{at}: {len(bad)} POSTs",
        f"answers {', '.join(map(str, answers))}",
        set(answers) == {400},
    )


def a_job_fails_for_good_and_is_replayed(run: Run) -> Strike:
    job_id, at = run.struck("says no").id, run.scene.at()
    first = run.versions.becomes(job_id, "failed")
    run.scene.house.lumen("dlq", "replay", job_id, "--reason", "mended", "--yes")
    done = run.versions.becomes(job_id, SUCCEEDED)
    return Strike(
        "a job fails for good, and is replayed",
        f"{at}: {short(job_id)} at shape; `lumen dlq replay`",
        f"{_failed(first)}; then {told(done)}",
        first.error is not None and first.claims == 1 and done.replay is not None and done.replay.count == 1,
    )


def a_job_breaks_every_attempt(run: Run) -> Strike:
    job_id, at = run.struck("poison", expected="failed GENERATION_FAILED").id, run.scene.at()
    done = run.versions.ended(job_id)
    return Strike(
        "a job breaks every attempt",
        f"{at}: {short(job_id)} aborts its process in every route",
        _failed(done),
        done.error is not None and done.attempts_left == 0 and "SIGABRT" in done.error.message,
    )


def _failed(job: Job) -> str:
    error = job.error
    return f"{told(job)}; {error.reason}: {error.message}" if error else told(job)


def _at_once(count: int, ask: Callable[[int], Answer]) -> list[Answer]:
    together = Barrier(count)

    def asked(number: int) -> Answer:
        together.wait(ASK_S)
        return ask(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(asked, range(count)))


LANE = (
    the_same_key_comes_twice,
    equal_requests_meet,
    a_queued_job_is_canceled,
    a_picture_is_gone,
    requests_are_not_valid,
    a_job_fails_for_good_and_is_replayed,
)
