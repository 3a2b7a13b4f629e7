"""Completion: what a shell is given, and that pressing Tab imports no command."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import COMMANDS, run
from tests.needs import needs_program

VENV = Path(sys.executable).parent


def shell(script: str) -> list[str]:
    """The lines that bash prints, which finds our `lumen`."""
    env = {**os.environ, "PATH": f"{VENV}{os.pathsep}{os.environ['PATH']}"}
    bash = shutil.which("bash") or "bash"
    done = subprocess.run([bash, "-c", script], env=env, capture_output=True, text=True, check=True, timeout=60)
    return done.stdout.split()


@needs_program("bash", "apt-get install bash")
@pytest.mark.parametrize(
    "words, found",
    [
        ("lumen do", ["doctor"]),
        ("lumen doctor --g", ["--gcp", "--gpu"]),
        ("lumen --backend g", ["gcp"]),
        ("lumen dlq re", ["replay"]),
        ("lumen completion f", ["fish"]),
    ],
)
def test_bash_completes_commands_options_and_choices(words: str, found: list[str]) -> None:
    ask = f"COMP_WORDS=({words}); COMP_CWORD={len(words.split()) - 1}; _lumen_completion lumen; echo ${{COMPREPLY[@]}}"
    assert shell(f"source <(lumen completion bash); {ask}") == found


@pytest.mark.parametrize("name, sign", [("zsh", "compdef"), ("fish", "complete --no-files --command lumen")])
def test_other_shells_get_theirs(name: str, sign: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", name]) == 0
    assert sign in capsys.readouterr().out


def test_a_shell_that_is_none_is_a_usage_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["completion", "csh"]) == 2
    assert "'bash', 'zsh', 'fish'" in capsys.readouterr().err


def test_pressing_tab_imports_no_command_and_lists_all() -> None:
    """In a fresh process: this one may have imported any."""
    code = """
import sys
from click.shell_completion import ZshComplete
from cli.main import lumen
items = ZshComplete(lumen, {}, "lumen", "_LUMEN_COMPLETE").get_completions([], "")
print(*(item.value for item in items))
print(*(name for name in sys.modules if name.partition(".")[0] in {"cli", "jobs", "models", "web", "worker"}))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60)
    names, modules = done.stdout.splitlines()
    assert names.split() == list(COMMANDS)
    assert set(modules.split()) == {"cli", "cli.main", "cli.context"}
