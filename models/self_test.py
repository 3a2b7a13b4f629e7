"""What has to work before any model is loaded: a fault here is the machine's, and said as that."""

import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path

from models.craft import Craft
from models.errors import LoadFailed
from models.limits import in_mb
from models.memory import MB
from models.stage import Stage

DISK_FREE_MIN_BYTES = 64 * MB  # one job's temporary files: a mesh of a million faces is 36 MB


def self_test(craft: Craft, stages: Iterable[Stage]) -> None:
    """Raises: LoadFailed, saying what does not work here."""
    _disk(Path(tempfile.gettempdir()))
    if any(stage.models for stage in stages):
        from models.nets.device import try_device

        try_device(craft)


def _disk(folder: Path) -> None:
    try:
        with tempfile.TemporaryFile(dir=folder) as probe:
            probe.write(b"x")
            free = shutil.disk_usage(folder).free
    except OSError as error:
        raise LoadFailed(f"self-test: the folder for temporary files cannot be written: {error}") from error
    if free < DISK_FREE_MIN_BYTES:
        raise LoadFailed(f"self-test: {in_mb(free)} are free for temporary files, {in_mb(DISK_FREE_MIN_BYTES)} needed")
