"""How much of the GPU a stage takes. Asks torch only where a stage has imported it."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class Vram:
    """Bytes of the GPU that this process's tensors held: before a stage, at most during it, after it."""

    before: int = 0
    peak: int = 0
    after: int = 0


@contextmanager
def measured() -> Iterator[Vram | None]:
    """What is done inside, measured when it is over; None where there is no GPU."""
    if (cuda := _cuda()) is None:
        yield None
        return
    cuda.reset_peak_memory_stats()
    vram = Vram(before=cuda.memory_allocated())
    yield vram
    cuda.empty_cache()  # the next stage may belong to another library, which asks the driver and not this cache
    vram.peak, vram.after = cuda.max_memory_allocated(), cuda.memory_allocated()


def free_bytes() -> int | None:
    """What the GPU has left for anybody; None where there is none."""
    if (cuda := _cuda()) is None:
        return None
    free, _ = cuda.mem_get_info()
    return int(free)


def _cuda() -> Any:
    """`torch.cuda`, when it is imported and there is a GPU. A stage without a network pays nothing."""
    torch = sys.modules.get("torch")
    return torch.cuda if torch is not None and torch.cuda.is_available() else None
