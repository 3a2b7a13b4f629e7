"""The life of a job, lived at random: several workers, lost answers, outages, and holders that wake up too late.

What must come out is computed beside it by `Life`, a plain record that knows nothing of the code under test.
"""

import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, MultipleResults, RuleBasedStateMachine, initialize, invariant, multiple, rule

from jobs.buckets.disk import DiskBucket
from jobs.choose import choose
from jobs.deadletter import DeadLetters
from jobs.errors import BackendDown, LumenError, Outrun
from jobs.fields import Lease, Report
from jobs.job import Job
from jobs.job_store import JOBS, JobStore
from jobs.queues.sqlite import SqliteJobQueue
from jobs.records import Records
from jobs.request import Priority
from jobs.stores.sqlite import SqliteDocumentStore
from jobs.sweep import Sweep
from tests.builders import LEASE_FOR, LEASE_S, SOME_METRICS, a_failure, a_job, a_request, an_output, claimed, lease_of
from tests.fakes import FakeClock, Flaky

JOBS_MAX = 5
BACKOFF = timedelta(seconds=30)
OVER = ("succeeded", "failed", "canceled")
Held = tuple[str, Lease]  #: a job's id, and a lease that was given for it at some time
Change = Callable[[Job, datetime], Job]


@dataclass(frozen=True)
class Life:
    """What ought to be so. A move gives the life after it, or the name of the error that ought to be raised."""

    place: tuple[int, int, int]  #: priority, turn, age
    wish: str  #: what is asked for: equal wishes wait for each other
    budget: int
    due_at: datetime
    status: str = "queued"
    claims: int = 0
    spent: int = 0
    granted: int = 0
    finished: int = 0
    flagged: bool = False
    holder: str = ""
    until: datetime | None = None

    def claim(self, now: datetime, holder: str) -> "Life | str":
        if self.status == "running" and self.alive(now):
            return "LeaseHeld"
        if self.status in OVER:
            return "JobAlreadyDone"
        if self.status == "running" and (self.flagged or self.budget == 0):
            return self.ends("failed")
        if self.flagged:
            return replace(self, status="canceled")
        if self.due_at > now:
            return "NotDue"
        paid = replace(self, claims=self.claims + 1, budget=self.budget - 1, spent=self.spent + 1)
        return replace(paid, status="running", holder=holder, until=now + LEASE_FOR)

    def beat(self, now: datetime) -> "Life":
        return replace(self, until=now + LEASE_FOR)

    def finish(self, _now: datetime) -> "Life":
        return replace(self.ends("succeeded"), finished=self.finished + 1)

    def retry(self, now: datetime) -> "Life":
        return self.ends("failed") if self.budget == 0 else replace(self.ends("queued"), due_at=now + BACKOFF)

    def hand_back(self, _now: datetime) -> "Life":
        return replace(self.ends("queued"), budget=self.budget + 1, spent=self.spent - 1)

    def fail(self, _now: datetime) -> "Life":
        return self.ends("failed")

    def cancel(self, _now: datetime) -> "Life":
        return self.ends("canceled")

    def lapse(self, _now: datetime) -> "Life":
        return self.ends("failed" if self.budget == 0 else "queued")

    def asked_to_end(self, _now: datetime) -> "Life | str":
        if self.status in {"succeeded", "failed"}:
            return "JobAlreadyDone"
        if self.status == "canceled":
            return self
        return replace(self, status="canceled" if self.status == "queued" else self.status, flagged=True)

    def again(self, now: datetime, attempts: int) -> "Life | str":
        if self.status in {"queued", "running"}:
            return "IllegalTransition"
        if self.status == "succeeded":
            return "JobAlreadyDone"
        return replace(
            self, status="queued", budget=attempts, granted=attempts, spent=0, flagged=False, due_at=now, finished=0
        )

    def fenced(self, lease: Lease, move: "Callable[[Life], Life]") -> "Life | str":
        """The move of a worker, if the lease it shows is the one that counts."""
        ours = self.status == "running" and (lease.token, lease.holder) == (self.claims, self.holder)
        return move(self) if ours else "LeaseLost"

    def ends(self, status: str) -> "Life":
        canceled = self.flagged and status != "succeeded"
        return replace(self, status="canceled" if canceled else status, holder="", until=None)

    def alive(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


class Trouble(Enum):
    """What the backend does to one atomic change."""

    NONE = "nothing"
    BEFORE = "the first try does not arrive"
    AFTER = "the first try arrives, its answer does not"
    OUTAGE = "no try arrives"
    UNHEARD = "the first try arrives, and then nothing is heard any more"


class LifeOfAJob(RuleBasedStateMachine):
    jobs = Bundle("jobs")
    leases = Bundle("leases")
    troubles = st.sampled_from(Trouble)
    holders = st.sampled_from("xyz")

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        file = Path(self.folder.name) / "lumen.db"
        self.clock = FakeClock()
        self.documents = Flaky(SqliteDocumentStore(file, self.clock))
        self.store = JobStore(self.documents, self.clock)
        self.other = JobStore(SqliteDocumentStore(file, self.clock), self.clock)
        letters = DeadLetters(
            self.store, Records(self.documents, self.clock), SqliteJobQueue(file, "letters", self.clock)
        )
        self.sweep = Sweep(self.store, SqliteJobQueue(file, "jobs", self.clock), letters, DiskBucket(file.parent))
        self.lives: dict[str, Life] = {}
        self.before: dict[str, Job] = {}
        self.given: dict[str, list[int]] = {}
        self.replayed: set[str] = set()

    def teardown(self) -> None:
        self.folder.cleanup()

    # --- the client -----------------------------------------------------------------------------

    @initialize(target=jobs, attempts=st.integers(1, 3))
    def submit_the_first(self, attempts: int) -> MultipleResults[str] | str:
        return self.submit(Priority.NORMAL, 1, attempts, 0, "bird", Trouble.NONE)

    @rule(
        target=jobs,
        priority=st.sampled_from(Priority),
        turn=st.integers(0, 2),
        attempts=st.integers(1, 3),
        wait_s=st.sampled_from([0, 0, 0, 20]),
        wish=st.sampled_from(["bird", "fish", ""]),
        trouble=st.sampled_from([Trouble.NONE, Trouble.BEFORE, Trouble.AFTER]),
    )
    def submit(
        self, priority: Priority, turn: int, attempts: int, wait_s: int, wish: str, trouble: Trouble
    ) -> MultipleResults[str] | str:
        age = len(self.lives)
        if age == JOBS_MAX:
            return multiple()
        self.clock.advance(0.001)  # no two jobs are of the same age
        job_id, now = f"j{age}", self.clock.now()
        wish = wish or f"thing {age}"
        start = now + timedelta(seconds=wait_s) if wait_s else None
        request = a_request(wish, priority=priority.name, not_before=start)
        self._disturb("create", trouble)
        job = self.store.create(a_job(job_id, request=request, turn=turn, now=now, attempts_left=attempts))
        self.lives[job_id] = Life((priority, turn, age), wish, attempts, job.not_before, granted=attempts)
        self.given[job_id] = []
        return job_id

    @rule(job_id=jobs, trouble=troubles)
    def ask_for_the_end(self, job_id: str, trouble: Trouble) -> None:
        self._change(job_id, lambda job, now: job.request_cancel(now=now), Life.asked_to_end, trouble)

    @rule(job_id=jobs)
    def set_the_flag_in_the_document(self, job_id: str) -> None:
        """As the page does it; what is over has no use for it."""
        life = self.lives[job_id]
        if life.status in OVER:
            return
        self.documents.write(self.documents.read(JOBS, job_id), {"cancel_requested": True})
        self.lives[job_id] = replace(life, flagged=True)

    # --- workers --------------------------------------------------------------------------------

    @rule(target=leases, holder=holders, trouble=troubles)
    def claim_the_most_urgent(self, holder: str, trouble: Trouble) -> MultipleResults[Held] | Held:
        found = choose(self.store, now=self.clock.now())
        if not found:
            return multiple()
        assert isinstance(found[0], Job)
        return self._claim(found[0].id, holder, trouble)

    @rule(target=leases, job_id=jobs, holder=holders, trouble=troubles)
    def claim(self, job_id: str, holder: str, trouble: Trouble) -> MultipleResults[Held] | Held:
        return self._claim(job_id, holder, trouble)

    @rule(target=leases, job_id=jobs)
    def claim_is_overtaken_by_another(self, job_id: str) -> MultipleResults[Held] | Held:
        """Both read the same version, x writes last: x must see what y wrote."""
        life = self.lives[job_id]
        after = life.claim(self.clock.now(), "y")
        if isinstance(after, str) or after.status != "running":
            return multiple()
        winner: list[Job] = []

        def meanwhile() -> None:
            winner.append(self.other.update(job_id, lambda job, now: claimed(job, now=now, holder="y")))

        self.documents.overtake("write", meanwhile)
        self.lives[job_id] = after
        self._change(job_id, lambda job, now: claimed(job, now=now, holder="x"), lambda life, now: life.claim(now, "x"))
        return self._given(winner[0])

    @rule(held=leases, trouble=troubles, progress=st.integers(0, 100))
    def beat(self, held: Held, trouble: Trouble, progress: int) -> None:
        report = Report(progress=progress)
        self._fenced(held, lambda job, now: job.beat(held[1], report, now=now, lease_for=LEASE_FOR), Life.beat, trouble)

    @rule(held=leases, trouble=troubles)
    def finish(self, held: Held, trouble: Trouble) -> None:
        output = an_output(f"{held[1].token}.glb")
        self._fenced(
            held,
            lambda job, now: job.finish(held[1], output, SOME_METRICS, Report(), now=now),
            Life.finish,
            trouble,
        )

    @rule(held=leases, trouble=troubles)
    def retry(self, held: Held, trouble: Trouble) -> None:
        self._fenced(
            held,
            lambda job, now: job.retry(held[1], a_failure(now=now), not_before=now + BACKOFF, now=now),
            Life.retry,
            trouble,
        )

    @rule(held=leases, trouble=troubles)
    def hand_back(self, held: Held, trouble: Trouble) -> None:
        self._fenced(
            held, lambda job, now: job.hand_back(held[1], a_failure(now=now), now=now), Life.hand_back, trouble
        )

    @rule(held=leases, trouble=troubles)
    def fail(self, held: Held, trouble: Trouble) -> None:
        self._fenced(held, lambda job, now: job.fail(held[1], a_failure(now=now), now=now), Life.fail, trouble)

    @rule(held=leases, trouble=troubles)
    def cancel(self, held: Held, trouble: Trouble) -> None:
        self._fenced(held, lambda job, now: job.cancel(held[1], a_failure(now=now), now=now), Life.cancel, trouble)

    @rule(job_id=jobs, held=leases)
    def write_what_was_read_before_somebody_else_wrote(self, job_id: str, held: Held) -> None:
        """Read by A, write by B, write by A: A is outrun, whatever it wanted to write."""
        read_by_a = self.documents.read(JOBS, job_id)
        self.ask_for_the_end(job_id, Trouble.NONE)
        if held[0] == job_id:
            self.beat(held, Trouble.NONE, 50)
        after = self.documents.read(JOBS, job_id)
        if after.version == read_by_a.version:
            return
        try:
            self.documents.write(read_by_a, {"status": "succeeded", "claims": 99, "lease": None})
        except Outrun:
            assert self.documents.read(JOBS, job_id).version == after.version
        else:
            raise AssertionError("a write landed on a version that its writer had not read")

    # --- everybody else -------------------------------------------------------------------------

    @rule()
    def sweep_once(self) -> None:
        now = self.clock.now()
        self.sweep.run()
        for job_id, life in self.lives.items():
            if life.status == "running" and not life.alive(now):
                self.lives[job_id] = life.lapse(now)
            elif life.status == "queued" and life.flagged:
                self.lives[job_id] = replace(life, status="canceled")

    @rule(job_id=jobs, attempts=st.integers(1, 3), trouble=troubles)
    def replay(self, job_id: str, attempts: int, trouble: Trouble) -> None:
        self.replayed.add(job_id)
        self._change(
            job_id,
            lambda job, now: job.again(attempts=attempts, by="ops", reason="", now=now),
            lambda life, now: life.again(now, attempts),
            trouble,
        )

    @rule(seconds=st.sampled_from([0.5, 10.0, LEASE_S - 0.001, LEASE_S, 100.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    # --- what must be so after every step -------------------------------------------------------

    @invariant()
    def all_is_well(self) -> None:
        now = {job_id: self.store.get(job_id) for job_id in self.lives}
        for job_id, life in self.lives.items():
            job = now[job_id]
            self.documents_say_what_ought_to_be_so(job, life)
            self.tokens_only_grow_and_none_is_given_twice(job)
            self.attempts_stay_within_the_budget(job, life)
            self.results_are_written_once(job, life)
            self.what_is_over_stays_over_unless_it_is_replayed(job)
        self.no_due_job_is_out_of_sight()
        self.before, self.replayed = now, set()

    def documents_say_what_ought_to_be_so(self, job: Job, life: Life) -> None:
        lease = (job.lease.holder, job.lease.token, job.lease.expires_at) if job.lease else None
        assert job.status == life.status
        assert lease == ((life.holder, life.claims, life.until) if life.status == "running" else None)
        assert (job.claims, job.attempts_left, job.cancel_requested) == (life.claims, life.budget, life.flagged)
        assert life.status in OVER or job.not_before == life.due_at

    def tokens_only_grow_and_none_is_given_twice(self, job: Job) -> None:
        given, before = self.given[job.id], self.before.get(job.id, job)
        assert given == sorted(set(given))
        assert job.claims >= max(before.claims, *given, 0)

    def attempts_stay_within_the_budget(self, job: Job, life: Life) -> None:
        assert 0 <= life.spent <= life.granted
        assert (job.attempt, job.attempts_left) == (life.spent, life.granted - life.spent)

    def results_are_written_once(self, job: Job, life: Life) -> None:
        assert life.finished <= 1
        assert (job.output is not None) == (life.finished == 1)
        assert job.output is None or list(job.output.files) == [f"{life.claims}.glb"]

    def what_is_over_stays_over_unless_it_is_replayed(self, job: Job) -> None:
        before = self.before.get(job.id, job)
        assert not before.done or job.status is before.status or job.id in self.replayed

    def no_due_job_is_out_of_sight(self) -> None:
        now = self.clock.now()
        at_work = {life.wish for life in self.lives.values() if life.alive(now)}
        due = {
            job_id: life.place
            for job_id, life in self.lives.items()
            if life.wish not in at_work
            and ((life.status == "queued" and life.due_at <= now) or (life.status == "running" and not life.alive(now)))
        }
        found = [job.id for job in choose(self.store, now=now) if isinstance(job, Job)]
        assert found == sorted(found, key=due.__getitem__), "only due jobs, the most urgent first"
        assert found[:1] == sorted(due, key=due.__getitem__)[:1]

    # --- how a change is made, and compared -----------------------------------------------------

    def _claim(self, job_id: str, holder: str, trouble: Trouble) -> MultipleResults[Held] | Held:
        job = self._change(
            job_id,
            lambda job, now: claimed(job, now=now, holder=holder),
            lambda life, now: life.claim(now, holder),
            trouble,
        )
        return self._given(job) if job is not None and job.lease is not None else multiple()

    def _given(self, job: Job) -> Held:
        self.given[job.id].append(lease_of(job).token)
        return job.id, lease_of(job)

    def _fenced(self, held: Held, change: Change, move: Callable[[Life, datetime], Life], trouble: Trouble) -> None:
        job_id, lease = held
        self._change(job_id, change, lambda life, now: life.fenced(lease, lambda life: move(life, now)), trouble)

    def _change(
        self,
        job_id: str,
        change: Change,
        expect: Callable[[Life, datetime], Life | str],
        trouble: Trouble = Trouble.NONE,
    ) -> Job | None:
        """Change the job and its `Life`; the two must agree on what happens. None: nothing was heard of it."""
        times: list[datetime] = []

        def at_some_time(job: Job, now: datetime) -> Job:
            times.append(now)
            return change(job, now)

        self._disturb("write", trouble)
        job: Job | None = None
        raised = ""
        try:
            job = self.store.update(job_id, at_some_time)
        except BackendDown:
            assert trouble in {Trouble.OUTAGE, Trouble.UNHEARD}
            if trouble is Trouble.OUTAGE:
                return None
        except LumenError as error:
            raised = type(error).__name__
        finally:
            self.documents.heal()

        after = expect(self.lives[job_id], times[-1])
        assert raised == (after if isinstance(after, str) else "")
        if isinstance(after, Life):
            self.lives[job_id] = after
        return job

    def _disturb(self, method: str, trouble: Trouble) -> None:
        if trouble is Trouble.BEFORE:
            self.documents.fail(method)
        elif trouble is Trouble.AFTER:
            self.documents.lose_answer(method)
        elif trouble is Trouble.OUTAGE:
            self.documents.fail(method, 99)
        elif trouble is Trouble.UNHEARD:
            self.documents.lose_answer(method)
            self.documents.overtake("read", lambda: None)
            self.documents.fail("read", 99)


TestLifeOfAJob = LifeOfAJob.TestCase
# A machine with other work is no fault of the code: the folder's time budget bounds this test.
TestLifeOfAJob.settings = settings(
    max_examples=80, stateful_step_count=50, suppress_health_check=[HealthCheck.too_slow]
)
