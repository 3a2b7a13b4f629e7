"""Signing in by e-mail where the server is set up for Firebase. Google's two servers are played; tokens are checked."""

import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Route, expect

from jobs.keys import Keys
from jobs.settings import Settings
from jobs.tokens import PublicKeys
from jobs.wiring import wire
from tests.browser.conftest import Visiting
from tests.browser.visit import Visit
from tests.push_tokens import KeyServer, token
from tests.web import serving
from web import built
from web.app import create_app
from web.callers import FIREBASE_ISSUER, FirebaseUsers, WithKey
from web.firebase import SIGN_IN, firebase_of
from web.house import House
from web.policy import elsewhere

PROJECT, EMAIL = "lumen-1", "ada@lumen.example"
PASSWORD = "correct horse"
APP = {"apiKey": "k", "authDomain": "lumen-1.firebaseapp.com", "projectId": PROJECT, "appId": "1:2:web:3"}


@dataclass(frozen=True)
class Served:
    """A production door in this process, which knows people of Firebase."""

    url: str


@pytest.fixture
def keys() -> Iterator[KeyServer]:
    with KeyServer() as server:
        yield server


@pytest.fixture
def served(tmp_path: Path, built_page: Path, keys: KeyServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[Served]:
    monkeypatch.setattr(built, "FOLDER", built_page)
    settings = Settings(data=tmp_path / "data", firebase_web=json.dumps(APP), firebase_project=PROJECT)
    platform, firebase = wire(settings), firebase_of(settings, {})
    users = FirebaseUsers(PublicKeys(keys.url, platform.clock), PROJECT, platform.clock)
    app = create_app(
        House(platform, WithKey(Keys(platform.records), users), elsewhere(settings, {}, firebase), firebase)
    )
    with serving.served(app) as url:
        yield Served(url)


def google(route: Route) -> None:
    """The accounts of one person."""
    if "signInWithPassword" not in route.request.url:
        route.fulfill(json={"users": [{"localId": "ada", "email": EMAIL}]})
    elif route.request.post_data_json["password"] == PASSWORD:
        said = {"idToken": id_token(), "refreshToken": "r", "expiresIn": "3600", "localId": "ada", "email": EMAIL}
        route.fulfill(json=said | {"registered": True})
    else:
        route.fulfill(status=400, json={"error": {"code": 400, "message": "INVALID_LOGIN_CREDENTIALS"}})


def id_token(**claims: Any) -> str:
    signed_in = {"iss": FIREBASE_ISSUER + PROJECT, "aud": PROJECT, "sub": "ada", "user_id": "ada"}
    return token(**signed_in | {"auth_time": int(time.time()) - 1} | claims)


@pytest.fixture
def page(served: Served, visiting: Visiting, visits: list[Visit]) -> Page:
    page = visiting(served)
    visits[0].origins += SIGN_IN
    visits[0].allow(r"40[01]")
    page.context.route(f"{SIGN_IN[0]}/**", google)
    return page


def sign_in(page: Page, password: str) -> None:
    door = page.locator("form", has=page.get_by_label("E-mail"))
    door.get_by_label("E-mail").fill(EMAIL)
    door.get_by_label("Password").fill(password)
    door.get_by_role("button", name="Sign in").click()


def loads_firebase(visit: Visit) -> bool:
    return any("/page/firestore-" in line for line in visit.log)


def test_somebody_signs_in_by_e_mail_comes_back_and_signs_out(page: Page, visits: list[Visit]) -> None:
    page.goto("/#/?list=failed")
    expect(page.get_by_role("heading", name="Or with a key")).to_be_visible()
    assert not loads_firebase(visits[0]), "nobody has asked for it yet"
    sign_in(page, "wrong")
    expect(page.get_by_text("There is nobody here with this e-mail and password.")).to_be_visible()
    sign_in(page, PASSWORD)
    expect(page.locator("header")).to_contain_text("ada")
    page.reload()
    expect(page.locator("header")).to_contain_text("ada")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("E-mail")).to_be_visible()
    page.reload()
    expect(page.get_by_label("E-mail")).to_be_visible()


def test_whoever_comes_with_nothing_of_firebases_loads_nothing_of_it(page: Page, visits: list[Visit]) -> None:
    page.goto("/")
    page.get_by_label("Your key").fill("lk_wrong")
    page.locator("form", has=page.get_by_label("Your key")).get_by_role("button", name="Sign in").click()
    expect(page.get_by_text("This key opens nothing here.")).to_be_visible()
    assert not loads_firebase(visits[0])
