"""What a process holds, as the kernel counts it."""

from dataclasses import dataclass
from pathlib import Path
from typing import Self

from models.memory import resident_bytes

DATABASE = "lumen.db"


@dataclass(frozen=True, slots=True)
class Footprint:
    """Of one process at one moment. A pool keeps what was open at one time, so the database's files are apart."""

    held_bytes: int  #: memory that only its end gives back
    rss_bytes: int
    pss_bytes: int  #: RSS, with what several processes share divided among them
    files: int  #: open ones, pipes and sockets too, without those of the database
    database_files: int
    threads: int

    @classmethod
    def of(cls, pid: int) -> Self:
        """Raises: FileNotFoundError, ProcessLookupError when it is gone."""
        files = _files(pid)
        database = sum(DATABASE in name for name in files)
        sizes = _sizes(pid)
        return cls(
            held_bytes=resident_bytes(pid),
            rss_bytes=sizes["Rss"],
            pss_bytes=sizes["Pss"],
            files=len(files) - database,
            database_files=database,
            threads=len(list(Path(f"/proc/{pid}/task").iterdir())),
        )


def _files(pid: int) -> list[str]:
    """Where each open file leads; one that was closed while we looked is not open."""
    found = []
    for each in Path(f"/proc/{pid}/fd").iterdir():
        try:
            found.append(str(each.readlink()))
        except FileNotFoundError:
            continue
    return found


def _sizes(pid: int) -> dict[str, int]:
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    return {name: 1024 * int(value.split()[0]) for name, _, value in (line.partition(":") for line in lines)}
