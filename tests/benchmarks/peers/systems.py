"""Who takes part, and how each is set: what a reader has to know to believe a row."""

from dataclasses import dataclass

from jobs.queue import HOLD_S

DISK = "every write waits for the disk"
DEFAULT = "as they come"
AOF = "Redis appendonly yes, appendfsync always"
NO_AOF = "Redis without append-only file"
RQ_RETURNS_S = 65.0  # its timeout of 5 s, and its own constant of 60 s for an abandoned job
SLACK_S = 5.0  # of a system that looks every second


@dataclass(frozen=True, slots=True)
class System:
    name: str
    label: str
    module: str  #: its one of sides/
    lasting: str  #: how it is set where every write waits for the disk
    default: str  #: how it is set as it comes
    recovery: str  #: how it is set where workers are killed
    returns_s: float = 5.0  #: where workers are killed: how long what a dead one had taken is held for it
    redis: bool = True
    loose: bool = False
    share: int = 1  #: one in so many of the jobs: a slow one shall not hold up the others
    levels: tuple[str, ...] = (DISK, DEFAULT)
    crash: bool = True

    @property
    def ask_after_s(self) -> float:
        """After so long a silence, whatever a dead worker had taken has come again: what is recorded now, stays so."""
        return self.returns_s + SLACK_S

    @property
    def quiet_s(self) -> float:
        """How long it may be still, in spite of unfinished jobs, before they are given up.

        RQ waits twice for one that was taken and not yet begun.
        """
        return 2 * self.ask_after_s


LUMEN = System(
    "lumen", "Lumen, SQLite", "lumen", redis=False,
    lasting="as it comes, LUMEN_PROGRESS_S=0: submit, claim and end wait for the disk, progress and messages do not",
    default="the same",
    recovery=f"LUMEN_LEASE_S=5, LUMEN_BEAT_S=1, LUMEN_SWEEP_S=1; a message comes again after {HOLD_S:g} s",
    returns_s=HOLD_S,
)  # fmt: skip
LUMEN_STRICT = System(
    "lumen-strict", "Lumen, all on the disk", "lumen_strict", redis=False,
    lasting="not as it comes: each of its writes waits for the disk, as those of the rows below do", default="",
    recovery="", levels=(DISK,), crash=False,
)  # fmt: skip
HUEY = System(
    "huey", "Huey, SQLite", "huey", redis=False,
    lasting="fsync=True; looks every 2 ms",
    default="fsync not set, which is SQLite's own synchronous=FULL; looks every 2 ms",
    recovery="none to set",
)  # fmt: skip
HUEY_LOOSE = System(
    "huey-loose", "Huey, SQLite, fsync=False", "huey", redis=False, loose=True,
    lasting="", default="nothing waits for the disk, and that is not how Huey comes",
    recovery="", levels=(DEFAULT,), crash=False,
)  # fmt: skip
RQ = System(
    "rq", "RQ, SimpleWorker", "rq", lasting=AOF, default=NO_AOF,
    recovery="Retry(max=5), job_timeout=5, maintenance_interval=1, worker_ttl=17; abandoned after timeout + 60 s",
    returns_s=RQ_RETURNS_S, share=2,
)  # fmt: skip
RQ_FORK = System(
    "rq-fork", "RQ, Worker (forks)", "rq_fork", lasting=AOF, default=NO_AOF, recovery=RQ.recovery,
    returns_s=RQ_RETURNS_S, share=4,
)  # fmt: skip
CELERY = System(
    "celery", "Celery, prefork -c1", "celery",
    lasting=f"{AOF}; acks_late, reject_on_worker_lost, prefetch 1, no mingle, no gossip",
    default=f"{NO_AOF}; the same otherwise",
    recovery="visibility_timeout=5, unacked_restore_interval=1, unacked_restore_throttle=1",
)  # fmt: skip
CELERY_ONCE = System(
    "celery-once", "Celery, deduplicating", "celery_once", lasting="", default="",
    recovery=f"{CELERY.recovery}, worker_deduplicate_successful_tasks", levels=(),
)  # fmt: skip
DRAMATIQ = System(
    "dramatiq", "Dramatiq, -p1 -t1", "dramatiq", lasting=f"{AOF}; Results", default=f"{NO_AOF}; Results",
    recovery="heartbeat_timeout=5000, maintenance_chance=1000000 (always)",
)  # fmt: skip
SYSTEMS = (LUMEN, LUMEN_STRICT, HUEY, HUEY_LOOSE, RQ, RQ_FORK, CELERY, CELERY_ONCE, DRAMATIQ)
