"""Between processes of one machine: who has put something somewhere rings, who waits for it wakes up at once."""

import os
import select
import time
from contextlib import suppress
from functools import cached_property
from pathlib import Path

RING = b"!"


class Bell:
    """A named pipe. Each ring wakes one who waits, or the next who will: there is one look too many sometimes.

    Nobody relies on being woken. Where there can be no such pipe, or it is full, a wait takes its time.
    """

    def __init__(self, path: Path) -> None:
        self._path = path

    @cached_property
    def _pipe(self) -> int | None:
        """Open for both ends, so that it can be opened while nobody has the other one."""
        try:
            with suppress(FileExistsError):
                os.mkfifo(self._path, 0o600)
            return os.open(self._path, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
        except OSError:
            return None

    def ring(self) -> None:
        if self._pipe is not None:
            with suppress(BlockingIOError):  # full: it has been rung 65 536 times, and nobody has waited since
                os.write(self._pipe, RING)

    def wait(self, seconds: float) -> None:
        """Until it rings, but no longer than that."""
        if self._pipe is None:
            time.sleep(seconds)
            return
        select.select([self._pipe], [], [], seconds)
        with suppress(BlockingIOError):  # it did not ring, or another was faster
            os.read(self._pipe, len(RING))
