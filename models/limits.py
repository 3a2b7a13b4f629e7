"""What one child may use up before another takes its place."""

from dataclasses import dataclass
from math import ceil
from typing import Self

from models.memory import MB, installed_bytes

JOBS_MAX = 500  # libraries leak; each leak has an end that way, and loading again costs one job in 500
MEMORY_SHARE = 0.8  # of what there is, when nothing is said: the rest is the parent's, and that of files in memory
REFRESH_SHARE = 0.75  # of the maximum; a child above it after a job may not have room for the next one


@dataclass(frozen=True, slots=True)
class Limits:
    """For each child anew."""

    jobs_max: int
    memory_max_bytes: int

    @classmethod
    def here(cls, jobs_max: int = JOBS_MAX, memory_mb: int = 0) -> Self:
        """On this machine, or in this container. `memory_mb` 0: a share of what it has."""
        return cls(jobs_max, memory_mb * MB or int(MEMORY_SHARE * installed_bytes()))

    def overrun(self, used_bytes: int) -> str | None:
        """What to say of a child that uses more memory than it may."""
        if used_bytes <= self.memory_max_bytes:
            return None
        return f"used {in_mb(used_bytes)}, {in_mb(self.memory_max_bytes)} are allowed"

    def spent(self, jobs: int, used_bytes: int) -> str | None:
        """Why a child that rests between two jobs shall not get another one."""
        if jobs >= self.jobs_max:
            return f"it has served {jobs} jobs"
        if used_bytes > REFRESH_SHARE * self.memory_max_bytes:
            return f"after a job it still uses {in_mb(used_bytes)}, {in_mb(self.memory_max_bytes)} are allowed"
        return None


def in_mb(size_bytes: int) -> str:
    """As people read it, rounded up.

    >>> in_mb(1_233_400_000)
    '1 234 MB'
    """
    return f"{ceil(size_bytes / MB):,} MB".replace(",", " ")
