"""What can go wrong while something is made.

    CraftError
    ├── BadInput            the words or the image cannot be worked with
    ├── NoUsableMesh        every route was tried and refused; `refusals` says why
    ├── HandOver            out of time, but new stages lie on the shelf: the next attempt goes on from there
    ├── OutOfTime           out of time without having finished a stage
    ├── ChildStuck          the child process cannot be killed; this worker is beyond help
    └── RouteFailed         this route is out; the next one may do better
        ├── Refused         it gave parts, and something is wrong with them
        │   └── NotLabelled     its shape could not be told apart into the parts that it should have
        ├── StageFailed     it raised; `detail` has the traceback
        ├── StageTimeout    it overran its budget and was stopped
        ├── ChildDied       its process went away by itself; named after the signal
        ├── Exhausted       it wanted more memory than there is; smaller settings may do
        │   ├── GpuExhausted        of the GPU
        │   └── MemoryExhausted     of the machine
        ├── GpuFault        the GPU or its driver failed; in a fresh process it may work
        ├── NotTried        it was passed over
        │   ├── CircuitOpen     it failed too often lately
        │   └── Unavailable     its licences are not accepted, or its weights are not there
        └── LoadFailed      its models could not be loaded

`worker/fate.py` has a row for each; a test walks this tree and demands it.
"""


class CraftError(Exception):
    """Every error models/ raises on purpose.

    `detail` is for developers: a traceback, the tail of stderr. `stage` and `route` say where it happened.
    `refused`: parts were made and something was wrong with them, so another attempt needs another seed.
    """

    stage: str = ""
    route: str = ""
    refused: bool = False

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


class BadInput(CraftError):
    pass


class NoUsableMesh(CraftError):
    """`refusals`: one line per route that was tried."""

    refused = True

    def __init__(self, refusals: tuple[str, ...]) -> None:
        super().__init__("; ".join(refusals))
        self.refusals = refusals


class HandOver(CraftError):
    pass


class OutOfTime(CraftError):
    pass


class ChildStuck(CraftError):
    pass


class RouteFailed(CraftError):
    """`refusals`: the routes that failed before this one, when it is the last."""

    refusals: tuple[str, ...] = ()


class Refused(RouteFailed):
    refused = True


class NotLabelled(Refused):
    pass


class StageFailed(RouteFailed):
    pass


class StageTimeout(RouteFailed):
    pass


class ChildDied(RouteFailed):
    pass


class Exhausted(RouteFailed):
    pass


class GpuExhausted(Exhausted):
    pass


class MemoryExhausted(Exhausted):
    pass


class GpuFault(RouteFailed):
    pass


class NotTried(RouteFailed):
    pass


class CircuitOpen(NotTried):
    pass


class Unavailable(NotTried):
    pass


class LoadFailed(RouteFailed):
    pass
