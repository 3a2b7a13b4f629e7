"""From what a stage raised to what its parent raises: faults of the machine get a name where they happen."""

import traceback
from collections.abc import Iterator

from models import errors
from models.errors import (
    ChildDied,
    ChildStuck,
    CraftError,
    Exhausted,
    GpuExhausted,
    GpuFault,
    MemoryExhausted,
    NoUsableMesh,
    StageFailed,
)
from models.wire import Failed

MESSAGE_CHARS_MAX = 2_000  # people read it, and it goes into a document
DETAIL_CHARS_MAX = 100_000  # as much as is kept of stderr (models/last_words.py)

# After one of these a child is not used again. Only its end gives all the memory back, and after an illegal access
# every later call in its CUDA context fails (CUDA Runtime API, cudaErrorIllegalAddress: the process must be ended).
SPOILING: tuple[type[CraftError], ...] = (Exhausted, GpuFault, ChildDied, ChildStuck)

# The top package, the class; torch is never imported for it.
TYPES: tuple[tuple[str, str, type[CraftError]], ...] = (
    ("torch", "OutOfMemoryError", GpuExhausted),  # in torch.cuda, or later in torch itself
    ("builtins", "MemoryError", MemoryExhausted),  # also numpy's, and std::bad_alloc through pybind11
)

# In lower case; the first that is in the text counts, so exhaustion stands before the faults it looks like.
MARKERS: tuple[tuple[str, type[CraftError]], ...] = (
    ("cuda out of memory", GpuExhausted),  # torch's allocator
    ("cuda error: out of memory", GpuExhausted),  # past torch's allocator
    ("cudaerrormemoryallocation", GpuExhausted),  # the same by its name in the runtime API
    ("cuda_error_out_of_memory", GpuExhausted),  # and in the driver API
    ("_status_alloc_failed", GpuExhausted),  # cuBLAS, cuDNN, cuSOLVER, cuSPARSE: their workspace
    ("cufft_alloc_failed", GpuExhausted),
    ("can't allocate memory", MemoryExhausted),  # torch's DefaultCPUAllocator
    ("cannot allocate memory", MemoryExhausted),  # ENOMEM in the words of libc
    ("std::bad_alloc", MemoryExhausted),
    # What fal restarts a runner for (fal/exceptions/gpu.py), and the driver's words for a GPU that is gone.
    ("cuda error", GpuFault),
    ("cudaerror", GpuFault),
    ("cuda_error_", GpuFault),
    ("cuda driver", GpuFault),
    ("cuda-capable device", GpuFault),
    ("no nvidia driver", GpuFault),
    ("cudnn", GpuFault),
    ("cublas", GpuFault),
    ("cusolver", GpuFault),
    ("cusparse", GpuFault),
    ("cufft", GpuFault),
    ("nccl", GpuFault),
    ("nvml", GpuFault),  # "NVML_SUCCESS == r INTERNAL ASSERT FAILED", pytorch#112377
    ("device-side assert", GpuFault),
    ("illegal memory access", GpuFault),
    ("unspecified launch failure", GpuFault),
    ("uncorrectable ecc error", GpuFault),
    ("fallen off the bus", GpuFault),  # Xid 79
)
assert all(marker == marker.lower() for marker, _ in MARKERS)
assert all(issubclass(kind, SPOILING) for kind in (*(row[-1] for row in TYPES), *(row[-1] for row in MARKERS)))


def failed(error: Exception) -> Failed:
    """The child's answer for a stage that raised `error`. Call it where `error` was caught."""
    kind, culprit = named(error)
    return _answer(kind, str(error) if isinstance(error, kind) else _said(culprit))


def load_failed(stage: str, error: Exception) -> Failed:
    """The same for a stage that could not be loaded: whatever it was, it will not run in this process."""
    return _answer(errors.LoadFailed, f"{stage}: {error}")


def _answer(kind: type[CraftError], message: str) -> Failed:
    return Failed(kind.__name__, message[:MESSAGE_CHARS_MAX], traceback.format_exc()[-DETAIL_CHARS_MAX:])


def raised(failed: Failed) -> CraftError:
    """What the parent raises for that answer."""
    kind: type[CraftError] = getattr(errors, failed.kind)
    return kind(failed.message, detail=failed.detail)


def spoils(failed: Failed) -> bool:
    """Whether the child that gave this answer is not to be used again."""
    return issubclass(getattr(errors, failed.kind), SPOILING)


def named(error: BaseException) -> tuple[type[CraftError], BaseException]:
    """The class that the parent raises for `error`, and the error behind it that decided so."""
    if isinstance(error, CraftError) and not isinstance(error, NoUsableMesh):  # that one is the pipeline's to raise
        return next(kind for kind in type(error).__mro__ if kind.__module__ == errors.__name__), error
    for each in _chain(error):
        for kind in _faults(each):
            return kind, each
    return StageFailed, error


def _faults(error: BaseException) -> Iterator[type[CraftError]]:
    origins = {(kind.__module__.partition(".")[0], kind.__name__) for kind in type(error).__mro__}
    text = _said(error).lower()
    yield from (kind for package, name, kind in TYPES if (package, name) in origins)
    yield from (kind for marker, kind in MARKERS if marker in text)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The error and what it came from, as far as its traceback shows it."""
    seen: set[int] = set()
    each: BaseException | None = error
    while each is not None and id(each) not in seen:
        seen.add(id(each))
        yield each
        each = each.__context__ if each.__cause__ is None and not each.__suppress_context__ else each.__cause__


def _said(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"
