"""Progress and cancel for libraries that offer neither: by hooks on the modules that they call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import torch


@dataclass(slots=True)
class Watch:
    """What was seen of a module's calls."""

    calls: int = 0
    raised: list[BaseException] = field(default_factory=list)

    def again(self) -> None:
        """Raise the first thing that the module raised, or that was raised in its hook, if a library swallowed it."""
        if self.raised:
            raise self.raised[0]


@contextmanager
def watching(module: torch.nn.Module, after_call: Callable[[int], object]) -> Iterator[Watch]:
    """Have `after_call` told the number of each call that `module` has answered. It may raise, which ends the call.

    PartCrafter decodes each part inside a bare `except:`: a cancel, a full GPU, a timeout come out as a part that is
    None. So whatever leaves the module is kept, every later call fails at once with the same, and `Watch.again` raises
    it once the library has returned.
    """
    watch = Watch()
    forward = module.forward

    def watched(*args: Any, **kwargs: Any) -> Any:
        watch.again()
        try:
            answer = forward(*args, **kwargs)
            watch.calls += 1
            after_call(watch.calls)
        except BaseException as error:
            watch.raised.append(error)
            raise
        return answer

    module.forward = watched
    try:
        yield watch
    finally:
        del module.forward  # the class's own again
