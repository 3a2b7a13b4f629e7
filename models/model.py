"""Which weights a stage uses: what a result names, and what has to lie on this machine."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Model:
    """One set of weights."""

    id: str
    repo: str  #: where it is published
    revision: str  #: the commit there
    licences: tuple[str, ...]  #: keys of `models.weights.LICENCES`
    folder: Path  #: where its files lie on this machine, or would

    @property
    def pinned(self) -> str:
        """What an output depends on.

        >>> Model("toy", "ada/toy", "1f2e", (), Path("toy")).pinned
        'toy@1f2e'
        """
        return f"{self.id}@{self.revision}"
