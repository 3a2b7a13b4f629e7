"""The steps of `lumen doctor --gpu` on the CPU build of torch, whose `torch.cuda` is ours: all is well, or not."""

import json
import sys
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import pytest

from tests.needs import needs_torch

pytestmark = needs_torch
GPU = "cpu"  # what the tests' GPU is called


@dataclass
class Driver:
    """libcuda, as far as it is asked."""

    answer: int = 0

    def cuInit(self, flags: int) -> int:  # noqa: N802 (CUDA's name)
        return self.answer

    def cuDriverGetVersion(self, version: Any) -> int:  # noqa: N802 (CUDA's name)
        version._obj.value = 12_040
        return 0


@dataclass
class Cuda:
    """`torch.cuda`, as far as it is asked."""

    there: bool = True
    free: int = 70_000_000
    total: int = 72_000_000

    def is_available(self) -> bool:
        return self.there

    def mem_get_info(self) -> tuple[int, int]:
        return self.free, self.total

    def get_device_capability(self) -> tuple[int, int]:
        return 8, 9

    def get_device_name(self) -> str:
        return "NVIDIA L4"

    def synchronize(self) -> None:
        pass


@pytest.fixture
def driver() -> Driver:
    return Driver()


@pytest.fixture
def cuda(monkeypatch: pytest.MonkeyPatch, driver: Driver) -> Cuda:
    import torch

    from models.nets import probe

    faked = Cuda()
    monkeypatch.setattr(probe.ctypes, "CDLL", lambda _: driver)
    monkeypatch.setattr(torch, "cuda", faked)
    monkeypatch.setattr(torch.version, "cuda", "12.4")
    monkeypatch.setattr(probe, "device", lambda: GPU)
    monkeypatch.setattr(probe, "SIDE", 64)
    monkeypatch.setattr(probe.signal, "alarm", lambda _: None)
    monkeypatch.setattr(sys, "argv", ["probe", "60"])
    return faked


def said(capsys: pytest.CaptureFixture[str]) -> list[Any]:
    from models.nets import probe

    probe.main()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    return [SimpleNamespace(**line) for line in lines if "level" in line]


def test_where_all_is_well_each_step_says_so(cuda: Cuda, capsys: pytest.CaptureFixture[str]) -> None:
    findings = said(capsys)
    assert [each.level for each in findings] == ["ok"] * 6
    torch, driver, gpu, allocation, single, half = (each.what for each in findings)
    assert torch.endswith("built for CUDA 12.4")
    assert driver.endswith("for CUDA up to 12.4")
    assert gpu == "NVIDIA L4, compute capability 8.9: 0.1 of 0.1 GB of VRAM free"
    assert allocation.startswith("0.0 GB of VRAM written and read in")
    assert single.startswith("float32: 64 x 64 in ")
    assert half.startswith("float16: 64 x 64 in ")


@pytest.mark.parametrize("answer, what", [(100, "the driver finds no GPU"), (3, "error 3 of cuInit")])
def test_a_driver_that_does_not_start_is_the_last_that_is_tried(
    cuda: Cuda, driver: Driver, answer: int, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    driver.answer = answer
    *_, last = said(capsys)
    assert (last.level, what in last.what) == ("fail", True)


def test_a_torch_without_cuda_is_told_beside_what_the_driver_says(
    cuda: Cuda, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("torch.version.cuda", None)
    assert [each.level for each in said(capsys)] == ["fail", "ok"]


def test_a_gpu_that_torch_does_not_see_is_a_failure(cuda: Cuda, capsys: pytest.CaptureFixture[str]) -> None:
    cuda.there = False
    *_, last = said(capsys)
    assert (last.level, "nvidia-smi" in last.then) == ("fail", True)


def test_vram_that_somebody_else_has_is_a_warning(cuda: Cuda, capsys: pytest.CaptureFixture[str]) -> None:
    cuda.free = cuda.total // 2
    assert [each.level for each in said(capsys)] == ["ok", "ok", "warn", "ok", "ok", "ok"]


@pytest.mark.parametrize("precision, findings", [("float32", 5), ("float16", 6)])
def test_a_gpu_that_computes_wrongly_is_a_failure(
    cuda: Cuda, monkeypatch: pytest.MonkeyPatch, precision: str, findings: int, capsys: pytest.CaptureFixture[str]
) -> None:
    """One value of what is sent there arrives as another."""
    import torch

    carry = torch.Tensor.to

    def damaged(tensor: Any, where: Any) -> Any:
        there = carry(tensor, where)
        if where == GPU and tensor.dtype is getattr(torch, precision):
            there = there.clone()
            there[0, 0] += 9
        return there

    monkeypatch.setattr(torch.Tensor, "to", damaged)
    found = said(capsys)
    assert len(found) == findings
    assert (found[-1].level, found[-1].what.startswith(precision)) == ("fail", True)


def test_what_raises_on_the_gpu_is_a_failure_in_its_own_words(
    cuda: Cuda, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def full(*_: object, **__: object) -> None:
        raise RuntimeError("CUDA error: an illegal memory access was encountered\nmore")

    monkeypatch.setattr("torch.full", full)
    *_, last = said(capsys)
    assert last.what == "RuntimeError: CUDA error: an illegal memory access was encountered"
