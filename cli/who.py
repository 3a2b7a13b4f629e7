"""Under whose name a command goes on record."""

import os
import pwd
import socket
from typing import TYPE_CHECKING

from cli.context import Context

if TYPE_CHECKING:
    from jobs.audit import Audit


def who(context: Context) -> str:
    """The owner of the settings, which anybody can set, and who is really logged in where."""
    return f"{context.settings.owner} ({_login()}@{socket.gethostname()})"


def audit_of(context: Context) -> "Audit":
    """Where this command leaves its entry."""
    return context.platform.audit(who(context))


def _login() -> str:
    """By the process, not by the environment. A container's user may have no name."""
    try:
        return pwd.getpwuid(os.getuid()).pw_name
    except KeyError:
        return f"uid {os.getuid()}"
