"""What a stage took of the GPU, by what torch says of it."""

import sys
from dataclasses import dataclass, field
from types import SimpleNamespace

import pytest

from models.vram import Vram, free_bytes, measured


@dataclass
class Cuda:
    """`torch.cuda`, as far as it is asked."""

    available: bool = True
    allocated: int = 0
    peak: int = 0
    calls: list[str] = field(default_factory=list)

    def is_available(self) -> bool:
        return self.available

    def memory_allocated(self) -> int:
        return self.allocated

    def max_memory_allocated(self) -> int:
        return self.peak

    def reset_peak_memory_stats(self) -> None:
        self.peak = self.allocated

    def empty_cache(self) -> None:
        self.calls.append("empty_cache")

    def mem_get_info(self) -> tuple[int, int]:
        return 7, 10

    def takes(self, size: int, *, keeps: int) -> None:
        self.peak = max(self.peak, self.allocated + size)
        self.allocated += keeps


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch) -> Cuda:
    made = Cuda(allocated=100, peak=900)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace(cuda=made))
    return made


def test_the_peak_is_that_of_this_stage_and_not_of_one_before(cuda: Cuda) -> None:
    with measured() as vram:
        cuda.takes(50, keeps=10)
    assert vram == Vram(before=100, peak=150, after=110)
    assert cuda.calls == ["empty_cache"]


def test_a_stage_that_fails_is_not_measured(cuda: Cuda) -> None:
    with pytest.raises(KeyError), measured():
        raise KeyError("x")
    assert cuda.calls == []


def test_what_is_free_is_what_anybody_could_have(cuda: Cuda) -> None:
    assert free_bytes() == 7


def test_without_a_gpu_and_without_torch_there_is_nothing_to_measure(
    cuda: Cuda, monkeypatch: pytest.MonkeyPatch
) -> None:
    cuda.available = False
    with measured() as vram:
        assert vram is None
    monkeypatch.delitem(sys.modules, "torch")
    assert free_bytes() is None
