"""`lumen schema`: what documents, requests, settings and the API look like, for programs."""

from typing import Any

import click

from cli.render import print_json


@click.command("schema")
@click.argument("what", type=click.Choice(["job", "request", "settings", "openapi"]), default="job")
@click.option("--json", "_json", is_flag=True, help="It is JSON anyway.")
def schema_command(what: str, _json: bool) -> None:
    """Print the JSON Schema of a job document, a request or the settings; openapi: the whole API, as OpenAPI 3.1."""
    print_json(_openapi() if what == "openapi" else _model(what))


def _model(what: str) -> dict[str, Any]:
    from pydantic import BaseModel

    from jobs.job import Job
    from jobs.request import JobRequest
    from jobs.settings import Settings

    models: dict[str, type[BaseModel]] = {"job": Job, "request": JobRequest, "settings": Settings}
    return models[what].model_json_schema()


def _openapi() -> dict[str, Any]:
    from web.api import ENDPOINTS
    from web.openapi import document

    return document(ENDPOINTS)
