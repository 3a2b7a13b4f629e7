"""What every command has at hand: the settings, and the platform when it is first needed."""

from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.client import JobClient
    from jobs.settings import Settings
    from jobs.wiring import Platform


class Context:
    """Built from the environment by `cli/main.py`; connects to nothing until asked."""

    def __init__(self, env: Mapping[str, str]) -> None:
        self.env = env

    @cached_property
    def settings(self) -> "Settings":
        """Raises: SettingsInvalid."""
        from jobs.settings import Settings

        return Settings.from_env(self.env)

    @cached_property
    def platform(self) -> "Platform":
        from jobs import telemetry
        from jobs.wiring import wire

        if self.env.get(telemetry.ENDPOINT):
            telemetry.begin("lumen-cli", self.env, scraped=False)
        return wire(self.settings)

    @cached_property
    def client(self) -> "JobClient":
        return self.platform.client()
