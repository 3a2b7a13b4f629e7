"""`lumen schema`: for programs, so it is JSON and nothing else."""

import json

import pytest

from cli.main import run


@pytest.mark.parametrize("what, title", [("job", "Job"), ("request", "JobRequest"), ("settings", "Settings")])
def test_a_schema_is_that_of_the_model(what: str, title: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", what]) == 0
    assert json.loads(capsys.readouterr().out)["title"] == title


def test_openapi_is_the_document_that_is_served(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["schema", "openapi"]) == 0
    said = json.loads(capsys.readouterr().out)
    assert said["openapi"].startswith("3.1")
    assert "/v1/jobs" in said["paths"]
