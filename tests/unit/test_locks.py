"""What the images install is what we pinned, with the digests of PyPI, and nothing that lies on this machine."""

import re
import runpy
import shutil
from pathlib import Path

import pytest

from tests.unit.test_house import LOCKS, ROOT, pins_of

LINE = re.compile(r"[a-z0-9-]+==[0-9][0-9a-z.]* \\|    --hash=sha256:[0-9a-f]{64}( \\)?|#.*")
PACKAGE = re.compile(r"^([a-z0-9-]+)==(\S+)((?: \\\n    --hash=sha256:[0-9a-f]{64})*)", re.MULTILINE)
locking = runpy.run_path(str(ROOT / "deploy" / "lock.py"))


def text_of(lock: str) -> str:
    return (ROOT / lock).read_text()


def odd_lines(text: str) -> list[str]:
    """Whatever is neither an exact version from an index, nor a digest, nor a comment."""
    return [line for line in text.splitlines() if not LINE.fullmatch(line)]


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_is_of_what_people_wrote_last(lock: str) -> None:
    assert text_of(lock).startswith(locking["header"](lock)), f"{LOCKS[lock]} has changed: make lock"


def test_each_image_has_its_lock() -> None:
    assert LOCKS == {"requirements.txt": "requirements-gpu.txt", "requirements-web.txt": "requirements-gcp.txt"}


@pytest.mark.parametrize(
    "file, old, new",
    [("requirements-local.txt", "click==", "click==9"), ("deploy/lock.toml", "requires-dist = []", "")],
)
def test_what_changes_the_packages_makes_a_lock_old(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, file: str, old: str, new: str
) -> None:
    header = locking["header"]
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    for path in ROOT.glob("requirements*.txt"):
        (tmp_path / path.name).write_text(path.read_text() + "# It is said again.\n")
    monkeypatch.setitem(header.__globals__, "ROOT", tmp_path)
    assert text_of("requirements.txt").startswith(header("requirements.txt")), "what is said changes nothing"
    changed = (tmp_path / file).read_text().replace(old, new)
    (tmp_path / file).write_text(changed)
    assert not text_of("requirements.txt").startswith(header("requirements.txt"))


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_has_our_versions_and_a_digest_for_each(lock: str) -> None:
    found = {package: (version, hashes) for package, version, hashes in PACKAGE.findall(text_of(lock))}
    assert {package: version for package, (version, _) in found.items() if package in pins_of(LOCKS[lock])} == pins_of(
        LOCKS[lock]
    )
    assert [package for package, (_, hashes) in found.items() if not hashes] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_file_of_this_machine(lock: str) -> None:
    assert odd_lines(text_of(lock)) == []


@pytest.mark.parametrize(
    "line",
    [
        "torch==2.13.0+cpu \\",
        "torch @ file:///somewhere/torch-2.13.0+cpu-cp311-cp311-linux_x86_64.whl",
        "--find-links /somewhere",
        "--index-url https://index.example/simple",
        "torch>=2.13.0 \\",
    ],
)
def test_a_local_build_would_be_seen(line: str) -> None:
    assert odd_lines(f"{text_of('requirements.txt')}{line}\n") == [line]


def test_torch_for_the_gpu_brings_its_libraries_and_the_web_has_none() -> None:
    """The build that lies on a machine without a GPU asks for none of them, so a lock made from it would have none."""
    worker, web = ({package for package, _, _ in PACKAGE.findall(text_of(lock))} for lock in LOCKS)
    assert {"torch", "torchvision", "nvidia-cublas", "nvidia-cudnn-cu13", "triton"} <= worker
    assert {"torch", "diffusers", "triton"} & web == set()
