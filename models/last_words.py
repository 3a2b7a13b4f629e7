"""What a child prints: read, so that it never waits for a reader, and the end of it kept."""

import os
import threading
from collections import deque

LINES_KEPT = 50
LINE_CHARS_MAX = 2_000  # the tail goes into a document: 1 MiB at most on Firestore
WAIT_S = 1.0  # what a dead child said is in the pipe already; only a process that left its group holds it open


class LastWords:
    """A pipe and the thread that empties it. `inlet` is the child's end: close it here once the child has it."""

    def __init__(self) -> None:
        """Raises: OSError; RuntimeError when there is no room for a thread."""
        ours, theirs = os.pipe()
        self._pipe = os.fdopen(ours, errors="replace")
        self.inlet = os.fdopen(theirs, "wb", buffering=0)
        self._lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._reader = threading.Thread(target=self._read, name="last-words", daemon=True)
        try:
            self._reader.start()
        except RuntimeError:
            self._pipe.close()
            self.inlet.close()
            raise

    def _read(self) -> None:
        with self._pipe as pipe:
            while line := pipe.readline(LINE_CHARS_MAX):
                self._lines.append(line)

    def tail(self) -> str:
        return "".join(self._lines)

    def wait(self) -> None:
        """Until the last of them is read."""
        self._reader.join(WAIT_S)
