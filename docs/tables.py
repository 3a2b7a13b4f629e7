"""Writes the pages of docs/ that are tables of the code: `make docs`. A test keeps page and code equal."""

from collections.abc import Iterator, Mapping
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Literal, get_args, get_origin

from pydantic.fields import FieldInfo

from docs.commands import commands
from jobs.errors import REASONS
from jobs.metrics import METRICS, Histogram
from jobs.settings import PREFIX, CraftSettings, Settings
from jobs.status import TRANSITIONS
from models.breaker import FAILURES_MAX, OPEN_S
from models.craft import Craft
from models.licences import LICENCES
from models.procedural.make import KINDS
from models.routes import ROUTES, all_stages
from models.templates import TEMPLATES
from models.weights import ROWS
from web.api import ENDPOINTS
from web.openapi import document
from web.openapi_page import markdown
from worker.fate import ANSWERS, FATES

HERE = Path(__file__).parent
NOTE = "<!-- Written by docs/tables.py from the code: `make docs`. -->"


def settings() -> Iterator[str]:
    """Every LUMEN_ variable, from the model that reads them."""
    yield from ("# Settings", "")
    yield from ("The environment is the only source. A `LUMEN_` name that is not here is an error.", "")
    craft = CraftSettings.model_fields
    yield from _settings({name: field for name, field in Settings.model_fields.items() if name not in craft})
    yield from ("", "## How things are made", "")
    yield "Read by the worker alone. What a result was made with stands in its `report.json` (`parameters`)."
    yield from ("", *_settings(craft))


def _settings(fields: Mapping[str, FieldInfo]) -> Iterator[str]:
    yield from ("| variable | default | from | to | meaning |", "| --- | --- | --- | --- | --- |")
    for name, field in fields.items():
        default = field.default
        shown = ",".join(default) if isinstance(default, tuple) else getattr(default, "value", default)
        code = f"`{shown}`" if shown != "" else ""
        low, high = _bounds(field)
        yield f"| `{PREFIX}{name.upper()}` | {code} | {low} | {high} | {field.description} |"


def _bounds(field: FieldInfo) -> tuple[str, str]:
    """The least and the largest value of a number; the words there are of a choice."""
    if get_origin(field.annotation) is Literal:
        return ", ".join(f"`{word}`" for word in get_args(field.annotation)), ""
    above = _limit(field, "gt")
    return f"above {above}" if above else _limit(field, "ge"), _limit(field, "le")


def _limit(field: FieldInfo, kind: str) -> str:
    limits = (getattr(each, kind, None) for each in field.metadata)
    return next((f"{limit:g}" for limit in limits if isinstance(limit, int | float)), "")


def errors() -> Iterator[str]:
    """Reasons a person meets, then what each error does to a job."""
    yield from ("# Errors", "", "One vocabulary for the document (`error.reason`), HTTP, terminal and alerts.", "")
    for reason, meaning in REASONS.items():
        again = "The same request may succeed later." if meaning.retryable else "Trying again changes nothing."
        yield from (f"### {reason.value}", "", f"{meaning.sentence} {again} HTTP {meaning.http}.", "")
    yield from ("## Fates", "", "What an error in the middle of an attempt does to the job.", "")
    yield from ("| error | fate |", "| --- | --- |")
    yield from (f"| `{kind.__name__}` | {fate.value} |" for kind, fate in FATES.items())
    yield from ("", "What Pub/Sub is told: 204 is an ack, everything else brings the wake-up back.", "")
    yield from ("| fate | answer | Retry-After |", "| --- | --- | --- |")
    yield from (f"| {fate.value} | {int(said.status)} | {said.retry_after_s or ''} |" for fate, said in ANSWERS.items())


def shapes() -> Iterator[str]:
    """Templates, their parts by number, what the procedural route draws, and routes."""
    yield from ("# Templates and routes", "", "A part's id is its place in its row.", "")
    yield from ("| template | parts |", "| --- | --- |")
    yield from (f"| {name} | {', '.join(template.parts)} |" for name, template in TEMPLATES.items())
    yield from ("", "## Fewer or more parts", "")
    yield "`--num-parts` merges neighbours or splits what has natural halves; the shape stays the same. Past a"
    yield from ("template's last row, the last row is made.", "")
    yield from ("| template | number | parts |", "| --- | --- | --- |")
    for name, template in TEMPLATES.items():
        for count in range(1, len(template.pieces) + 1):
            yield f"| {name} | {count} | {', '.join(template.partition(count))} |"
    lacking = (row for template in TEMPLATES.values() for row in groupby(template.lacks.items(), key=itemgetter(1)))
    named = "; ".join(f"{', '.join(look for look, _ in rows)} (no {', no '.join(parts)})" for parts, rows in lacking)
    yield from ("", f"Forms that lack parts of their template have the others, and nothing in their place: {named}.")
    yield from ("", "## What the procedural route draws", "")
    yield "Every noun is drawn as the nearest of these: a poodle as a dog (`lumen template poodle` says so). What none"
    yield from ("of them is near to gets the first form of its template.", "", "| template | forms |", "| --- | --- |")
    yield from (f"| {name} | {', '.join(kind.looks)} |" for name, kind in KINDS.items())
    yield from ("", "## Routes", "")
    yield "What a job is made from decides where its way begins: words, or a picture."
    yield from ("", "| route | from words | from a picture |", "| --- | --- | --- |")
    for name, route in ROUTES.items():
        ways = (route(Craft()).stages, route(Craft()).from_picture)
        yield f"| {name} | " + " | ".join(", ".join(stage.name for stage in way) for way in ways) + " |"


def stages() -> Iterator[str]:
    """How each stage is tried, from the rows that the pipeline goes by."""
    yield from ("# Stages", "")
    yield "One try is stopped after its seconds. What passes by itself is tried again, with a pause between the tries;"
    yield "out of memory is tried once more, in a fresh process and with less. Whatever else goes wrong ends the route:"
    yield from ("the next route is tried, or the next attempt.", "")
    yield from ("| stage | seconds | tries | tried again after | with less memory |", "| --- | --- | --- | --- | --- |")
    for stage in all_stages([route(Craft()) for route in ROUTES.values()]):
        policy = stage.policy
        again = ", ".join(f"`{kind.__name__}`" for kind in policy.transient)
        less = "; ".join(f"{name}: {' → '.join(map(str, ladder))}" for name, ladder in policy.ladders.items())
        yield f"| {stage.name} | {policy.budget_s:g} | {policy.tries_max} | {again} | {less} |"
    yield from (
        "",
        f"A route that failed for {FAILURES_MAX} different requests in a row is passed over for {OPEN_S:g} s",
    )
    yield "if there is another; then one request probes it. The result names the route that made it (`output.route`),"
    yield "why others did not (`output.refusals`), and what was overcome on the way (`output.remedies`)."


def states() -> Iterator[str]:
    """The state machine, as the table has it."""
    yield from ("# States of a job", "", "```mermaid", "stateDiagram-v2")
    yield "    [*] --> queued"
    yield from (f"    {start} --> {end}: {event}" for (start, event), end in TRANSITIONS.items())
    yield "```"


def models() -> Iterator[str]:
    """Weights and licences, from the tables that fetch and routes go by."""
    yield from ("# Models", "", "How they come here: [weights.md](weights.md).", "")
    yield from ("| id | published as | commit | used by | licences |", "| --- | --- | --- | --- | --- |")
    for row in ROWS:
        used, licences = ", ".join(row.used_by), ", ".join(f"`{licence}`" for licence in row.licences)
        yield f"| `{row.id}` | {row.repo} | `{row.revision[:12]}` | {used} | {licences} |"
    yield from (
        "",
        "## Licences",
        "",
        "One with a restriction has to be accepted by its name (`LUMEN_ACCEPT_LICENSES`).",
    )
    yield from ("Until then what needs it is not used. The licence's own text decides.", "")
    yield from ("| name | licence | restriction |", "| --- | --- | --- |")
    yield from (f"| `{key}` | [{said.name}]({said.url}) | {said.restriction} |" for key, said in LICENCES.items())


def metrics() -> Iterator[str]:
    """What is measured, from the table that the instruments are made of."""
    yield from ("# Metrics", "")
    yield "Names are OpenTelemetry's. Prometheus has `_` for each dot, the unit behind the name and `_total` behind a"
    yield "counter: `lumen.job.wait` is `lumen_job_wait_seconds_bucket`, `_sum`, `_count`. How they get out:"
    yield "[telemetry.md](telemetry.md)."
    yield from ("", "| metric | kind | unit | labels | what it tells | when it is not as it should be |")
    yield "| --- | --- | --- | --- | --- | --- |"
    for metric in METRICS:
        labels = ", ".join(f"`{label}`" for label in metric.labels)
        yield f"| `{metric.name}` | {metric.kind} | {metric.unit} | {labels} | {metric.meaning} | {metric.act} |"
    yield from ("", "Buckets, in seconds:", "")
    bounds = {metric.bounds for metric in METRICS if isinstance(metric, Histogram)}
    for row in sorted(bounds, key=max, reverse=True):
        named = ", ".join(f"`{each.name}`" for each in METRICS if isinstance(each, Histogram) and each.bounds == row)
        yield f"- {named}: {', '.join(f'{bound:g}' for bound in row)}."


PAGES = {
    "models.md": models,
    "settings.md": settings,
    "errors.md": errors,
    "stages.md": stages,
    "templates.md": shapes,
    "states.md": states,
    "metrics.md": metrics,
    "commands.md": commands,
    "api.md": lambda: markdown(document(ENDPOINTS)),
}


def page(name: str) -> str:
    """The text that page `name` should have."""
    return "\n".join([NOTE, "", *PAGES[name](), ""])


if __name__ == "__main__":
    for name in PAGES:
        (HERE / name).write_text(page(name), encoding="utf-8")
