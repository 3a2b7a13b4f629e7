"""The house itself: pins, light doors, packages that every check knows."""

import re
import runpy
import subprocess
import sys
import tomllib
from importlib.metadata import requires
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PACKAGES = ("jobs", "models", "worker", "web", "cli")
LOCKS = runpy.run_path(str(ROOT / "deploy" / "lock.py"))["LOCKS"]  # made, not written: tests/unit/test_locks.py
REQUIREMENTS = sorted(path.name for path in ROOT.glob("requirements*.txt") if path.name not in LOCKS)
PIN = re.compile(r"[a-z0-9-]+(\[[a-z0-9,-]+\])?==[0-9][0-9a-z.]*")
INCLUDE = re.compile(r"-r (requirements[a-z-]*\.txt)")


def lines_of(name: str) -> list[str]:
    """The lines of a requirements file without comments and blanks."""
    lines = (ROOT / name).read_text().splitlines()
    return [bare for line in lines if (bare := re.sub(r"(^|\s)#.*", "", line).strip())]


def pins_of(name: str) -> dict[str, str]:
    """Package -> version, with those of included files."""
    pins: dict[str, str] = {}
    for line in lines_of(name):
        if include := INCLUDE.fullmatch(line):
            pins |= pins_of(include[1])
        else:
            package, _, version = line.partition("==")
            pins[canonicalize_name(package.partition("[")[0])] = version
    return pins


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_every_requirement_is_an_exact_pin(name: str) -> None:
    loose = [line for line in lines_of(name) if not (PIN.fullmatch(line) or INCLUDE.fullmatch(line))]
    assert not loose, "neither `name==version` nor `-r requirements-x.txt`"


@pytest.mark.parametrize("name", REQUIREMENTS)
def test_no_requirement_is_pinned_twice(name: str) -> None:
    named = [line.partition("==")[0] for line in lines_of(name)]
    assert sorted(named) == sorted(set(named))


def test_the_same_package_has_one_version_in_all_files() -> None:
    versions: dict[str, set[str]] = {}
    for name in REQUIREMENTS:
        for package, version in pins_of(name).items():
            versions.setdefault(package, set()).add(version)
    assert {package: found for package, found in versions.items() if len(found) > 1} == {}


def test_what_our_requirements_require_is_pinned_too() -> None:
    pins = pins_of("requirements-dev.txt")
    holes = []
    for package in pins:
        for text in requires(package) or ():
            needed = Requirement(text)
            wanted = needed.marker is None or needed.marker.evaluate({"extra": ""})
            if wanted and canonicalize_name(needed.name) not in pins:
                holes.append(f"{package} requires {needed}")
    assert not holes


def test_a_laptop_needs_neither_torch_nor_google() -> None:
    heavy = [package for package in pins_of("requirements-local.txt") if re.match(r"torch|nvidia|google|grpc", package)]
    assert not heavy


def test_the_build_backend_is_the_pinned_one() -> None:
    backend = tomllib.loads((ROOT / "pyproject.toml").read_text())["build-system"]["requires"]
    assert backend == lines_of("requirements-build.txt")


def test_types_and_layers_know_every_package() -> None:
    here = {name for name in PACKAGES if (ROOT / name / "__init__.py").exists()}
    tool = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]
    assert here <= set(tool["mypy"]["files"])
    assert here <= set(tool["importlinter"]["root_packages"])
    for contract in tool["importlinter"]["contracts"]:
        if contract["name"].startswith("Google"):
            assert here <= set(contract["source_modules"])
        if contract["name"].startswith("torch"):
            assert here - {"models"} <= set(contract["source_modules"])


def imported_by(program: str) -> set[str]:
    """The top-level names in a fresh interpreter after `program`."""
    script = f"{program}\nimport sys\nprint('imported:', *{{name.partition('.')[0] for name in sys.modules}})"
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return set(done.stdout.splitlines()[-1].split()[1:])


def test_import_jobs_is_light() -> None:
    names = imported_by("import jobs")
    assert "jobs" in names
    assert not names & {"click", "flask", "google", "numpy", "requests", "rich", "scipy", "torch", "trimesh"}


def test_a_local_house_loads_nothing_of_googles() -> None:
    names = imported_by(
        "from jobs import Settings, wire\nfrom worker.main import assemble\nwire(Settings())\nassemble(Settings())"
    )
    assert "worker" in names
    assert not names & {"google", "grpc", "requests"}


def test_lumen_help_is_light() -> None:
    names = imported_by("from cli.main import run\nrun(['--help'])")
    assert "cli" in names
    assert not names & {"PIL", "flask", "google", "gunicorn", "numpy", "scipy", "skimage", "torch", "trimesh"}


@pytest.mark.parametrize("files, said", [(5_000, "has tests"), (0, "has none")])
def test_a_folder_full_of_tests_is_never_taken_for_an_empty_one(tmp_path: Path, files: int, said: str) -> None:
    """A pipe into `grep -q` ended `find` before it was through, and `make test` left out the largest folder."""
    for number in range(files):
        (tmp_path / f"test_{number:0>40}.py").touch()
    probe = "probe: ; @folder=$(FOLDER); if $(HAS_TESTS); then echo has tests; else echo has none; fi"
    command = ["make", "--no-print-directory", f"--eval={probe}", f"FOLDER={tmp_path}", "probe"]
    assert subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == said
