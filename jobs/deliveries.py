"""Telling webhooks that something is over: at least once, signed, again after a failure, and given up in the end.

The documents are the outbox. A run looks for jobs that ended behind a cursor, and makes one delivery for each of
their owner's webhooks; its key is derived from that end, so it is made once, whoever looks and however often. Of the
batches that they are in it tells in the same way, if they are over. Then it sends what is due. Any number of runs may
go on at once; one that dies loses nothing.
"""

import logging
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from jobs.addresses import Reply
from jobs.batch_ends import LastEnds, end_of
from jobs.delivery import BatchTold, Delivery, Told, key_of
from jobs.errors import BackendDown, NotDue, RecordExists, RecordMissing
from jobs.job import Job
from jobs.job_document import Unreadable, plain
from jobs.job_store import JobStore
from jobs.records import Record, Records
from jobs.webhooks import CURSORS, GONE, OF_ENDS, TEST, EventType, Webhook, Webhooks, body_of

log = logging.getLogger(__name__)

DELIVERIES = "deliveries"
# An end carries the store's time of the read before its write, and the write may land later: 5 s is what a call of ours
# may take (jobs/gcp.py), and a request that we no longer wait for lives on in Firestore for 60 s at most.
OVERLAP = timedelta(seconds=120)
PAGE = 200  # documents a question
NOTICED_MAX = 1000  # ends in one run, so that it ends; the next one goes on
# Due deliveries in one run. A key may make 5 requests a second (LUMEN_RATE_MAX), which are 2.5 jobs, canceled at once,
# and told to 10 webhooks: what it can bring up while a run waits for a slow one (SERVE_S) leaves room for others.
DUE_MAX = 500
SENDERS = 8  # webhooks served at a time: nearly all of it is waiting
SERVE_S = 15.0  # for what is due to one webhook in one run; a slow one gets the rest in the next
SEND_S = 60.0  # in which a run takes on webhooks: /internal/sweep, which is called every minute, runs it too
KEPT_FOR = timedelta(days=7)  # longer than tries go on (28 h) and than the overlap: nobody asks for it any more
FORGOTTEN_MAX = 200  # in one run
LAST = "~"  # sorts behind every key of ours
REMOVED = Reply(GONE, "The webhook was removed or wants to hear no more.")

Post = Callable[[str, Mapping[str, str], bytes], Reply]
Counts = Counter[str]


@dataclass(frozen=True, slots=True)
class Deliveries:
    """The deliveries of everybody."""

    store: JobStore
    webhooks: Webhooks
    post: Post
    public_url: str = ""  #: what links begin with
    _noticed: dict[str, datetime] = field(default_factory=dict, repr=False)  #: ends seen to that a run meets again

    @property
    def records(self) -> Records:
        return self.webhooks.records

    def run(self) -> Counts:
        """Notice, send and forget, each bounded. Says what was done; "left" are steps that the next run has to do.

        Raises: BackendDown when nothing can be done at all.
        """
        cursor, counts = self._cursor(), Counter[str]()
        if cursor is None:
            return counts  # nobody has ever had a webhook
        steps: dict[str, Callable[[], Counts]] = {
            "noticing ends": lambda: self._notice(cursor),
            "sending": self._send,
            "forgetting": self._forget,
        }
        for name, step in steps.items():
            try:
                counts += step()
            except BackendDown as error:
                counts["left"] += 1
                log.warning("webhooks: %s is left to the next run: %s", name, error)
        return counts

    def test(self, owner: str, webhook_id: str) -> Reply:
        """Send a message that is about no job, once and now. Raises: RecordMissing, BackendDown."""
        webhook, now = self.webhooks.get(owner, webhook_id), self.store.now()
        body = body_of(TEST, now, {"id": webhook.id})
        return self.post(webhook.url, webhook.headers(key_of(webhook.id, now), now, body), body)

    # --- which ends there are ------------------------------------------------------------------

    def _cursor(self) -> datetime | None:
        """Everything that ended before is noticed, save what lands late."""
        try:
            ended_at: datetime = self.records.get(CURSORS, OF_ENDS)["ended_at"]
        except RecordMissing:
            return None
        return ended_at

    def _notice(self, cursor: datetime) -> Counts:
        """Make the deliveries of every end behind the cursor, and of those before it that landed late."""
        counts, come_to, batches = Counter[str](), self.store.now(), LastEnds()
        for job, ended_at in self._ended(cursor - OVERLAP):
            end = key_of(job.id, ended_at)
            batches.note(job, ended_at)
            if end in self._noticed:
                continue
            if counts["noticed"] >= NOTICED_MAX:
                come_to = ended_at
                break
            counts["made"] += self._make(Told.of_job(job, ended_at))
            counts["noticed"] += 1
            self._noticed[end] = ended_at
        for owner, batch_id, last in batches:
            counts["made"] += self._notice_batch(owner, batch_id, last)
        self._forget_before(come_to - OVERLAP)
        self._advance(come_to)
        return counts

    def _forget_before(self, since: datetime) -> None:
        for end in [end for end, ended_at in self._noticed.items() if ended_at < since]:
            del self._noticed[end]

    def _notice_batch(self, owner: str, batch_id: str, last: datetime) -> int:
        """Make the deliveries of its end, if it came to one with the job that ended at `last`."""
        known, event = key_of(batch_id, last), EventType.BATCH_COMPLETED
        if known in self._noticed or not any(each.wants(event, last) for each in self.webhooks.of(owner)):
            return 0
        end = end_of(self.store, self.records, owner, batch_id, last)
        if end is None:
            return 0
        told = BatchTold(id=end.batch.id, name=end.batch.name, request_counts=end.counts)
        made = self._make(Told(owner, event, end.batch.id, end.at, last, {"batch": told}))
        self._noticed[known] = last
        return made

    def _advance(self, to: datetime) -> None:
        """Never back: another run may have come further."""
        self.records.update(CURSORS, OF_ENDS, lambda old, _now: {"ended_at": max(to, old["ended_at"]) if old else to})

    def _ended(self, since: datetime) -> Iterator[tuple[Job, datetime]]:
        """Jobs that ended since then, and when, a page at a time. One that nobody can read has no owner to tell."""
        behind = None
        while True:
            page = list(self.store.ended(since=since, limit=PAGE, behind=behind))
            for found in page:
                if isinstance(found, Job) and found.completed_at is not None:
                    yield found, found.completed_at
            if len(page) < PAGE:
                return
            behind = _place_of(page[-1])

    def _make(self, told: Told) -> int:
        """A delivery for each webhook that wants to know; how many there were not before."""
        made, now = 0, self.store.now()
        for webhook in self.webhooks.of(told.owner):
            if webhook.wants(told.event, told.over_since):
                delivery = Delivery.of(told, webhook, now=now)
                with suppress(RecordExists):  # somebody has seen to this end before
                    key = key_of(told.id, told.ended_at, webhook.id)
                    self.records.create(DELIVERIES, key, plain(delivery.model_dump()))
                    made += 1
        return made

    # --- sending -------------------------------------------------------------------------------

    def _send(self) -> Counts:
        """What is due, the last due first: what a slow webhook has piled up does not stand before what is new."""
        due: dict[tuple[str, str], list[str]] = defaultdict(list)
        found = self.records.latest(DELIVERIES, "next_at", limit=DUE_MAX, behind=(self.store.now(), LAST))
        for key, record in found:
            due[record["owner_uid"], record["webhook"]].append(key)
        counts, until = Counter[str](), self.store.clock.monotonic() + SEND_S
        with ThreadPoolExecutor(SENDERS, "webhooks") as pool:
            for each in pool.map(lambda whose: self._serve(whose, due[whose], until), due):
                counts += each
        return counts

    def _serve(self, whose: tuple[str, str], keys: Sequence[str], until: float) -> Counts:
        """Send to one webhook of one owner. When nobody answers there, whatever else is due counts as tried with it."""
        counts, end = Counter[str](), min(until, self.store.clock.monotonic() + SERVE_S)
        webhook, reply = self._listening(*whose), REMOVED
        ask = webhook is not None
        for key in keys:
            if self.store.clock.monotonic() >= end:
                break
            delivery = self._claim(key)
            if delivery is None:
                continue
            if webhook and ask:
                reply = self._tell(webhook, key, delivery)
                ask = reply.status not in {0, GONE}
            counts[self._settle(key, delivery, reply)] += 1
        if webhook and counts and (reply.words or webhook.failures):
            self.webhooks.note(*whose, reply.words, gone=reply.status == GONE)
        return counts

    def _listening(self, owner: str, webhook_id: str) -> Webhook | None:
        return next((each for each in self.webhooks.of(owner) if each.id == webhook_id and not each.disabled_at), None)

    def _tell(self, webhook: Webhook, key: str, delivery: Delivery) -> Reply:
        assert delivery.tried_at is not None  # it is claimed
        body = delivery.body(self.public_url.rstrip("/"))
        return self.post(webhook.url, webhook.headers(key, delivery.tried_at, body), body)

    def _claim(self, key: str) -> Delivery | None:
        """None when another run has it, or it is forgotten."""
        try:
            return self._change(key, lambda delivery, now: delivery.claim(now=now))
        except (NotDue, RecordMissing):
            return None

    def _settle(self, key: str, mine: Delivery, reply: Reply) -> str:
        """What became of it, in a word. One whose lease ran out is the next sender's to settle."""

        def change(delivery: Delivery, now: datetime) -> Delivery:
            return delivery.settle(reply, now=now) if delivery.tries == mine.tries else delivery

        state = self._change(key, change).state
        return "failed" if state == "pending" else state

    def _change(self, key: str, change: Callable[[Delivery, datetime], Delivery]) -> Delivery:
        def changed(record: Record | None, now: datetime) -> Record:
            if record is None:
                raise RecordMissing(DELIVERIES, key)
            fields: Record = plain(change(Delivery.model_validate(record), now).model_dump())
            return fields

        return Delivery.model_validate(self.records.update(DELIVERIES, key, changed))

    # --- forgetting ----------------------------------------------------------------------------

    def _forget(self) -> Counts:
        """Deliveries that nobody will make or ask for any more."""
        before = self.store.now() - KEPT_FOR
        old = list(self.records.latest(DELIVERIES, "created_at", limit=FORGOTTEN_MAX, behind=(before, LAST)))
        for key, _ in old:
            self.records.delete(DELIVERIES, key)
        return Counter({"forgotten": len(old)})


def _place_of(found: Job | Unreadable) -> tuple[datetime, str]:
    """As its document has it: what cannot be read may have no time there, but it is what the store sorts by."""
    if isinstance(found, Unreadable):
        at: Any = found.document.fields["completed_at"]
        return at, found.document.key
    assert found.completed_at is not None  # it was found by it
    return found.completed_at, found.id
