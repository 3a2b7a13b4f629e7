"""A port that is ours, or a sentence that says why it is not."""

import errno
import socket

import click


def listen(host: str, port: int, command: str) -> socket.socket:
    """A socket that listens there; port 0 is any. Raises: ClickException, with what to try instead."""
    try:
        return socket.create_server((host, port))
    except OSError as error:
        why = "is taken" if error.errno == errno.EADDRINUSE else f"cannot be had ({error.strerror or error})"
        raise click.ClickException(f"port {port} {why}; try: lumen {command} --port {port + 1}") from None
