"""The pictures that a list names: looked at once, uploaded once, however many rows name them."""

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO


@dataclass(frozen=True, slots=True)
class Pictures:
    """By the name that a list has for them. `folder`: what those names are relative to."""

    folder: Path
    upload: Callable[[IO[bytes]], str]
    _ids: dict[str, str] = field(default_factory=dict)
    _uploaded: set[str] = field(default_factory=set)

    def id_of(self, name: str) -> str:
        """What the picture is known by once it is uploaded: its sha256. Raises: InvalidRequest."""
        from jobs.images import checked

        if name not in self._ids:
            with self._opened(name) as file, checked(file) as picture:
                self._ids[name] = picture.sha256
        return self._ids[name]

    def bring(self, name: str) -> None:
        """Upload it, if no other row has brought the same. Raises: InvalidRequest, BackendDown."""
        upload_id = self.id_of(name)
        if upload_id not in self._uploaded:
            with self._opened(name) as file:
                self._uploaded.add(self.upload(file))

    def _opened(self, name: str) -> IO[bytes]:
        from jobs.errors import InvalidRequest

        try:
            return (self.folder / name).open("rb")
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
            raise InvalidRequest("input.image", f"{name!r} cannot be read: {why.lower()}") from None
