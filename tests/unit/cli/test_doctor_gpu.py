"""`lumen doctor --gpu`: where there is no GPU, where one hangs or ends its process; and what it says of weights."""

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cli import doctor_gpu
from cli.doctor import Finding
from cli.main import run
from models.manifest import write_manifest
from models.weights import TABLE
from tests.waiting import gone, until

Lumen = Callable[..., tuple[int, list[Finding]]]
MODEL = TABLE["grounding-dino-tiny"]


def python(code: str) -> tuple[str, ...]:
    return (sys.executable, "-c", code)


def said(code: str, *, within_s: float = 60) -> list[Finding]:
    """What comes of a probe with this code."""
    return list(doctor_gpu.probed(python(code), within_s, {}))


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Lumen:
    """The doctor, whose probe finds a GPU unless the test has another, in a house of one route with one model."""
    monkeypatch.setattr(doctor_gpu, "PROBE", python("pass"))
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LUMEN_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setattr("cli.doctor._models", lambda _: Finding("ok", "not started here"))

    def call(*args: str) -> tuple[int, list[Finding]]:
        code = run(["doctor", "--gpu", "--json", *args])
        return code, [Finding(**each) for each in json.loads(capsys.readouterr().out)]

    return call


# --- the process that asks ---


def test_without_a_driver_it_says_so_and_what_to_do_and_fails(lumen: Lumen, monkeypatch: pytest.MonkeyPatch) -> None:
    """The real probe, which looks for a library that no machine has."""
    code = "from models.nets import probe; probe.LIBRARY = 'libnobody.so'; probe.main()"
    monkeypatch.setattr(doctor_gpu, "PROBE", (*python(code), "60"))
    exit_code, findings = lumen()
    assert exit_code == 1
    (no_gpu,) = [finding for finding in findings if finding.what.startswith("no GPU")]
    assert (no_gpu.level, "libnobody.so" in no_gpu.what, "--gpus" in no_gpu.then) == ("fail", True, True)
    assert "torch" in findings[-2].what


def test_a_driver_that_hangs_is_said_to_hang_and_its_process_is_gone() -> None:
    code = """
import json, os, time
for line in {"step": "allocating"}, {"level": "ok", "what": str(os.getpid()), "then": ""}:
    print(json.dumps(line), flush=True)
print('{"half a', end="", flush=True)
time.sleep(60)
"""
    findings = said(code, within_s=1)
    assert [finding.level for finding in findings] == ["ok", "fail"]
    assert findings[1].what == "the GPU does not answer: allocating is not over after 1 s"
    until(lambda: gone(int(findings[0].what)), "the probe is gone")


@pytest.mark.parametrize(
    "end, cause", [("os.abort()", "SIGABRT: boom"), ("sys.exit(7)", "exit code 7: boom"), ("1 / 0", "ZeroDivision")]
)
def test_a_probe_that_dies_says_in_which_step_and_of_what(end: str, cause: str) -> None:
    code = f"""
import os, sys
print('{{"step": "importing torch"}}', flush=True)
print("boom", file=sys.stderr, flush=True)
{end}
"""
    (finding,) = said(code)
    assert finding.level == "fail"
    assert finding.what.startswith("importing torch ended the process by ")
    assert cause in finding.what


def test_what_nobody_listens_to_any_more_is_ended() -> None:
    code = """
import json, os, time
print(json.dumps({"level": "ok", "what": str(os.getpid()), "then": ""}), flush=True)
time.sleep(60)
"""
    findings = doctor_gpu.probed(python(code), 60, {})
    pid = int(next(findings).what)
    findings.close()  # as Ctrl-C does
    until(lambda: gone(pid), "the probe is gone")


# --- weights ---


@pytest.fixture
def weights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Puts weights of one model there, of a revision; the routes of the settings use it and others."""
    monkeypatch.setenv("LUMEN_ROUTES", "partcrafter,procedural")

    def put(revision: str) -> Path:
        folder = tmp_path / "weights" / MODEL.id
        folder.mkdir(parents=True)
        (folder / "model.bin").write_bytes(b"x" * 9)
        write_manifest(folder, id_=MODEL.id, repo=MODEL.repo, revision=revision, licences=MODEL.licences)
        return folder

    return put


def of_model(findings: list[Finding]) -> Finding:
    return next(each for each in findings if each.what.startswith(f"weights {MODEL.id}"))


def test_weights_that_are_whole_are_fine_and_those_that_are_missing_are_not(lumen: Lumen, weights: Any) -> None:
    weights(MODEL.revision)
    code, findings = lumen()
    assert code == 1, "others are missing"
    assert of_model(findings) == Finding("ok", f"weights {MODEL.id}: whole, of {MODEL.revision[:12]}")
    missing = [each.what for each in findings if each.level == "fail"]
    assert any("lumen weights fetch sdxl-turbo" in each for each in missing)


def test_weights_of_another_revision_are_told(lumen: Lumen, weights: Any) -> None:
    weights("0" * 40)
    finding = of_model(lumen()[1])
    assert (finding.level, finding.then) == ("warn", f"lumen weights fetch {MODEL.id}")
    assert "are of 000000000000" in finding.what


def test_weights_that_are_damaged_are_a_failure(lumen: Lumen, weights: Any) -> None:
    (weights(MODEL.revision) / "model.bin").write_bytes(b"x")
    assert of_model(lumen()[1]).level == "fail"


@pytest.mark.parametrize("name, value", [("LUMEN_DEVICE", "cpu"), ("LUMEN_ROUTES", "procedural")])
def test_settings_that_would_not_use_the_gpu_are_told(
    lumen: Lumen, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    monkeypatch.setenv(name, value)
    code, findings = lumen()
    assert code == 0
    assert [each.level for each in findings if f"{name}={value}" in each.what] == ["warn"]
