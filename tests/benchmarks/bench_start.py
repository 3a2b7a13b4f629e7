"""How long `import jobs` and `lumen --help` take, beside a Python that does nothing.

The limit (DESIGN section 1) is 0.25 s each. Run by `make bench`.
"""

import statistics
import subprocess
import sys
import time
from pathlib import Path

RUNS = 5
PYTHON = sys.executable
COMMANDS = {
    "python -c pass": [PYTHON, "-c", "pass"],
    "import jobs": [PYTHON, "-c", "import jobs"],
    "lumen --help": [str(Path(PYTHON).with_name("lumen")), "--help"],
}


def seconds(command: list[str]) -> float:
    """Wall seconds of one run."""
    start = time.perf_counter()
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def main() -> None:
    for command in COMMANDS.values():
        seconds(command)  # once for the disk cache and the byte code
    medians = {name: statistics.median(seconds(command) for _ in range(RUNS)) for name, command in COMMANDS.items()}
    nothing = medians["python -c pass"]
    for name, median in medians.items():
        print(f"{name:<16} {median:6.3f} s  {median / nothing:5.1f} x")


if __name__ == "__main__":
    main()
