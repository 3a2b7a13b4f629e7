"""A command that is told of a collector which it cannot speak to says so in a sentence."""

import sys

import pytest

from cli.main import run
from jobs import telemetry


@pytest.fixture(autouse=True)
def _collector_of_this_test(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    monkeypatch.setattr(telemetry, "_services", [])
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path))
    monkeypatch.setenv(telemetry.ENDPOINT, "http://127.0.0.1:9")


def test_a_wait_that_is_no_number_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv(telemetry.TIMEOUT, "soon")
    assert run(["list"]) == 2
    assert capsys.readouterr().err == "lumen: OTEL_EXPORTER_OTLP_TIMEOUT: 'soon' is no number of seconds\n"


def test_a_library_that_is_missing_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setitem(sys.modules, "opentelemetry.exporter.otlp.proto.http.trace_exporter", None)
    assert run(["list"]) == 2
    assert "is not installed; pip install --no-deps -r requirements-gcp.txt" in capsys.readouterr().err
