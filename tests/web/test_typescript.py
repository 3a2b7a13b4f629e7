"""The types of the page are those of the API."""

import subprocess
from pathlib import Path

import pytest

from tests.needs import needs, needs_program
from tests.web.contract import JOBS
from web.answers import JobAnswer
from web.typescript import HERE, text, type_of

SAMPLE = Path(__file__).parent / "sample.ts"
PAGE = HERE.parent
TSC = PAGE / "node_modules" / "typescript" / "bin" / "tsc"


def test_the_file_is_what_the_models_say() -> None:
    assert HERE.read_text(encoding="utf-8") == text(), "run `python -m web.typescript`"


@pytest.mark.parametrize(
    "schema, said",
    [
        ({"type": "integer"}, "number"),
        ({"$ref": "#/components/schemas/Job"}, "Job"),
        ({"enum": [0, "a", None]}, '0 | "a" | null'),
        ({"const": "alive"}, '"alive"'),
        ({"anyOf": [{"type": "string"}, {"type": "null"}]}, "string | null"),
        ({"type": "array", "items": {"anyOf": [{"type": "string"}, {"type": "null"}]}}, "(string | null)[]"),
        ({"type": "array", "prefixItems": [{"type": "number"}, {"type": "string"}]}, "[number, string]"),
        ({"type": "object", "additionalProperties": {"type": "number"}}, "Record<string, number>"),
        ({"type": "object", "additionalProperties": True}, "Record<string, unknown>"),
        ({}, "unknown"),
    ],
)
def test_a_schema_becomes_a_type(schema: dict[str, object], said: str) -> None:
    assert type_of(schema) == said


@needs_program("node", "apt-get install nodejs npm")
@needs(TSC.is_file(), "the TypeScript compiler is not installed: make page")
def test_what_the_api_answers_is_what_a_page_expects(tmp_path: Path) -> None:
    """A job in each status, and what a page does with it, go through the compiler; mistakes on purpose are found."""
    lines = [f'import type {{ JobAnswer }} from "{HERE.with_suffix("").with_suffix("").as_posix()}";']
    lines += [f"export const {name}: JobAnswer = {JobAnswer.of(job).model_dump_json()};" for name, job in JOBS.items()]
    jobs = tmp_path / "jobs.ts"
    jobs.write_text("\n".join(lines), encoding="utf-8")
    command = ["node", str(TSC), "--noEmit", "--strict", str(jobs), str(SAMPLE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout == ""
    assert done.returncode == 0
