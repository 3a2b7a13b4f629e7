"""Which error of a stage is which error of ours."""

import pickle
from typing import NoReturn

import pytest

from models import errors
from models.errors import (
    BadInput,
    CraftError,
    GpuExhausted,
    GpuFault,
    LoadFailed,
    MemoryExhausted,
    NoUsableMesh,
    Refused,
    StageFailed,
)
from models.faults import DETAIL_CHARS_MAX, MARKERS, MESSAGE_CHARS_MAX, failed, load_failed, named, raised, spoils
from models.wire import Failed

# As libraries say it, word for word.
SAYINGS = [
    ("CUDA out of memory. Tried to allocate 2.00 GiB. GPU 0 has a total capacity of 15.89 GiB", GpuExhausted),
    (
        "CUDA error: out of memory\nCUDA kernel errors might be asynchronously reported at some other API call",
        GpuExhausted,
    ),
    ("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`", GpuExhausted),
    ("cuDNN error: CUDNN_STATUS_ALLOC_FAILED", GpuExhausted),
    ("CUDA driver error: CUDA_ERROR_OUT_OF_MEMORY", GpuExhausted),
    ("cudaErrorMemoryAllocation: out of memory", GpuExhausted),
    ("cuFFT error: CUFFT_ALLOC_FAILED", GpuExhausted),
    (
        "[enforce fail at alloc_cpu.cpp:117] err == 0. DefaultCPUAllocator: can't allocate memory: you tried to",
        MemoryExhausted,
    ),
    ("[Errno 12] Cannot allocate memory", MemoryExhausted),
    ("std::bad_alloc", MemoryExhausted),
    ("CUDA error: an illegal memory access was encountered", GpuFault),
    ("CUDA error: device-side assert triggered", GpuFault),
    ("CUDA error: CUBLAS_STATUS_EXECUTION_FAILED when calling `cublasSgemm( handle, opa, opb)`", GpuFault),
    ("CUBLAS_STATUS_NOT_INITIALIZED", GpuFault),
    ("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR", GpuFault),
    ("cusolver error: CUSOLVER_STATUS_INTERNAL_ERROR", GpuFault),
    ("cuSPARSE error: CUSPARSE_STATUS_EXECUTION_FAILED", GpuFault),
    ("cuFFT error: CUFFT_INTERNAL_ERROR", GpuFault),
    ("NCCL error in: ProcessGroupNCCL.cpp:1275, unhandled system error", GpuFault),
    ("NVML_SUCCESS == r INTERNAL ASSERT FAILED at CUDACachingAllocator.cpp:838", GpuFault),
    ("Failed to initialize NVML: Driver/library version mismatch", GpuFault),
    ("Found no NVIDIA driver on your system.", GpuFault),
    ("no CUDA-capable device is detected", GpuFault),
    ("CUDA driver version is insufficient for CUDA runtime version", GpuFault),
    ("cudaErrorLaunchFailure", GpuFault),
    ("CUDA_ERROR_ILLEGAL_ADDRESS", GpuFault),
    ("an illegal memory access was encountered", GpuFault),
    ("Assertion failed: device-side assert", GpuFault),
    ("unspecified launch failure", GpuFault),
    ("uncorrectable ECC error encountered", GpuFault),
    ("GPU has fallen off the bus", GpuFault),
    ("Torch not compiled with CUDA enabled", StageFailed),  # a wrong installation: a fresh process has it too
    ("index 7 is out of bounds", StageFailed),
    ("", StageFailed),
]


class Ours(Refused):
    """What a stage may derive for itself."""


def fail_with(error: Exception) -> NoReturn:
    raise error


def answer(error: Exception) -> Failed:
    try:
        fail_with(error)
    except Exception as caught:  # noqa: BLE001 (as the child does)
        return failed(caught)


def torch_error(module: str) -> Exception:
    kind = type("OutOfMemoryError", (RuntimeError,), {"__module__": module})
    error: Exception = kind("Allocation on device 0")
    return error


@pytest.mark.parametrize("said, kind", SAYINGS)
def test_faults_are_known_by_what_libraries_say(said: str, kind: type[CraftError]) -> None:
    for text in (said, said.upper(), f"in the middle of {said} of a sentence"):
        assert named(RuntimeError(text))[0] is kind


def test_each_marker_is_in_what_some_library_says() -> None:
    unsaid = {mark for mark, _ in MARKERS if not any(mark in said.lower() for said, _ in SAYINGS)}
    assert unsaid == set()


@pytest.mark.parametrize(
    "error, kind",
    [
        (torch_error("torch"), GpuExhausted),
        (torch_error("torch.cuda"), GpuExhausted),
        (torch_error("torchless"), StageFailed),
        (MemoryError(), MemoryExhausted),
        (type("ArrayMemoryError", (MemoryError,), {})("Unable to allocate 8 EiB"), MemoryExhausted),
        (ValueError("no"), StageFailed),
    ],
)
def test_faults_are_known_by_their_class(error: Exception, kind: type[CraftError]) -> None:
    assert named(error)[0] is kind
    assert answer(error).message.startswith(type(error).__name__)


def test_an_error_of_ours_stays_itself_whatever_it_says_or_came_from() -> None:
    error = BadInput("the prompt speaks of a CUDA error")
    error.__cause__ = MemoryError()
    assert answer(error).kind == "BadInput"
    assert answer(error).message == "the prompt speaks of a CUDA error"


def test_a_class_derived_from_one_of_ours_is_that_one_for_the_parent() -> None:
    assert type(raised(answer(Ours("no head")))) is Refused


def test_an_error_that_only_has_the_name_of_one_of_ours_is_not_ours() -> None:
    stranger = type("BadInput", (ValueError,), {})
    assert answer(stranger("no")) == Failed("StageFailed", "BadInput: no", answer(stranger("no")).detail)


def test_that_no_mesh_is_usable_is_not_for_a_stage_to_say() -> None:
    assert answer(NoUsableMesh(("a: no",))).kind == "StageFailed"
    assert answer(NoUsableMesh(("a: no",))).message == "NoUsableMesh: a: no"


def test_the_cause_of_an_error_may_be_the_fault() -> None:
    fault = RuntimeError("CUDA error: unspecified launch failure")
    middle, error = KeyError("latents"), ValueError("could not decode")
    middle.__context__ = fault
    error.__cause__ = middle
    assert answer(error).kind == "GpuFault"
    assert answer(error).message == "RuntimeError: CUDA error: unspecified launch failure"
    assert "could not decode" in answer(error).detail


def test_what_an_error_was_said_not_to_come_from_is_not_looked_at() -> None:
    error = ValueError("could not decode")
    error.__context__ = MemoryError()
    error.__suppress_context__ = True
    assert named(error)[0] is StageFailed


def test_errors_that_are_each_others_cause_have_an_end() -> None:
    one, two = ValueError("one"), ValueError("two")
    one.__cause__, two.__cause__ = two, one
    assert named(one) == (StageFailed, one)


@pytest.mark.parametrize(
    "name",
    [name for name, kind in vars(errors).items() if isinstance(kind, type) and name != "NoUsableMesh"],
)
def test_every_error_of_ours_comes_back_as_itself(name: str) -> None:
    error = raised(pickle.loads(pickle.dumps(Failed(name, "no good", "Traceback"))))
    assert (type(error).__name__, str(error), error.detail) == (name, "no good", "Traceback")


def test_what_is_said_is_bounded() -> None:
    said = answer(ValueError("x" * 1_000_000))
    assert len(said.message) == MESSAGE_CHARS_MAX
    assert len(said.detail) == DETAIL_CHARS_MAX


def test_a_stage_that_cannot_be_loaded_is_just_that() -> None:
    try:
        fail_with(MemoryError("weights"))
    except MemoryError as error:
        said = load_failed("shape", error)
    assert (type(raised(said)), said.message) == (LoadFailed, "shape: weights")
    assert "Traceback" in said.detail


def test_what_spoils_a_child() -> None:
    spoiling = {name for name, kind in vars(errors).items() if isinstance(kind, type) and spoils(Failed(name, "", ""))}
    assert spoiling == {"Exhausted", "GpuExhausted", "MemoryExhausted", "GpuFault", "ChildDied", "ChildStuck"}
