"""Firestore as a browser sees it: over REST, under the rules, by whom a token names (no signature is checked there)."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

from tests.emulators.google import ROOT, Google

RULES = ROOT / "deploy" / "firestore.rules"
ANSWER_S = 20


def load_rules(google: Google, text: str | None = None) -> None:
    """Put rules on the test's own project."""
    content = RULES.read_text(encoding="utf-8") if text is None else text
    body = {"rules": {"files": [{"name": RULES.name, "content": content}]}}
    status, said = _asked("PUT", f"{_host(google)}/emulator/v1/projects/{google.project}:securityRules", body, None)
    assert status == 200, said


def token_of(uid: str, **claims: Any) -> str:
    """An ID token without a signature."""
    said = {"sub": uid, "user_id": uid, "iat": 0, "auth_time": 0, **claims}
    return f"{_part({'alg': 'none', 'typ': 'JWT'})}.{_part(said)}."


@dataclass(frozen=True, slots=True)
class Rest:
    """The documents of one project, in somebody's name."""

    google: Google
    token: str | None = None

    def get(self, path: str) -> int:
        return self._ask("GET", path)[0]

    def fields(self, path: str) -> dict[str, Any]:
        status, said = self._ask("GET", path)
        assert status == 200, said
        return dict(said["fields"])

    def create(self, path: str, fields: Mapping[str, Any]) -> int:
        """As a web app does it: only if it is not there."""
        return self._ask("PATCH", path, {"fields": _typed(fields)}, {"currentDocument.exists": "false"})[0]

    def change(self, path: str, **fields: Any) -> int:
        """Exactly these fields; None takes one out."""
        left = {name: value for name, value in fields.items() if value is not None}
        mask = {"updateMask.fieldPaths": list(fields), "currentDocument.exists": "true"}
        return self._ask("PATCH", path, {"fields": _typed(left)}, mask)[0]

    def replace(self, path: str, fields: Mapping[str, Any]) -> int:
        return self._ask("PATCH", path, {"fields": _typed(fields)}, {"currentDocument.exists": "true"})[0]

    def delete(self, path: str) -> int:
        return self._ask("DELETE", path)[0]

    def list(
        self,
        collection: str,
        where: Mapping[str, Any] | None = None,
        *,
        limit: int | None = 100,
        everywhere: bool = False,
    ) -> int:
        """A query; `everywhere`: over all collections of that name."""
        query: dict[str, Any] = {"from": [{"collectionId": collection, "allDescendants": everywhere}]}
        if where:
            query["where"] = {"compositeFilter": {"op": "AND", "filters": [_equal(*each) for each in where.items()]}}
        if limit is not None:
            query["limit"] = limit
        return self._ask("POST", ":runQuery", {"structuredQuery": query})[0]

    def _ask(self, method: str, path: str, body: Any = None, query: Mapping[str, Any] | None = None) -> tuple[int, Any]:
        at = f"{_host(self.google)}/v1/projects/{self.google.project}/databases/(default)/documents"
        asked = f"?{urlencode(query, doseq=True)}" if query else ""
        return _asked(method, f"{at}{path if path.startswith(':') else f'/{path}'}{asked}", body, self.token)


def _equal(name: str, value: Any) -> dict[str, Any]:
    return {"fieldFilter": {"field": {"fieldPath": name}, "op": "EQUAL", "value": _value(value)}}


def _typed(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: _value(value) for name, value in fields.items()}


def _value(value: Any) -> dict[str, Any]:
    """As Firestore's REST says it. What is a dict already is taken as it is."""
    match value:
        case dict():
            return value
        case bool():
            return {"booleanValue": value}
        case int():
            return {"integerValue": str(value)}
        case _:
            return {"stringValue": str(value)}


def _host(google: Google) -> str:
    return f"http://{google.hosts['FIRESTORE_EMULATOR_HOST']}"


def _part(said: Mapping[str, Any]) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).rstrip(b"=").decode()


def _asked(method: str, url: str, body: Any, token: str | None) -> tuple[int, Any]:
    headers = {"Content-Type": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    asked = Request(url, None if body is None else json.dumps(body).encode(), headers, method=method)
    try:
        with urlopen(asked, timeout=ANSWER_S) as answer:
            return answer.status, json.loads(answer.read() or b"null")
    except HTTPError as error:
        return error.code, error.read().decode(errors="replace")
