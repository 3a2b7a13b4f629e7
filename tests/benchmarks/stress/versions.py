"""Every version of every job document, as a listener is told of them; so nobody who waits has to ask the store.

The stream is read as it comes, with a target for each document: of several quick changes Google's `on_snapshot` tells
the last, and at each change of a collection the emulator tells of all its documents.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from queue import SimpleQueue
from threading import Condition, Thread
from typing import Any

from google.api_core.exceptions import Cancelled, GoogleAPICallError
from google.cloud.firestore import Client
from google.cloud.firestore_v1._helpers import decode_dict
from google.cloud.firestore_v1.types import ListenRequest

from jobs.job import Job
from jobs.job_document import to_job
from jobs.job_store import JOBS
from jobs.store import Document
from jobs.stores.firestore import _plain
from tests.chaos.history import Fields, Written, over

LONG_S = 150.0  # only a run that goes wrong waits that long

BROKEN_MAX = 10


@dataclass
class Versions:
    """What was told so far."""

    database: str  #: its name, as Google has it
    broken: list[str] = field(default_factory=list)  #: why the stream had to be opened again
    written: list[Written] = field(default_factory=list)
    latest: dict[str, Fields] = field(default_factory=dict)
    _followed: list[str] = field(default_factory=list)
    _requests: "SimpleQueue[ListenRequest | None]" = field(default_factory=SimpleQueue)
    _stream: Any = None
    _news: Condition = field(default_factory=Condition)

    # --- the stream -----------------------------------------------------------------------------------

    def follow(self, job_id: str) -> None:
        """From now on."""
        with self._news:
            self._followed.append(job_id)
            self._requests.put(self._target(len(self._followed)))

    def open(self, listen: Callable[..., Any]) -> Any:
        """A stream of all that are followed."""
        with self._news:
            self._requests = SimpleQueue()
            for number in range(1, len(self._followed) + 1):
                self._requests.put(self._target(number))
        prefix = [("google-cloud-resource-prefix", self.database)]
        self._stream = listen(requests=iter(self._requests.get, None), metadata=prefix)
        return self._stream

    def stop(self) -> None:
        self._requests.put(None)
        self._stream.cancel()

    def _target(self, number: int) -> ListenRequest:
        """The stream's target of that number."""
        wanted = {"documents": [f"{self.database}/documents/{JOBS}/{self._followed[number - 1]}"]}
        return ListenRequest(database=self.database, add_target={"documents": wanted, "target_id": number})

    # --- what it told -----------------------------------------------------------------------------------

    def heard(self, key: str, fields: Fields) -> None:
        with self._news:
            self.written.append(Written(len(self.written), JOBS, key, fields))
            self.latest[key] = fields
            self._news.notify_all()

    def until(self, condition: Callable[[], bool], what: str) -> None:
        """Wait for what documents can tell. Looked at with each news, and not in between."""
        with self._news:
            assert self._news.wait_for(condition, LONG_S), f"waited {LONG_S:g} s in vain: {what}"

    def status(self, job_id: str) -> str:
        return str(self.latest.get(job_id, {}).get("status", ""))

    def claims(self, job_id: str) -> int:
        return int(self.latest[job_id]["claims"])

    def done(self, job_id: str) -> bool:
        return job_id in self.latest and over(self.latest[job_id])

    def job(self, job_id: str) -> Job:
        fields = self.latest[job_id]
        return to_job(Document(JOBS, job_id, fields, "", fields["updated_at"]))

    def all_done(self) -> bool:
        return all(map(self.done, self.latest))

    def ended(self, job_id: str) -> Job:
        """The job once it is over."""
        self.until(lambda: self.done(job_id), f"{job_id} is over")
        return self.job(job_id)

    def becomes(self, job_id: str, status: str) -> Job:
        self.until(lambda: self.status(job_id) == status, f"{job_id} is {status}")
        return self.job(job_id)


@contextmanager
def listening(project: str) -> Iterator[Versions]:
    """To those job documents of this project that `follow` names."""
    client = Client(project=project)
    versions = Versions(client._database_string)
    versions.follow("nobody")  # Google's library waits for a first answer
    thread = Thread(target=_hear, args=(client, versions), name="listener", daemon=True)
    thread.start()
    try:
        yield versions
    finally:
        versions.stop()
        thread.join()


def _hear(client: Client, versions: Versions) -> None:
    """Until it is stopped. A stream that breaks is opened again, which is on record."""
    seen: dict[str, Any] = {}  # what was told last is told once more then
    while len(versions.broken) < BROKEN_MAX:
        try:
            for told in versions.open(client._firestore_api.listen):
                document = told.document_change.document
                if document.name and seen.get(document.name) != document.update_time:
                    seen[document.name] = document.update_time
                    versions.heard(document.name.rpartition("/")[2], _plain(decode_dict(document.fields, client)))
        except Cancelled:
            return
        except GoogleAPICallError as error:
            versions.broken.append(str(error))
