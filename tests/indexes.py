"""Which composite indexes Firestore wants for which queries.

Its emulator answers every query, so production would be the first to miss an index. The rules here are what Google
says in "Index overview", "Quotas and limits" and the message `StructuredQuery` (Standard edition, read 2026-11):

- A field has an index of its own, each way, unless it is exempt. That serves a query with one range or sort field
  and no equality, and any number of equalities without a sort: Firestore intersects what it finds.
- Everything else wants a composite index: in front what must be equal, in any order and direction; behind it the
  sort fields, in their order and direction. `array-contains` is an equality with a mode of its own.
- A range field that the query does not sort by joins the end of its sort: by name when there are several, in the
  direction of the last sort field, ascending when there is none. So a count over a range has a sort too.
- The key comes last by itself, in the direction of the last sort field.
- An index leaves out documents that lack one of its fields. So one with a field more than the query is not used.
- Indexes with the same sort are intersected too: each may hold some of the equalities, together they hold all.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, NamedTuple, Self

from jobs.store import Op, Query

RANGES = {Op.AT_MOST, Op.AT_LEAST, Op.BELOW}


class Mode(StrEnum):
    """How an index holds a field, in Firestore's words."""

    ASCENDING = "ASCENDING"
    DESCENDING = "DESCENDING"
    CONTAINS = "CONTAINS"


class IndexField(NamedTuple):
    path: str
    mode: Mode

    def as_json(self) -> dict[str, str]:
        return {"fieldPath": self.path, "arrayConfig" if self.mode is Mode.CONTAINS else "order": self.mode.value}


@dataclass(frozen=True, slots=True)
class Need:
    """What a query wants of an index."""

    collection: str
    equal: tuple[IndexField, ...]  #: in front, in any order
    sort: tuple[IndexField, ...]  #: behind it, in this order

    @property
    def automatic(self) -> bool:
        """Whether the indexes that each field has by itself are enough."""
        return not self.sort or (not self.equal and len(self.sort) == 1)

    def served_by(self, indexes: Iterable["Index"]) -> bool:
        """Whether one of them, or several together, hold all equalities in front of exactly this sort."""
        if self.automatic:
            return True
        fronts = [front for index in indexes if (front := index.front_for(self)) is not None]
        return bool(fronts) and set().union(*fronts) == set(self.equal)


@dataclass(frozen=True, slots=True)
class Index:
    """A composite index as it stands in the file."""

    collection: str
    fields: tuple[IndexField, ...]

    @classmethod
    def from_json(cls, entry: Mapping[str, Any]) -> Self:
        fields = (IndexField(each["fieldPath"], Mode(each.get("order", "CONTAINS"))) for each in entry["fields"])
        return cls(entry["collectionGroup"], tuple(fields))

    def as_json(self) -> dict[str, Any]:
        fields = [field.as_json() for field in self.fields]
        return {"collectionGroup": self.collection, "queryScope": "COLLECTION", "fields": fields}

    def front_for(self, need: Need) -> set[IndexField] | None:
        """The equalities of `need` that this index holds; None when it is of no use to it."""
        cut = len(self.fields) - len(need.sort)
        front = {_equal(field.path, contains=field.mode is Mode.CONTAINS) for field in self.fields[:cut]}
        fits = self.collection == need.collection and self.fields[cut:] == need.sort and front <= set(need.equal)
        return front if fits else None


class Asked(NamedTuple):
    """A query and who made it."""

    by: str
    query: Query

    def __str__(self) -> str:
        where = ", ".join(f"{each.field} {each.op.value}" for each in self.query.where) or "anything"
        order = ", ".join(self.query.order) or "nothing"
        return f"{self.by}: {self.query.collection} where {where}, by {order}"


def need_of(query: Query) -> Need:
    """What `query` wants. Its collection may be a path; an index knows only the last name of it."""
    equal = tuple(_equal(each.field, contains=each.op is Op.HAS) for each in query.where if each.op not in RANGES)
    assert sum(field.mode is Mode.CONTAINS for field in equal) <= 1, "Firestore takes one array-contains in a query"
    sort = tuple(
        IndexField(path.lstrip("-"), Mode.DESCENDING if path.startswith("-") else Mode.ASCENDING)
        for path in query.order
    )
    joining = sorted({each.field for each in query.where if each.op in RANGES} - {path for path, _ in sort})
    assert not (joining and (query.after or query.before)), (
        "a page ends its order with the key: no range can join behind that"
    )
    last = sort[-1].mode if sort else Mode.ASCENDING
    return Need(query.collection.rpartition("/")[2], equal, (*sort, *(IndexField(path, last) for path in joining)))


def paths_of(query: Query) -> set[str]:
    """All fields that a query asks for."""
    return {each.field for each in query.where} | {path.lstrip("-") for path in query.order}


def lacking(asked: Iterable[Asked], indexes: Sequence[Index]) -> dict[Index, Asked]:
    """Indexes to add, each with a query that lacks it. Short ones first: together they serve the longer queries."""
    missing: dict[Index, Asked] = {}
    for each, need in sorted(((each, need_of(each.query)) for each in asked), key=lambda pair: len(pair[1].equal)):
        if not need.served_by((*indexes, *missing)):
            missing[Index(need.collection, (*need.equal, *need.sort))] = each
    return missing


def complaint(asked: Sequence[Asked], indexes: Sequence[Index]) -> str:
    """What production would refuse, and the lines to paste into the file; empty when all is well."""
    refused = [each for each in asked if not need_of(each.query).served_by(indexes)]
    lines = [f"{each}\n{_as_lines(index)}" for index, each in lacking(refused, indexes).items()]
    return "\n\n".join([f"Firestore would refuse {len(refused)} of {len(asked)} queries.", *lines]) if refused else ""


def _equal(path: str, *, contains: bool) -> IndexField:
    """An equality: its direction does not matter, so it is always ASCENDING here."""
    return IndexField(path, Mode.CONTAINS if contains else Mode.ASCENDING)


def _as_lines(index: Index) -> str:
    """As the file has it: one field a line."""
    fields = ",\n".join(f"        {json.dumps(field.as_json())}" for field in index.fields)
    head = f'      "collectionGroup": "{index.collection}",\n      "queryScope": "COLLECTION",\n'
    return f'    {{\n{head}      "fields": [\n{fields}\n      ]\n    }}'
