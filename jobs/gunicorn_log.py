"""gunicorn's own lines, in the form of ours: `gunicorn --logger-class jobs.gunicorn_log.GunicornLog`."""

import logging
import os
from typing import Any

from gunicorn.glogging import Logger  # type: ignore[import-untyped]

from jobs.log_form import log_form
from jobs.logs import Direct
from jobs.settings import Settings


class GunicornLog(Logger):  # type: ignore[misc]  # gunicorn has no types
    """For its master, which has no queue: there it is silent while all is well. Its workers log as the app does."""

    def setup(self, cfg: Any) -> None:
        """Raises: SettingsInvalid."""
        super().setup(cfg)
        if cfg.errorlog != "-":
            return  # somebody wants it in a file, as gunicorn has it
        direct = Direct()
        direct.setFormatter(log_form(Settings.from_env(os.environ), os.environ).formatter())
        logging.getLogger("gunicorn.error").handlers[:] = [direct]
