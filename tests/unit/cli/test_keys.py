"""`lumen keys`: scripts read the token from stdout, people read the rest, and the audit has who did it."""

import json
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from cli.keys import DAYS_MAX, SCOPES
from cli.main import run
from jobs.keys import GOOD_FOR, GRACE, TOKEN, Keys, Scope
from jobs.wiring import Platform

Shell = Callable[..., Any]


@pytest.fixture
def keys(platform: Platform) -> Keys:
    return Keys(platform.records)


@pytest.fixture
def lumen(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Shell:
    """Run a command; what it had on stdout and stderr, after a look at its exit code."""
    monkeypatch.setenv("LUMEN_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("LUMEN_OWNER", "ops")

    def lumen(*args: str, code: int = 0) -> Any:
        assert run([*([] if args[0] == "audit" else ["keys"]), *args]) == code
        return capsys.readouterr()

    return lumen


def created(lumen: Shell, *more: str) -> str:
    """The token of a new key of ada's."""
    token: str = lumen("create", "--owner", "ada", "--scope", "submit", *more).out
    return token


def id_of(token: str) -> str:
    parts = TOKEN.fullmatch(token.strip())
    assert parts is not None, token
    return parts[1]


def days_between(one: str, other: str) -> int:
    return (datetime.fromisoformat(other) - datetime.fromisoformat(one)).days


def test_stdout_has_the_token_and_nothing_else(lumen: Shell, keys: Keys) -> None:
    done = lumen("create", "--owner", "ada", "--scope", "submit", "--scope", "read", "--scope", "read")
    caller = keys.caller(done.out.removesuffix("\n"))
    assert (caller.owner, caller.scopes) == ("ada", {Scope.SUBMIT, Scope.READ})
    assert f"{caller.key_id}: ada may submit, read until 2" in done.err
    assert done.out.strip() not in done.err


def test_with_json_the_token_is_a_field_beside_what_is_known_of_the_key(lumen: Shell) -> None:
    said = json.loads(lumen("create", "--owner", "ada", "--scope", "ops", "--name", "web", "--days", "3", "--json").out)
    assert said["id"] == id_of(said["token"])
    assert (said["owner"], said["name"], said["scopes"]) == ("ada", "web", ["ops"])
    assert days_between(said["created_at"], said["expires_at"]) == 3
    assert "seal" not in said


def test_the_list_has_every_key_and_no_secret(lumen: Shell) -> None:
    token, other = created(lumen), lumen("create", "--owner", "bob", "--scope", "read").out
    lumen("revoke", id_of(other))
    text = lumen("list").out
    rows = [line.split() for line in text.splitlines()[1:]]
    assert [row[:4] for row in rows] == [
        [id_of(token), "ada", "default", "submit"],
        [id_of(other), "bob", "default", "read"],
    ]
    assert ["good for 29d" in text, "revoked 0s ago" in text] == [True, True]
    as_data = lumen("list", "--owner", "ada", "--json").out
    assert [json.loads(line)["id"] for line in as_data.splitlines()] == [id_of(token)]
    for secret in (token, other):
        assert secret.strip().rpartition("_")[2] not in text + as_data
    assert "hash" not in as_data


def test_no_keys_are_no_table(lumen: Shell) -> None:
    done = lumen("list")
    assert (done.out, done.err) == ("", "No keys.\n")


def test_a_rotation_shows_the_new_token_and_says_how_long_the_old_one_is_good(lumen: Shell, keys: Keys) -> None:
    old = created(lumen)
    done = lumen("rotate", id_of(old))
    new = keys.get(id_of(done.out))
    assert (new.rotated_from, new.expires_at - new.created_at) == (id_of(old), GOOD_FOR)
    left = keys.get(id_of(old)).expires_at - new.created_at
    assert abs((left - GRACE).total_seconds()) < 60
    assert f"{id_of(old)}, the old one, is good until" in done.err


def test_a_rotation_takes_its_days_and_its_grace(lumen: Shell, keys: Keys) -> None:
    old = created(lumen)
    new = json.loads(lumen("rotate", id_of(old), "--days", "90", "--grace", "0", "--json").out)
    assert days_between(new["created_at"], new["expires_at"]) == 90
    assert keys.get(id_of(old)).ended_at(keys.get(new["id"]).expires_at) is not None


def test_a_revoked_key_opens_nothing(lumen: Shell, platform: Platform) -> None:
    token = created(lumen)
    assert lumen("revoke", id_of(token)).out == f"{id_of(token)}  revoked\n"
    assert json.loads(lumen("revoke", id_of(token), "--json").out)["revoked_at"]
    assert Keys(platform.records).get(id_of(token)).revoked_at is not None


def test_who_made_rotated_and_revoked_is_on_record(lumen: Shell) -> None:
    old = id_of(created(lumen, "--name", "web"))
    new = id_of(lumen("rotate", old).out)
    lumen("revoke", old, "--reason", "leaked")
    entries = [json.loads(line) for line in lumen("audit", "--json").out.splitlines()]
    assert [(entry["action"], entry["ids"], entry["why"], entry["counts"]) for entry in reversed(entries)] == [
        ("keys.create", [old], "", {"created": 1}),
        ("keys.rotate", [old, new], "", {"rotated": 1}),
        ("keys.revoke", [old], "leaked", {"revoked": 1}),
    ]
    assert entries[-1]["filter"] == ["owner=ada", "name=web", "scope=submit"]
    assert entries[0]["who"].startswith("ops (")
    assert all(entry["done_at"] for entry in entries)


def test_a_third_key_of_a_name_is_a_mistake_that_says_what_to_do(lumen: Shell) -> None:
    created(lumen)
    created(lumen)
    refused = lumen("create", "--owner", "ada", "--scope", "submit", code=2)
    assert refused.out == ""
    assert "revoke one of" in refused.err
    lumen("create", "--owner", "ada", "--scope", "submit", "--name", "web")


@pytest.mark.parametrize(
    "args, code",
    [
        (("create", "--owner", "ada"), 2),
        (("create", "--scope", "read"), 2),
        (("create", "--owner", "a b", "--scope", "read"), 2),
        (("create", "--owner", "ada", "--scope", "root"), 2),
        (("create", "--owner", "ada", "--scope", "read", "--name", ""), 2),
        (("create", "--owner", "ada", "--scope", "read", "--days", "0"), 2),
        (("create", "--owner", "ada", "--scope", "read", "--days", str(DAYS_MAX + 1)), 2),
        (("revoke", "nobodys"), 6),
        (("rotate", "nobodys"), 6),
    ],
)
def test_what_makes_no_sense_makes_no_key_and_no_entry(lumen: Shell, args: tuple[str, ...], code: int) -> None:
    assert lumen(*args, code=code).out == ""
    assert lumen("list").out == lumen("audit").out == ""


def test_the_scopes_of_the_command_are_those_of_the_core() -> None:
    assert tuple(Scope) == SCOPES
