"""What a worker would find where it looks for a GPU: a process of its own, for a driver may hang or take it down.

    python -m models.nets.probe 60

A line of JSON for each step when it begins (`{"step": ...}`), and for what it found (`level`, `what`, `then`). What
fails is tried no further. The number: seconds after which the kernel ends it, should nobody else do.
"""

import ctypes
import importlib
import json
import signal
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

SIDE = 2048  # of the square matrices: a millisecond on a GPU, less than a second on one core
GB = 1e9
BLOCK_BYTES = 1 << 30  # of the allocation, or half of what is free
FREE_SHARE_GOOD = 0.9  # of all VRAM: a context and a desktop take less than the rest
# Largest deviation from the CPU, as a part of the largest value. Both sum 2 048 products in float32, whose unit is
# 6e-8; TF32 would deviate by 1e-3. A half-precision result is rounded to 11 bits, so 5e-4.
FLOAT_OFF_MAX = 1e-4
HALF_OFF_MAX = 2e-3
DRIVER = Path("/sys/module/nvidia/version")
LIBRARY = "libcuda.so.1"
NO_DEVICE = 100  # CUDA_ERROR_NO_DEVICE

NO_DRIVER = "install NVIDIA's driver; a container needs --gpus all, Cloud Run --gpu 1"
NVIDIA_SMI = "nvidia-smi shows what the driver sees; look at CUDA_VISIBLE_DEVICES"
WITH_CUDA = "install the build for a GPU: pip install -r requirements-torch.txt"
HARDWARE = "try another machine: dmesg and nvidia-smi -q say more (Xid, ECC)"


class Said(NamedTuple):
    """One finding."""

    level: str
    what: str
    then: str = ""


def main() -> None:
    signal.alarm(int(sys.argv[1]))  # its default action needs no Python
    looked = [_passes(name, step) for name, step in LOOK.items()]  # all of them, whatever the first says
    if all(looked):
        for name, step in TRY.items():
            if not _passes(name, step):
                return


def _passes(name: str, step: Callable[[], Iterator[Said]]) -> bool:
    _tell({"step": name})
    passes = True
    for said in _safely(step):
        _tell(said._asdict())
        passes = passes and said.level != "fail"
    return passes


def _safely(step: Callable[[], Iterator[Said]]) -> Iterator[Said]:
    """Libraries of CUDA that do not fit are OSError or ImportError, what fails on the GPU is RuntimeError."""
    try:
        yield from step()
    except (ImportError, OSError, RuntimeError) as error:
        first = str(error).strip().partition("\n")[0]
        yield Said("fail", f"{type(error).__name__}: {first}", HARDWARE)


def _tell(line: dict[str, str]) -> None:
    sys.stdout.write(json.dumps(line) + "\n")
    sys.stdout.flush()


# --- the steps ---


def driver() -> Iterator[Said]:
    """Asked without torch, which would only say that there is no GPU."""
    try:
        cuda = ctypes.CDLL(LIBRARY)
    except OSError:
        yield Said("fail", f"no GPU: there is no driver here ({LIBRARY})", NO_DRIVER)
        return
    if code := cuda.cuInit(0):
        what = "the driver finds no GPU" if code == NO_DEVICE else f"the driver does not start: error {code} of cuInit"
        yield Said("fail", what, NVIDIA_SMI)
        return
    version = ctypes.c_int()
    cuda.cuDriverGetVersion(ctypes.byref(version))
    kernel = f" {DRIVER.read_text().strip()}" if DRIVER.exists() else ""
    yield Said("ok", f"driver{kernel}, for CUDA up to {version.value // 1000}.{version.value % 1000 // 10}")


def library() -> Iterator[Said]:
    if find_spec("torch") is None:
        yield Said("fail", "torch is not installed", WITH_CUDA)
        return
    torch = _torch()
    if torch.version.cuda is None:
        yield Said("fail", f"torch {torch.__version__} is built without CUDA", WITH_CUDA)
    else:
        yield Said("ok", f"torch {torch.__version__}, built for CUDA {torch.version.cuda}")


def memory() -> Iterator[Said]:
    cuda = _torch().cuda
    if not cuda.is_available():
        yield Said("fail", "the driver works, and torch finds no GPU", NVIDIA_SMI)
        return
    free, total = cuda.mem_get_info()
    major, minor = cuda.get_device_capability()
    name = f"{cuda.get_device_name()}, compute capability {major}.{minor}"
    vram = f"{free / GB:.1f} of {total / GB:.1f} GB of VRAM free"
    if free < FREE_SHARE_GOOD * total:
        yield Said("warn", f"{name}: {vram}", "somebody else has the rest: nvidia-smi names the processes")
    else:
        yield Said("ok", f"{name}: {vram}")


def allocation() -> Iterator[Said]:
    torch, begun = _torch(), time.perf_counter()
    free, _ = torch.cuda.mem_get_info()
    count = min(BLOCK_BYTES, free // 2)
    block = torch.full((count,), 1, dtype=torch.uint8, device=device())
    wrong = count - int(block.sum(dtype=torch.int64).item())
    taken = f"{count / GB:.1f} GB of VRAM written and read in {_ms(begun)}"
    yield Said("fail", f"{taken}: {wrong} bytes are others", HARDWARE) if wrong else Said("ok", taken)


def numbers() -> Iterator[Said]:
    yield _multiplied("float32", FLOAT_OFF_MAX)


def half() -> Iterator[Said]:
    yield _multiplied("float16", HALF_OFF_MAX)


LOOK: dict[str, Callable[[], Iterator[Said]]] = {"importing torch": library, "asking the driver": driver}
TRY: dict[str, Callable[[], Iterator[Said]]] = {
    "asking for its memory": memory,
    "allocating": allocation,
    "computing in float32": numbers,
    "computing in half precision": half,
}


def _multiplied(precision: str, off_max: float) -> Said:
    """The same product on the GPU and, in float32, on the CPU."""
    torch = _torch()
    noise = torch.Generator("cpu").manual_seed(0)
    left, right = (torch.randn(SIDE, SIDE, generator=noise).to(getattr(torch, precision)) for _ in range(2))
    begun = time.perf_counter()
    expected = left.float() @ right.float()
    on_cpu = _ms(begun)
    there = [each.to(device()) for each in (left, right)]
    there[0] @ there[1]  # the first one loads the kernels
    torch.cuda.synchronize()
    begun = time.perf_counter()
    product = there[0] @ there[1]
    torch.cuda.synchronize()
    on_gpu = _ms(begun)
    off = float((product.float().cpu() - expected).abs().max() / expected.abs().max())
    what = f"{precision}: {SIDE} x {SIDE} in {on_gpu}, the CPU {on_cpu}; they differ by {off:.0e}"
    return Said("ok", what) if off <= off_max else Said("fail", f"{what}, {off_max:.0e} at most is right", HARDWARE)


def device() -> str:
    return "cuda"


def _torch() -> Any:
    return importlib.import_module("torch")


def _ms(begun: float) -> str:
    return f"{(time.perf_counter() - begun) * 1e3:.1f} ms"


if __name__ == "__main__":
    main()
