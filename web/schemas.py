"""The models of the API as JSON Schemas: what OpenAPI document and TypeScript types are made of."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, models_json_schema
from pydantic_core import core_schema

from web.endpoint import AnyEndpoint, Nothing
from web.problems import Problem

Schema = dict[str, Any]
Mode = Literal["validation", "serialization"]
AT = "#/components/schemas/"
NULL = {"type": "null"}


class Plain(GenerateJsonSchema):
    """What we write has every field, also those with a default; what we read has no other. No name needs a title."""

    def model_schema(self, schema: core_schema.ModelSchema) -> Schema:
        said = super().model_schema(schema)
        return {**said, "additionalProperties": False} if self.mode == "validation" else said

    def field_is_required(
        self, field: core_schema.ModelField | core_schema.DataclassField | core_schema.TypedDictField, total: bool
    ) -> bool:
        return self.mode == "serialization" or super().field_is_required(field, total)

    def field_title_should_be_set(self, schema: Any) -> bool:  # noqa: ARG002 (pydantic's signature)
        return False


@dataclass(frozen=True, slots=True)
class Schemas:
    """Every model that the addresses take or answer."""

    refs: Mapping[tuple[type[BaseModel], Mode], Schema]
    definitions: Mapping[str, Schema]  #: by name, those of queries included

    def taken(self, model: type[BaseModel]) -> Schema:
        """What a caller sends."""
        return self.refs[model, "validation"]

    def answered(self, model: type[BaseModel]) -> Schema:
        """What a caller gets."""
        return self.refs[model, "serialization"]

    def fields(self, query: type[BaseModel]) -> Iterator[tuple[str, bool, Schema]]:
        """Name, whether it is needed, and schema of each field of a query, in which null cannot be said."""
        whole = self.definitions[_name(self.taken(query))]
        for name, schema in whole.get("properties", {}).items():
            yield name, name in whole.get("required", ()), without_null(schema)

    def components(self, endpoints: Iterable[AnyEndpoint]) -> dict[str, Schema]:
        """All definitions but those that are queries and nothing else: they are parameters instead."""
        bodies = {endpoint.body for endpoint in endpoints} - {Nothing}
        queries = {endpoint.query for endpoint in endpoints} | {Nothing}
        spread = {_name(self.taken(model)) for model in queries - bodies}
        return {name: schema for name, schema in sorted(self.definitions.items()) if name not in spread}


def schemas_of(endpoints: Iterable[AnyEndpoint]) -> Schemas:
    """A model that is both taken and answered has two schemas where they differ: see `_given`."""
    models: dict[tuple[type[BaseModel], Mode], None] = {(Problem, "serialization"): None}
    for endpoint in endpoints:
        models |= {(endpoint.query, "validation"): None, (endpoint.body, "validation"): None}
        models |= {(what, "serialization"): None for what in endpoint.answers.values() if isinstance(what, type)}
    made, top = models_json_schema(list(models), ref_template=AT + "{model}", schema_generator=Plain)
    refs = cast("dict[tuple[type[BaseModel], Mode], Schema]", made)  # pydantic's type also has its dataclasses
    definitions = {_given(name): _renamed(schema) for name, schema in top["$defs"].items()}
    return Schemas({key: _renamed(ref) for key, ref in refs.items()}, definitions)


def without_null(schema: Schema) -> Schema:
    """The schema of a value that is left out where it would be null."""
    options = [option for option in schema.get("anyOf", ()) if option != NULL]
    rest = {name: value for name, value in schema.items() if name != "anyOf"}
    if schema.get("default", "") is None:
        del rest["default"]
    if not options:
        return rest
    return rest | (options[0] if len(options) == 1 else {"anyOf": options})


def _given(name: str) -> str:
    """`JobInput` is what an answer has; what a caller may send, with less in it, is `GivenJobInput`."""
    return f"Given{name.removesuffix('-Input')}" if name.endswith("-Input") else name.removesuffix("-Output")


def _renamed(schema: Any) -> Any:
    """The same with the names that definitions have here."""
    if isinstance(schema, dict):
        if isinstance(ref := schema.get("$ref"), str):
            return {**schema, "$ref": AT + _given(_name(schema) if ref.startswith(AT) else ref)}
        return {name: _renamed(value) for name, value in schema.items()}
    return [_renamed(value) for value in schema] if isinstance(schema, list) else schema


def _name(ref: Schema) -> str:
    return str(ref["$ref"]).removeprefix(AT)
