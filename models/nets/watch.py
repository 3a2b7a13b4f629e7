"""Progress and cancel for libraries that offer neither: by hooks on the modules that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any


@dataclass(slots=True)
class Watch:
    """What was seen of a function's calls."""

    calls: int = 0
    raised: list[BaseException] = field(default_factory=list)

    def again(self) -> None:
        """Raise the first thing that a call raised, or that was raised around one, if a library swallowed it."""
        if self.raised:
            raise self.raised[0]


def nothing(*_: object) -> None:
    """What is done before and after a call, if nothing else is."""


@contextmanager
def watching(
    owner: Any, name: str, *, before: Callable[[], object] = nothing, after: Callable[[int], object] = nothing
) -> Iterator[Watch]:
    """Have `before` called before each call of a method or function, and `after` told the number of each answered one.

    Either may raise, which ends the call. PartCrafter decodes each part inside a bare `except:`, hy3dgen prints what
    goes wrong with a surface: a cancel, a full GPU, a timeout come out as a part that is None. So whatever leaves a
    call is kept, every later call fails at once with the same, and `Watch.again` raises it once the library has
    returned.
    """
    watch = Watch()
    function = getattr(owner, name)
    its_own = name in vars(owner)

    def watched(*args: Any, **kwargs: Any) -> Any:
        watch.again()
        try:
            before()
            answer = function(*args, **kwargs)
            watch.calls += 1
            after(watch.calls)
        except BaseException as error:
            watch.raised.append(error)
            raise
        return answer

    setattr(owner, name, watched)
    try:
        yield watch
    finally:
        if its_own:
            setattr(owner, name, function)
        else:
            delattr(owner, name)  # the class's own again
