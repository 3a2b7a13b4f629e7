"""`lumen schema`: what documents, requests and settings look like, for programs."""

import click

from cli.render import print_json


@click.command("schema")
@click.argument("what", type=click.Choice(["job", "request", "settings"]), default="job")
@click.option("--json", "_json", is_flag=True, help="It is JSON anyway.")
def schema_command(what: str, _json: bool) -> None:
    """Print the JSON Schema of a job document, a request or the settings."""
    from pydantic import BaseModel

    from jobs.job import Job
    from jobs.request import JobRequest
    from jobs.settings import Settings

    models: dict[str, type[BaseModel]] = {"job": Job, "request": JobRequest, "settings": Settings}
    print_json(models[what].model_json_schema())
