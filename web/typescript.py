"""The API's models as TypeScript: `python -m web.typescript` writes web/page/api.d.ts, and a test keeps it so."""

import json
from collections.abc import Iterator
from pathlib import Path

from web.api import ENDPOINTS
from web.openapi import document
from web.schemas import AT, Schema

HERE = Path(__file__).parent / "page" / "api.d.ts"
NOTE = "// Written by web/typescript.py from the models of the API: `python -m web.typescript`."
SIMPLE = {"string": "string", "integer": "number", "number": "number", "boolean": "boolean", "null": "null"}
WIDE = 110  # columns of a line; a longer union is broken into one of its own for each word


def declarations(schemas: Schema) -> Iterator[str]:
    """The lines of the file."""
    yield NOTE
    for name, schema in schemas.items():
        yield ""
        yield from _comment(schema, "")
        if "properties" in schema:
            yield f"export interface {name} {{"
            yield from _fields(schema)
            yield "}"
        else:
            yield from _alias(name, type_of(schema))


def type_of(schema: Schema) -> str:
    """The type of a value."""
    if "$ref" in schema:
        return str(schema["$ref"]).removeprefix(AT)
    if words := schema.get("enum") or ([schema["const"]] if "const" in schema else []):
        return " | ".join(json.dumps(word) for word in words)
    if options := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(type_of(option) for option in options))
    return _by_type(schema)


def _by_type(schema: Schema) -> str:
    if schema.get("type") == "array":
        return _array(schema)
    if schema.get("type") == "object":
        values = schema.get("additionalProperties")
        return f"Record<string, {type_of(values) if isinstance(values, dict) else 'unknown'}>"
    return SIMPLE.get(schema.get("type", ""), "unknown")


def _array(schema: Schema) -> str:
    if "prefixItems" in schema:
        return f"[{', '.join(type_of(item) for item in schema['prefixItems'])}]"
    item = type_of(schema.get("items", {}))
    return f"({item})[]" if " | " in item else f"{item}[]"


def _fields(schema: Schema) -> Iterator[str]:
    for name, field in schema["properties"].items():
        yield from _comment(field, "  ")
        yield f"  {name}{'' if name in schema.get('required', ()) else '?'}: {type_of(field)};"


def _comment(schema: Schema, indent: str) -> Iterator[str]:
    text = " ".join(schema.get("description", "").replace("*/", "* /").split())
    if text:
        yield f"{indent}/** {text} */"


def _alias(name: str, said: str) -> Iterator[str]:
    if len(line := f"export type {name} = {said};") <= WIDE:
        yield line
        return
    yield f"export type {name} ="
    yield from (f"  | {word}" for word in said.split(" | ")[:-1])
    yield f"  | {said.rsplit(' | ', maxsplit=1)[-1]};"


def text() -> str:
    """The file as it should be."""
    return "\n".join([*declarations(document(ENDPOINTS)["components"]["schemas"]), ""])


if __name__ == "__main__":
    HERE.write_text(text(), encoding="utf-8")
