"""A folder that stands for a container: programs run in it as they would there."""

import os
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

UNSHARE = ("unshare", "--mount", "--pid", "--fork", "--kill-child")
UP_S = 60.0  # until it answers
STOP_S = 10.0  # Cloud Run's, between SIGTERM and SIGKILL
ASK = "import sys, urllib.request as u; sys.exit(u.urlopen(sys.argv[1], timeout=5).status != 200)"


class Failed(Exception):
    """A line or a command that did not do what it should."""


@dataclass(slots=True)
class Room:
    """A stage's file system, and what its instructions have set so far."""

    path: Path
    env: dict[str, str] = field(default_factory=lambda: {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"})
    args: dict[str, str] = field(default_factory=dict)
    user: str = "0:0"
    workdir: str = "/"
    entrypoint: list[str] = field(default_factory=list)
    command: list[str] = field(default_factory=list)

    def inside(self, path: str) -> Path:
        return self.path / str(Path("/", self.workdir, path)).lstrip("/")

    def copy(self, path: Path) -> "Room":
        run("cp", "-a", str(self.path), str(path))
        env, entrypoint, command = dict(self.env), [*self.entrypoint], [*self.command]
        return Room(path, env, {}, self.user, self.workdir, entrypoint, command)

    def invocation(self, words: Sequence[str], binds: Mapping[str, Path], env: Mapping[str, str]) -> list[str]:
        """The command that runs `words` in here as process 1, with a /proc of its own and the machine's /dev."""
        steps = [f"mount --rbind /dev {self.path}/dev", f"mount -t proc proc {self.path}/proc"]
        steps += [f"mount --bind {shlex.quote(str(of))} {self.path}{at}" for at, of in binds.items()]
        pairs = {**self.args, **self.env, "HOME": self._home(), **env}
        enter = ["chroot", f"--userspec={self.user}", str(self.path), "/usr/bin/env", "-i"]
        enter += [f"--chdir={self.workdir}", *(f"{name}={value}" for name, value in pairs.items()), *words]
        for at, of in binds.items():
            spot = self.path / at.lstrip("/")
            if of.is_dir():
                spot.mkdir(parents=True, exist_ok=True)
            else:
                spot.parent.mkdir(parents=True, exist_ok=True)
                spot.touch()
        return ["sh", "-ec", "\n".join([*steps, f"exec {shlex.join(enter)}"])]

    def _home(self) -> str:
        uid = self.user.partition(":")[0]
        entries = [entry.split(":") for entry in (self.path / "etc/passwd").read_text().splitlines()]
        return next((entry[5] for entry in entries if entry[2] == uid), "/")


def run(*words: str) -> str:
    """What a program says to stdout. Raises: Failed, with the end of what it said to stderr."""
    program = shutil.which(words[0]) or words[0]
    done = subprocess.run([program, *words[1:]], capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(f"{words[0]} ended with {done.returncode}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


def within(room: Room, words: Sequence[str], binds: Mapping[str, Path], env: Mapping[str, str]) -> str:
    return run(*UNSHARE, *room.invocation(words, binds, env))


@dataclass(frozen=True, slots=True)
class Server:
    """An image's command, running in a network of its own."""

    process: subprocess.Popen[bytes]
    port: int

    @property
    def first(self) -> int:
        """Its process 1, as this machine counts. Raises: Failed."""
        pid = self.process.pid
        while self.process.poll() is None:
            if children := Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
                return int(children[0])
            time.sleep(0.01)
        raise Failed(f"it ended with status {self.process.returncode}")

    def wait_for(self, path: str) -> float:
        """Seconds until it answers 200. Raises: Failed."""
        begun = time.monotonic()
        ask = [f"--net=/proc/{self.first}/ns/net", sys.executable, "-c", ASK, f"http://127.0.0.1:{self.port}{path}"]
        while True:
            try:
                run("nsenter", *ask)
            except Failed as error:
                if self.process.poll() is not None or time.monotonic() - begun > UP_S:
                    raise Failed(f"no 200 from {path}: {error}") from None
                time.sleep(0.2)
            else:
                return time.monotonic() - begun

    def stop(self) -> float:
        """Seconds from SIGTERM to its end. Raises: Failed."""
        begun = time.monotonic()
        os.kill(self.first, signal.SIGTERM)
        try:
            status = self.process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            raise Failed(f"it still runs {STOP_S:.0f} s after SIGTERM") from None
        if status:
            raise Failed(f"it ended with status {status} after SIGTERM")
        return time.monotonic() - begun


@contextmanager
def serving(room: Room) -> Iterator[Server]:
    """The image's own command, as its user and as process 1; on loopback alone, so its port is free."""
    words = [*room.entrypoint, *room.command]
    inner = room.invocation(words, {}, {"LUMEN_ROUTES": "procedural"})
    inner[2] = f"ip link set lo up\n{inner[2]}"
    unshare = [shutil.which(UNSHARE[0]) or UNSHARE[0], *UNSHARE[1:], "--net", *inner]
    process = subprocess.Popen(unshare, stdin=subprocess.DEVNULL)
    try:
        yield Server(process, int(words[words.index("--port") + 1]))
    finally:
        process.kill()
        process.wait()


def say(text: str) -> None:
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()
