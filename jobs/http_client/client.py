"""The client that waits for its answers. `aio.py` has the same for programs that do other things meanwhile."""

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from jobs.clock import Clock, SystemClock
from jobs.errors import StillRunning
from jobs.http_client.errors import OF_ITS_OWN, ApiError, Unreachable, speaking_our_errors
from jobs.http_client.job import RemoteJob
from jobs.http_client.retry import asking_again
from jobs.http_client.watch import Watch, require_stream, sha256_of, whole
from jobs.http_client.wire import (
    LOCAL,
    TIMEOUT,
    Call,
    Reader,
    Submitted,
    a_job,
    a_page,
    address,
    address_and_key,
    an_upload,
    at,
    head,
    listing,
    request_of,
    require_good,
    submitting,
    submitting_one_of,
    trying_again,
    uploading,
)
from jobs.request import JobRequest

T = TypeVar("T")


class Client:
    """Jobs in the name of one key. Every method may raise ApiError."""

    def __init__(
        self,
        url: str = LOCAL,
        key: str = "",
        *,
        timeout: httpx.Timeout = TIMEOUT,
        transport: httpx.BaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._http = httpx.Client(base_url=address(url), headers=head(key), timeout=timeout, transport=transport)
        self._clock = clock or SystemClock()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """LUMEN_API_URL and LUMEN_API_KEY; without them `lumen dev` on this machine."""
        return cls(*address_and_key(env))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def submit(self, what: str | JobRequest | None = None, *, key: str | None = None, **fields: Any) -> RemoteJob:
        """A prompt, or `image=` the id of an upload; other fields of input and request by their names.

        The same `key` and request give the same job, whenever asked.
        """
        return self._ask(submitting(request_of(what, fields), key), a_job)

    def submit_many(
        self, requests: Iterable[str | JobRequest], *, batch: str, per_s: float | None = None
    ) -> Iterator[Submitted]:
        """One after the other, not faster than that; run again, it makes only what is missing."""
        for what in requests:
            try:
                yield Submitted(what, self._ask(submitting_one_of(batch, what), a_job))
            except OF_ITS_OWN as error:
                yield Submitted(what, error=error)
            if per_s:
                self._clock.sleep(1 / per_s)

    def upload(self, picture: Path | bytes) -> str:
        """The id that a request names the picture by."""
        data = picture if isinstance(picture, bytes) else picture.read_bytes()
        return self._ask(uploading(data), an_upload).id

    def get(self, job_id: str) -> RemoteJob:
        return self._ask(Call("GET", at(job_id)), a_job)

    def list(self, **filters: Any) -> Iterator[RemoteJob]:
        """The newest first, page by page: status=, reason=, batch_id=, tag=, since=."""
        page = None
        while page is None or page.next_page_token:
            page = self._ask(listing(filters, page), a_page)
            yield from page.jobs

    def watch(self, job_id: str, *, timeout_s: float | None = None) -> Iterator[RemoteJob]:
        """The job now, and again at each change, until it is done. Raises: StillRunning; the job goes on."""
        watch = Watch(job_id, self._clock, None if timeout_s is None else self._clock.monotonic() + timeout_s)
        while not watch.over:
            try:
                yield from self._changes(watch)
            except ApiError as error:
                pause_s = watch.pause_s(error)
                yield from watch.news(self.get(job_id))
                if not watch.over:
                    self._clock.sleep(pause_s)

    def wait(self, job_id: str, *, timeout_s: float | None = None, cancel_on_timeout: bool = False) -> RemoteJob:
        """The job when it has succeeded. Raises: JobFailed, JobCanceled; StillRunning, and the job goes on."""
        try:
            *_, last = self.watch(job_id, timeout_s=timeout_s)
        except StillRunning:
            if cancel_on_timeout:
                self.cancel(job_id)
            raise
        return last.succeeded()

    def cancel(self, job_id: str) -> RemoteJob:
        """At once while queued, within seconds while running. Raises: AlreadyDone."""
        return self._ask(Call("POST", at(job_id, "cancel")), a_job)

    def retry(self, job_id: str, *, reason: str = "", seed: int | None = None) -> RemoteJob:
        """A failed or canceled job once more; with a seed, a new job for another object. Raises: NotDone."""
        return self._ask(trying_again(job_id, reason, seed), a_job)

    def delete(self, job_id: str) -> None:
        """The job and its files. Raises: NotDone, NothingThere (also where only the first answer was lost)."""
        self._ask(Call("DELETE", at(job_id)), require_good)

    def download(self, job_id: str, file: str, path: Path) -> Path:
        """One file of a succeeded job, checked: there when it is whole, and not before."""
        call, sha256 = Call("GET", at(job_id, "artifacts", file)), sha256_of(self.get(job_id), file)
        asking_again(call, self._clock.sleep)(self._download, call, path, sha256)
        return path

    # --- the wire ----------------------------------------------------------------------------------

    def _ask(self, call: Call, answer: Reader[T]) -> T:
        result: T = asking_again(call, self._clock.sleep)(self._once, call, answer)
        return result

    def _once(self, call: Call, answer: Reader[T]) -> T:
        with speaking_our_errors():
            return answer(self._http.send(call.build(self._http)))

    def _changes(self, watch: Watch) -> Iterator[RemoteJob]:
        with self._stream(watch.call(), watch.timeout()) as response:
            require_stream(response)
            for chunk in response.iter_bytes():
                yield from watch.taken(chunk)
        if not watch.over:
            raise Unreachable(f"The event stream of {watch.job_id} ended before the job.")

    def _download(self, call: Call, path: Path, sha256: str | None) -> None:
        with self._stream(call) as response:
            require_good(response)
            with whole(path, sha256) as write:
                for chunk in response.iter_bytes():
                    write(chunk)

    @contextmanager
    def _stream(self, call: Call, patience: httpx.Timeout | None = None) -> Iterator[httpx.Response]:
        """An answer whose body is read piece by piece; that of a refusal is here already."""
        with speaking_our_errors():
            response = self._http.send(call.build(self._http, patience), stream=True, follow_redirects=True)
            try:
                if response.is_error:
                    response.read()
                yield response
            finally:
                response.close()
