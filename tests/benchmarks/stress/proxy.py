"""A door between processes and one backend, which can be shut: then whoever knocks or was inside is thrown out."""

import asyncio
import threading
from collections.abc import Iterator
from concurrent.futures import Future
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

CHUNK = 1 << 16
STOP_S = 10.0


@dataclass
class Door:
    """Passes on what comes to `port` of loopback, unless it is shut."""

    target: int
    port: int = 0
    thrown_out: int = 0  #: connections that were cut when it was shut
    turned_away: int = 0  #: and those that came while it was
    _shut: bool = False
    _inside: set[asyncio.StreamWriter] = field(default_factory=set)
    _loop: asyncio.AbstractEventLoop = field(kw_only=True)

    @contextmanager
    def shut(self) -> Iterator[None]:
        """For as long as the block takes."""
        self._loop.call_soon_threadsafe(self._throw_out)
        try:
            yield
        finally:
            self._shut = False

    def _throw_out(self) -> None:
        self._shut = True
        for writer in list(self._inside):
            self.thrown_out += 1
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self._shut:
            self.turned_away += 1
            writer.transport.abort()
            return
        self._inside.add(writer)
        with suppress(OSError):
            there, to_them = await asyncio.open_connection("127.0.0.1", self.target)
            await asyncio.gather(_pump(reader, to_them), _pump(there, writer))
        self._inside.discard(writer)


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Until one of the two ends goes away; the other is told."""
    try:
        while data := await reader.read(CHUNK):
            writer.write(data)
            await writer.drain()
    except OSError:
        writer.transport.abort()
    finally:
        writer.close()


@contextmanager
def doors(*targets: int) -> Iterator[list[Door]]:
    """One in front of each of these ports."""
    loop = asyncio.new_event_loop()
    made = [Door(target, _loop=loop) for target in targets]
    ready: Future[None] = Future()

    async def serve() -> None:
        for door in made:
            server = await asyncio.start_server(door._serve, "127.0.0.1", 0)
            door.port = server.sockets[0].getsockname()[1]
        ready.set_result(None)

    thread = threading.Thread(target=loop.run_forever, name="doors", daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(serve(), loop)
    ready.result(STOP_S)
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(_send_home(), loop).result(STOP_S)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(STOP_S)
        loop.close()


async def _send_home() -> None:
    """Everybody who is still inside."""
    inside = asyncio.all_tasks() - {asyncio.current_task()}
    for task in inside:
        task.cancel()
    await asyncio.gather(*inside, return_exceptions=True)
