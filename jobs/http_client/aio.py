"""The same client for asyncio: what is asked and what answers mean is shared, here is only the waiting."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

import httpx

from jobs.clock import Clock, SystemClock
from jobs.errors import StillRunning
from jobs.http_client.errors import OF_ITS_OWN, ApiError, Unreachable, speaking_our_errors
from jobs.http_client.job import RemoteJob
from jobs.http_client.retry import asking_again_async
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


class AsyncClient:
    """`Client` for programs on asyncio. Every method may raise ApiError."""

    def __init__(
        self,
        url: str = LOCAL,
        key: str = "",
        *,
        timeout: httpx.Timeout = TIMEOUT,
        transport: httpx.AsyncBaseTransport | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._http = httpx.AsyncClient(base_url=address(url), headers=head(key), timeout=timeout, transport=transport)
        self._clock = clock or SystemClock()

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Self:
        """LUMEN_API_URL and LUMEN_API_KEY; without them `lumen dev` on this machine."""
        return cls(*address_and_key(env))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()

    async def close(self) -> None:
        await self._http.aclose()

    async def submit(self, what: str | JobRequest | None = None, *, key: str | None = None, **fields: Any) -> RemoteJob:
        """A prompt, or `image=` the id of an upload; other fields of input and request by their names.

        The same `key` and request give the same job, whenever asked.
        """
        return await self._ask(submitting(request_of(what, fields), key), a_job)

    async def submit_many(
        self, requests: Iterable[str | JobRequest], *, batch: str, per_s: float | None = None
    ) -> AsyncIterator[Submitted]:
        """One after the other, not faster than that; run again, it makes only what is missing."""
        for what in requests:
            try:
                yield Submitted(what, await self._ask(submitting_one_of(batch, what), a_job))
            except OF_ITS_OWN as error:
                yield Submitted(what, error=error)
            if per_s:
                await asyncio.sleep(1 / per_s)

    async def upload(self, picture: Path | bytes) -> str:
        """The id that a request names the picture by."""
        data = picture if isinstance(picture, bytes) else await asyncio.to_thread(picture.read_bytes)
        return (await self._ask(uploading(data), an_upload)).id

    async def get(self, job_id: str) -> RemoteJob:
        return await self._ask(Call("GET", at(job_id)), a_job)

    async def list(self, **filters: Any) -> AsyncIterator[RemoteJob]:
        """The newest first, page by page: status=, reason=, batch_id=, tag=, since=."""
        page = None
        while page is None or page.next_page_token:
            page = await self._ask(listing(filters, page), a_page)
            for job in page.jobs:
                yield job

    async def watch(self, job_id: str, *, timeout_s: float | None = None) -> AsyncIterator[RemoteJob]:
        """The job now, and again at each change, until it is done. Raises: StillRunning; the job goes on."""
        watch = Watch(job_id, self._clock, None if timeout_s is None else self._clock.monotonic() + timeout_s)
        while not watch.over:
            try:
                async for job in self._changes(watch):
                    yield job
            except ApiError as error:
                pause_s = watch.pause_s(error)
                for job in watch.news(await self.get(job_id)):
                    yield job
                if not watch.over:
                    await asyncio.sleep(pause_s)

    async def wait(self, job_id: str, *, timeout_s: float | None = None, cancel_on_timeout: bool = False) -> RemoteJob:
        """The job when it has succeeded. Raises: JobFailed, JobCanceled; StillRunning, and the job goes on."""
        try:
            changes = [job async for job in self.watch(job_id, timeout_s=timeout_s)]
        except StillRunning:
            if cancel_on_timeout:
                await self.cancel(job_id)
            raise
        return changes[-1].succeeded()

    async def cancel(self, job_id: str) -> RemoteJob:
        """At once while queued, within seconds while running. Raises: AlreadyDone."""
        return await self._ask(Call("POST", at(job_id, "cancel")), a_job)

    async def retry(self, job_id: str, *, reason: str = "", seed: int | None = None) -> RemoteJob:
        """A failed or canceled job once more; with a seed, a new job for another object. Raises: NotDone."""
        return await self._ask(trying_again(job_id, reason, seed), a_job)

    async def delete(self, job_id: str) -> None:
        """The job and its files. Raises: NotDone, NothingThere (also where only the first answer was lost)."""
        await self._ask(Call("DELETE", at(job_id)), require_good)

    async def download(self, job_id: str, file: str, path: Path) -> Path:
        """One file of a succeeded job, checked: there when it is whole, and not before."""
        call, sha256 = Call("GET", at(job_id, "artifacts", file)), sha256_of(await self.get(job_id), file)
        await asking_again_async(call)(self._download, call, path, sha256)
        return path

    # --- the wire ----------------------------------------------------------------------------------

    async def _ask(self, call: Call, answer: Reader[T]) -> T:
        result: T = await asking_again_async(call)(self._once, call, answer)
        return result

    async def _once(self, call: Call, answer: Reader[T]) -> T:
        with speaking_our_errors():
            return answer(await self._http.send(call.build(self._http)))

    async def _changes(self, watch: Watch) -> AsyncIterator[RemoteJob]:
        async with self._stream(watch.call(), watch.timeout()) as response:
            require_stream(response)
            async for chunk in response.aiter_bytes():
                for job in watch.taken(chunk):
                    yield job
        if not watch.over:
            raise Unreachable(f"The event stream of {watch.job_id} ended before the job.")

    async def _download(self, call: Call, path: Path, sha256: str | None) -> None:
        async with self._stream(call) as response:
            require_good(response)
            with whole(path, sha256) as write:
                async for chunk in response.aiter_bytes():
                    write(chunk)

    @asynccontextmanager
    async def _stream(self, call: Call, patience: httpx.Timeout | None = None) -> AsyncIterator[httpx.Response]:
        """An answer whose body is read piece by piece; that of a refusal is here already."""
        with speaking_our_errors():
            response = await self._http.send(call.build(self._http, patience), stream=True, follow_redirects=True)
            try:
                if response.is_error:
                    await response.aread()
                yield response
            finally:
                await response.aclose()
