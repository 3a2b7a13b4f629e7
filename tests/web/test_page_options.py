"""GET /v1/page: what the page knows of Firebase before anybody signed in, and which settings it takes for that."""

import json
from pathlib import Path
from typing import Any

import pytest

from jobs.errors import SettingsInvalid
from jobs.settings import Settings
from jobs.wiring import wire
from tests.web.asking import PEOPLE, Door
from web.app import create_app
from web.firebase import EMULATOR, Firebase, firebase_of, require_one_project
from web.house import House
from web.policy import elsewhere, policy

APP = {
    "apiKey": "AIzaSyA-public",
    "authDomain": "lumen-1.firebaseapp.com",
    "projectId": "lumen-1",
    "appId": "1:1234:web:abcd",
}
SIGN_IN = ("https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com")
FIRESTORE = "https://firestore.googleapis.com"


def google(**more: Any) -> Settings:
    said = {"backend": "gcp", "project": "lumen-1", "bucket": "b", "firebase_web": json.dumps(APP)}
    return Settings.model_validate(said | more)


def firebase(settings: Settings, **env: str) -> Firebase:
    found = firebase_of(settings, env)
    assert found is not None
    return found


def door(folder: Path, known: Firebase | None) -> Door:
    platform = wire(Settings(data=folder))
    app = create_app(House(platform, PEOPLE, firebase=known))
    return Door(app, platform, app.test_client())


def test_whoever_opens_the_page_is_told_without_a_key(tmp_path: Path) -> None:
    answer = door(tmp_path, firebase(google())).get("/v1/page", as_=None)
    assert (answer.status_code, answer.get_json()) == (
        200,
        {"firebase": {"app": APP, "database": "(default)", "emulator": None}},
    )


def test_without_the_setting_there_is_nothing_to_tell(tmp_path: Path) -> None:
    assert door(tmp_path, firebase_of(Settings(), {})).get("/v1/page", as_=None).get_json() == {"firebase": None}


def test_names_that_the_page_has_no_use_for_are_left_out() -> None:
    more = {"storageBucket": "b", "messagingSenderId": "1234", "measurementId": "G-1"}
    assert firebase(google(firebase_web=json.dumps(APP | more))) == firebase(google())


def test_the_emulator_is_named_where_the_server_uses_one() -> None:
    assert firebase(google(), **{EMULATOR: "127.0.0.1:8085"}).emulator == "127.0.0.1:8085"


def test_jobs_that_are_kept_elsewhere_cannot_be_listened_to() -> None:
    assert firebase(Settings(firebase_web=json.dumps(APP))).database is None


@pytest.mark.parametrize(
    "text, said",
    [
        ("{", "JSON"),
        ("[]", "object"),
        (json.dumps({**APP, "apiKey": ""}), "apiKey"),
        (json.dumps({**APP, "authDomain": "a.example; script-src *"}), "authDomain"),
        (json.dumps({name: word for name, word in APP.items() if name != "appId"}), "appId"),
    ],
)
def test_what_is_no_configuration_is_refused_at_the_start(text: str, said: str) -> None:
    with pytest.raises(SettingsInvalid, match=f"LUMEN_FIREBASE_WEB: .*{said}"):
        firebase_of(google(firebase_web=text), {})


def test_documents_in_another_project_are_refused() -> None:
    """Firestore takes the tokens of its own project alone."""
    with pytest.raises(SettingsInvalid, match="LUMEN_PROJECT is lumen-2"):
        firebase_of(google(project="lumen-2"), {})


@pytest.mark.parametrize("project", ["", "lumen-2"])
def test_a_production_door_takes_the_tokens_that_its_page_brings(project: str) -> None:
    settings = google(firebase_project=project)
    with pytest.raises(SettingsInvalid, match=f"LUMEN_FIREBASE_PROJECT is {project or 'not set'}"):
        require_one_project(firebase(settings), settings)


def test_a_production_door_of_one_project_opens_and_so_does_one_without() -> None:
    settings = google(firebase_project="lumen-1")
    require_one_project(firebase(settings), settings)
    require_one_project(None, settings)


def origins(settings: Settings, **env: str) -> set[str]:
    """Beside the page's own and the bucket's."""
    asked = elsewhere(settings, env, firebase_of(settings, env))
    said = dict(rule.split(" ", 1) for rule in policy(asked).split("; "))["connect-src"]
    return set(said.split()) - {"'self'", "https://storage.googleapis.com"}


def test_the_page_may_ask_firebase_only_where_it_is_set_up() -> None:
    assert origins(google()) == {*SIGN_IN, FIRESTORE}
    assert origins(google(firebase_web="")) == set()
    assert origins(Settings(firebase_web=json.dumps(APP))) == set(SIGN_IN)
    assert origins(google(), **{EMULATOR: "127.0.0.1:8085"}) == {"http://127.0.0.1:8085"}
