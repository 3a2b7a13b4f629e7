"""`lumen submit`: what its flags become in the document."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.context import Context
from cli.submit import submit_command
from jobs.errors import InvalidRequest
from jobs.request import Priority

Submit = Callable[..., Result]


@pytest.fixture
def submit(tmp_path: Path) -> Submit:
    context = Context({"LUMEN_DATA": str(tmp_path / "data")})
    return lambda *args: CliRunner().invoke(submit_command, args, obj=context)


def test_how_a_job_is_to_be_handled_stands_in_its_document(submit: Submit) -> None:
    done = submit("cat", "--priority", "low", "--tag", "demo", "--start-by", "2027-01-02T03:04:05+01:00", "--json")
    job = json.loads(done.stdout)
    assert (job["priority"], job["tags"]) == (Priority.LOW, ["demo"])
    assert datetime.fromisoformat(job["start_by"]) == datetime(2027, 1, 2, 2, 4, 5, tzinfo=UTC)


@pytest.mark.parametrize("time", ["tomorrow", "2027-01-02T03:04:05"])
def test_a_time_that_is_none_or_nowhere_in_particular_is_refused_by_its_name(submit: Submit, time: str) -> None:
    error = submit("cat", "--start-by", time).exception
    assert isinstance(error, InvalidRequest)
    assert error.field == "start_by"
