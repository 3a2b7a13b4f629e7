"""Sees to it that nothing of the child outlives this process, however this process ends."""

import os
import signal
import subprocess

# Deaf to what its group may be told; then it waits for the end of its input, and takes the group with it.
WATCH = "trap '' HUP INT QUIT TERM; read _; kill -KILL 0"


class Guard:
    """A tiny process that leads the child's group, and kills it when this process is gone.

    It reads a pipe whose other end is open nowhere but here. The kernel closes that end whatever we
    die of, and then what the child has started goes too, which no parent-death signal reaches. It
    stands before the child does, so there is no moment without it. Only a process that leaves the
    group on purpose (setsid) is out of its reach.

    A group lives in one session: so the child shares ours. Ctrl-C still goes past it, because a
    terminal tells the group in its foreground only.
    """

    def __init__(self) -> None:
        """Raises: OSError."""
        self._process = subprocess.Popen(
            ["/bin/sh", "-c", WATCH],
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            env={},
            process_group=0,
        )

    @property
    def group(self) -> int:
        """Nobody else's number, also when all in it are dead, until `reap`."""
        return self._process.pid

    def kill(self) -> None:
        """Kill everything in the group, the guard included."""
        os.killpg(self.group, signal.SIGKILL)

    def end(self, within_s: float) -> None:
        """Raises: subprocess.TimeoutExpired."""
        self.kill()
        self.reap(within_s)

    def reap(self, within_s: float) -> None:
        """Raises: subprocess.TimeoutExpired."""
        assert self._process.stdin is not None  # asked for above
        self._process.stdin.close()
        self._process.wait(within_s)
