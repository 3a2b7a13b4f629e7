"""`lumen doctor --gpu`: the GPU as a worker would meet it, and the weights that go onto it.

torch is imported by a child process alone, which is given a time: a driver that hangs must not hang the doctor.
"""

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from cli.context import Context
from cli.doctor import Finding

if TYPE_CHECKING:
    from models.model import Model

WITHIN_S = 90.0  # importing torch from a cold disk takes 20, a first context some more
REAP_S = 2.0
HANGS = "the driver hangs: nvidia-smi, then restart the machine"
PROBE = (sys.executable, "-m", "models.nets.probe", str(int(WITHIN_S) + 10))


def examine_gpu(context: Context) -> Iterator[Finding]:
    """What there is to say, the cheap first."""
    yield from _chosen(context)
    yield from _weights(context)
    yield from probed(PROBE, WITHIN_S, context.env)


def _chosen(context: Context) -> Iterator[Finding]:
    """Settings by which a worker here would not touch the GPU."""
    if context.settings.device == "cpu":
        yield Finding("warn", "LUMEN_DEVICE=cpu: a worker would not use the GPU", "LUMEN_DEVICE=auto")
    if not _models(context):
        routes = ", ".join(context.settings.routes)
        yield Finding("warn", f"LUMEN_ROUTES={routes} needs no GPU", "LUMEN_ROUTES=partcrafter,hunyuan3d")


# --- weights ---


def _weights(context: Context) -> Iterator[Finding]:
    """Those that the routes of the settings use: there, whole, and of the revision that this version knows."""
    from models.weights import TABLE, unusable
    from worker.craft import craft_of

    for model in _models(context):
        row = TABLE.get(model.id)
        if why := unusable(craft_of(context.settings), model):
            yield Finding("fail", f"weights {why}", "see docs/weights.md")
        elif row and row.revision and row.revision != model.revision:
            was, known = model.revision[:12] or "no commit", row.revision[:12]
            what = f"weights {model.id} are of {was}; Lumen was written for {known}"
            yield Finding("warn", what, f"lumen weights fetch {model.id}")
        else:
            yield Finding("ok", f"weights {model.id}: whole, of {model.revision[:12] or 'no commit'}")


def _models(context: Context) -> "Sequence[Model]":
    from models.routes import ROUTES
    from worker.craft import craft_of

    craft = craft_of(context.settings)
    routes = [ROUTES[name](craft) for name in craft.routes if name in ROUTES]
    return list({m.id: m for route in routes for stage in route.all_stages for m in stage.models}.values())


# --- the GPU ---


def probed(command: Sequence[str], within_s: float, env: Mapping[str, str]) -> Iterator[Finding]:
    """What the probe says, as it says it; and what became of it, if it did not come to its end."""
    house = str(Path(__file__).resolve().parent.parent)
    path = os.pathsep.join(filter(None, [house, env.get("PYTHONPATH", "")]))
    with tempfile.TemporaryFile() as words:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=words,
            env={**env, "PYTHONPATH": path},
            start_new_session=True,  # Ctrl-C is for us, and so is its end
        )
        try:
            yield from _heard(child, words, within_s)
        finally:
            _end(child)


def _heard(child: "subprocess.Popen[bytes]", words: IO[bytes], within_s: float) -> Iterator[Finding]:
    assert child.stdout is not None  # asked for above
    until, step = time.monotonic() + within_s, "starting"
    for line in _lines(child.stdout.fileno(), until):
        said = json.loads(line)
        step = said.get("step", step)
        if "level" in said:
            yield Finding(said["level"], said["what"], said["then"])
    try:
        code = child.wait(max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        yield Finding("fail", f"the GPU does not answer: {step} is not over after {within_s:g} s", HANGS)
        return
    if code:
        yield Finding("fail", f"{step} ended the process by {_cause(code)}: {_last(words)}", HANGS)


def _lines(fd: int, until: float) -> Iterator[bytes]:
    """Whole lines, until the other end is closed or the time is over."""
    kept = b""
    while select.select([fd], [], [], max(until - time.monotonic(), 0))[0]:
        if not (chunk := os.read(fd, 65_536)):
            return
        *whole, kept = (kept + chunk).split(b"\n")
        yield from whole


def _cause(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _last(words: IO[bytes]) -> str:
    words.seek(0)
    lines = words.read().decode(errors="replace").strip().splitlines()
    return lines[-1] if lines else "it said nothing"


def _end(child: "subprocess.Popen[bytes]") -> None:
    """One in the middle of a driver's call may outlive even SIGKILL: nobody waits for that one."""
    child.kill()
    if child.stdout is not None:
        child.stdout.close()
    try:
        child.wait(REAP_S)
    except subprocess.TimeoutExpired:
        child.returncode = -signal.SIGKILL  # or Python would wait for it, or complain, when it lets go of it
