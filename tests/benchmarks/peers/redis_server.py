"""A Redis server of our own, on loopback, in a folder on the same disk as everybody else's data."""

import shutil
import socket
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.ports import free_port
from tests.waiting import until

PROGRAM = "redis-server"
LASTING = ("--appendonly", "yes", "--appendfsync", "always", "--save", "")
READY_S = 20.0


def require() -> str:
    """The version of the program. Ends the benchmark where there is none."""
    if shutil.which(PROGRAM) is None:
        raise SystemExit(f"{PROGRAM} is not on the PATH: apt-get install {PROGRAM}")
    said = subprocess.run([PROGRAM, "--version"], capture_output=True, text=True, check=True).stdout
    return said.split("v=")[1].split()[0]


@contextmanager
def redis_server(folder: Path, *, lasting: bool) -> Iterator[tuple[str, int]]:
    """Its address and pid. `lasting`: every write waits for the disk; else as it comes without a configuration."""
    port = free_port()
    address = ("--port", str(port), "--bind", "127.0.0.1", "--dir", str(folder))
    with (folder / "redis.log").open("wb") as log:
        command = [PROGRAM, *address, *(LASTING if lasting else ())]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
    try:
        until(lambda: _answers(port), "Redis answers", within_s=READY_S)
        yield f"redis://127.0.0.1:{port}/0", process.pid
    finally:
        process.kill()
        process.wait()


def _answers(port: int) -> bool:
    try:
        with closing(socket.create_connection(("127.0.0.1", port), timeout=1)) as connection:
            connection.sendall(b"PING\r\n")
            return connection.recv(16) == b"+PONG\r\n"
    except OSError:
        return False
