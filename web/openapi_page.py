"""The OpenAPI document for people: a page of its addresses, and the table of docs/api.md."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator
from html import escape
from itertools import groupby
from typing import Any

from jobs.errors import REASONS
from web.schemas import AT, NULL, Schema

STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem; padding: 0 1rem }
h3 { font-family: ui-monospace, monospace; font-size: 1rem; margin-bottom: 0 }
table { border-collapse: collapse; width: 100% }
td { border-top: 1px solid #8884; padding: .2rem .5rem .2rem 0; vertical-align: top; width: 25% }
td + td { width: auto }
:root { color-scheme: light dark }
"""
# The style of this very page and nothing else: no script, no font, no picture from anywhere.
POLICY = (
    f"default-src 'none'; style-src 'sha256-{b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()}'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
JSON = "application/json"
Row = tuple[str, str, Schema]  #: method, path, operation


def html(document: Schema) -> str:
    """One page that needs nothing but itself."""
    return "".join(_page(document))


def markdown(document: Schema) -> Iterator[str]:
    """The lines of docs/api.md."""
    yield from ("# Addresses of the API", "")
    yield "The whole contract is served as `/openapi.json`, and for reading as `/docs`. Every refusal is"
    yield "`application/problem+json` with a reason of [errors.md](errors.md)."
    for room, rows in _rooms(document):
        yield from ("", f"## {room}", "", "| address | scope | what for | answers |", "| --- | --- | --- | --- |")
        for method, path, said in rows:
            yield f"| `{method} {path}` | {_scope(said)} | {said['summary']} | {', '.join(_good(said))} |"


def _page(document: Schema) -> Iterator[str]:
    info = document["info"]
    yield f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{escape(info["title"])} API</title>'
    yield f'<meta name="viewport" content="width=device-width"><style>{STYLE}</style>'
    yield f"<h1>{escape(info['title'])} API {escape(info['version'])}</h1><p>{escape(info['summary'])} "
    yield 'For programs: <a href="openapi.json">openapi.json</a>.</p>'
    for room, rows in _rooms(document):
        yield f"<h2>{escape(room)}</h2>"
        for row in rows:
            yield from _operation(*row)
    yield from _reasons()
    yield "</html>\n"


def _reasons() -> Iterator[str]:
    """Where the `type` of a problem leads."""
    yield "<h2>Reasons</h2>"
    for reason, meaning in REASONS.items():
        again = "The same request may succeed later." if meaning.retryable else "Trying again changes nothing."
        yield f'<h3 id="{reason.lower()}">{reason}</h3><p>{escape(meaning.sentence)} {again} HTTP {meaning.http}.</p>'


def _operation(method: str, path: str, said: Schema) -> Iterator[str]:
    scope = f" (scope {_scope(said)})" if _scope(said) else ""
    yield f'<h3 id="{escape(said["operationId"])}">{method} {escape(path)}</h3>'
    yield f"<p><strong>{escape(said['summary'])}</strong>{escape(scope)}. {escape(said['description'])}</p><table>"
    for parameter in said["parameters"]:
        text = parameter.get("description", "")
        yield _row(f"{parameter['name']} ({parameter['in']})", f"{text} {type_of(parameter['schema'])}")
    for kind, body in said.get("requestBody", {}).get("content", {}).items():
        yield _row("body", f"{kind} {type_of(body.get('schema', {}))}")
    for status, answer in said["responses"].items():
        yield _row(status, answer["description"].replace("`", ""))
    yield "</table>"


def _row(name: str, text: str) -> str:
    return f"<tr><td>{escape(name)}</td><td>{escape(text.strip())}</td></tr>"


def _rooms(document: Schema) -> Iterator[tuple[str, Iterator[Row]]]:
    """The addresses by what they are about, in the order of the document."""
    rows = [
        (method.upper(), path, said) for path, methods in document["paths"].items() for method, said in methods.items()
    ]
    order = list(dict.fromkeys(said["tags"][0] for _, _, said in rows))
    rows.sort(key=lambda row: order.index(row[2]["tags"][0]))
    yield from groupby(rows, key=lambda row: row[2]["tags"][0])


def _scope(said: Schema) -> str:
    return ", ".join(scope for needed in said["security"] for scopes in needed.values() for scope in scopes)


def _good(said: Schema) -> Iterator[str]:
    """What it answers when all is well: "202 JobAnswer", or the kind of bytes."""
    for status, answer in said["responses"].items():
        if status < "400":
            content = answer.get("content", {}).items()
            kinds = (type_of(body["schema"]) if kind == JSON and body else f"`{kind}`" for kind, body in content)
            yield " ".join([status, *kinds])


def type_of(schema: Any) -> str:
    """A schema in a word or two: "JobStatus", "integer", "string or null"."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(AT)
    if "anyOf" in schema:
        return " or ".join(type_of(option) for option in schema["anyOf"] if option != NULL)
    return str(schema.get("format") or schema.get("type", ""))
