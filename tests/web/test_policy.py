"""What the page may do: only what its policy names, and nothing in it would need more."""

import re
from html.parser import HTMLParser

import pytest

from jobs.settings import Settings
from tests.web.asking import Door
from web.built import INDEX, built
from web.policy import elsewhere, policy

LOCAL = Settings()
GOOGLE = Settings.model_validate({"backend": "gcp", "project": "p", "bucket": "b"})


def rules(text: str) -> dict[str, set[str]]:
    split = [rule.split() for rule in text.split("; ")]
    return {name: set(values) for name, *values in split}


def html(door: Door) -> str:
    return door.get("/", as_=None).get_data(as_text=True)


@pytest.mark.parametrize(
    "settings, env, origins",
    [
        (LOCAL, {}, ()),
        (LOCAL, {"STORAGE_EMULATOR_HOST": "http://127.0.0.1:9023"}, ()),
        (GOOGLE, {}, ("https://storage.googleapis.com",)),
        (GOOGLE, {"STORAGE_EMULATOR_HOST": "http://127.0.0.1:9023"}, ("http://127.0.0.1:9023",)),
        (GOOGLE, {"STORAGE_EMULATOR_HOST": "127.0.0.1:9023/"}, ("http://127.0.0.1:9023",)),
        (GOOGLE, {"STORAGE_EMULATOR_HOST": ""}, ("https://storage.googleapis.com",)),
    ],
)
def test_the_page_may_ask_only_where_files_are(
    settings: Settings, env: dict[str, str], origins: tuple[str, ...]
) -> None:
    assert elsewhere(settings, env) == origins
    assert rules(policy(elsewhere(settings, env)))["connect-src"] == {"'self'", *origins}


def test_another_origin_may_be_asked_and_nothing_more() -> None:
    """It may not become a source of scripts, styles or frames."""
    alone, with_another = rules(policy()), rules(policy(("https://a.example",)))
    differ = {name for name in alone if alone[name] != with_another[name]}
    assert differ == {"connect-src"}


def test_nothing_is_allowed_but_what_is_named() -> None:
    said = rules(policy())
    assert said["default-src"] == {"'none'"}
    assert said["script-src"] == said["style-src"] == {"'self'"}
    assert {name: said[name] for name in ("base-uri", "form-action", "frame-ancestors")} == {
        "base-uri": {"'none'"},
        "form-action": {"'none'"},
        "frame-ancestors": {"'none'"},
    }
    assert said["require-trusted-types-for"] == {"'script'"}
    assert not re.search("unsafe|http:|data:|[*]", policy())


def test_the_page_has_this_policy_and_its_files_have_the_one_of_the_api(door: Door) -> None:
    assert door.get("/", as_=None).headers["Content-Security-Policy"] == policy()
    for name in set(built()) - {INDEX}:
        assert door.get(f"/page/{name}", as_=None).headers["Content-Security-Policy"].startswith("default-src 'none'")


class Reader(HTMLParser):
    """What stands in a page that a policy would have to allow, and where it leads."""

    def __init__(self) -> None:
        super().__init__()
        self.inline: list[str] = []
        self.addresses: list[str] = []
        self._tag = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._tag = tag
        for name, value in attrs:
            if name == "style" or name.startswith("on") or str(value).startswith("javascript:"):
                self.inline.append(f"<{tag} {name}>")
            if name in {"src", "href"}:
                self.addresses.append(str(value))

    def handle_endtag(self, tag: str) -> None:
        self._tag = ""

    def handle_data(self, data: str) -> None:
        if self._tag in {"script", "style"} and data.strip():
            self.inline.append(f"<{self._tag}> {data.strip()[:40]}")


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    return reader


def test_nothing_in_the_page_is_inline(door: Door) -> None:
    assert read(html(door)).inline == []


@pytest.mark.parametrize("bad", ["<script>1</script>", "<p style='x'>", "<b onclick='x'>", "<a href='javascript:1'>"])
def test_what_is_inline_would_be_seen(bad: str) -> None:
    assert read(bad).inline != []


def test_every_address_in_the_page_is_served(door: Door) -> None:
    addresses = read(html(door)).addresses
    assert {each: door.get(each, as_=None).status_code for each in addresses} == dict.fromkeys(addresses, 200)
    assert sum(each.endswith((".js", ".css")) for each in addresses) >= 2
