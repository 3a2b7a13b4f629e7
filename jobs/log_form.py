"""In which form a process of ours logs: settings in, a form out."""

import sys
from collections.abc import Mapping

from jobs.logs import Form
from jobs.settings import Settings


def log_form(
    settings: Settings, env: Mapping[str, str], *, worker: str | None = None, for_people: bool = False
) -> Form:
    """`for_people`: text unless somebody asks for JSON, also where no terminal is."""
    people = for_people or sys.stderr.isatty()
    return Form(
        json=settings.logs == "json" or (settings.logs == "auto" and not people),
        project=settings.project,
        service=env.get("K_SERVICE") or "lumen",  # Cloud Run's names
        version=env.get("K_REVISION") or "",
        worker=worker,
    )
