"""The environment in, checked numbers out."""

from pathlib import Path

import pytest
from pydantic import ValidationError

from jobs.errors import SettingsInvalid
from jobs.settings import Backend, Settings

BAD: dict[str, tuple[dict[str, str], str]] = {
    "a misspelt name": ({"LUMEN_DATTA": "x"}, "LUMEN_DATTA: is not a setting"),
    "a name of nothing": ({"LUMEN_": "x"}, "LUMEN_: is not a setting"),
    "a word for a number": ({"LUMEN_WORK_S": "long"}, "LUMEN_WORK_S: "),
    "no time to work": ({"LUMEN_WORK_S": "0"}, "LUMEN_WORK_S: "),
    "negative time": ({"LUMEN_LEASE_S": "-1"}, "LUMEN_LEASE_S: "),
    "time without end": ({"LUMEN_LEASE_S": "inf"}, "LUMEN_LEASE_S: "),
    "no number at all": ({"LUMEN_BEAT_S": "nan"}, "LUMEN_BEAT_S: "),
    "a push beyond Pub/Sub's limit": ({"LUMEN_PUSH_S": "601"}, "LUMEN_PUSH_S: "),
    "no attempts": ({"LUMEN_ATTEMPTS_MAX": "0"}, "LUMEN_ATTEMPTS_MAX: "),
    "too many attempts": ({"LUMEN_ATTEMPTS_MAX": "101"}, "LUMEN_ATTEMPTS_MAX: "),
    "half an attempt": ({"LUMEN_ATTEMPTS_MAX": "1.5"}, "LUMEN_ATTEMPTS_MAX: "),
    "an unknown backend": ({"LUMEN_BACKEND": "aws"}, "LUMEN_BACKEND: "),
    "nobody": ({"LUMEN_OWNER": ""}, "LUMEN_OWNER: "),
    "no route": ({"LUMEN_ROUTES": " , "}, "LUMEN_ROUTES: "),
    "kept for no time": ({"LUMEN_KEEP_DAYS": "0"}, "LUMEN_KEEP_DAYS: "),
    "a shelf for no time": ({"LUMEN_SHELF_DAYS": "0"}, "LUMEN_SHELF_DAYS: "),
    "a shelf for ever": ({"LUMEN_SHELF_DAYS": "3651"}, "LUMEN_SHELF_DAYS: "),
    "a shelf too small for the jobs that run": ({"LUMEN_SHELF_MAX": "99"}, "LUMEN_SHELF_MAX: "),
    "a shelf without bound": ({"LUMEN_SHELF_MAX": "100001"}, "LUMEN_SHELF_MAX: "),
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_setting_is_refused_by_the_name_of_its_variable(name: str) -> None:
    env, sentence = BAD[name]
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_env(env)
    assert str(caught.value).startswith(sentence)


@pytest.mark.parametrize(
    "env,names",
    [
        ({"LUMEN_WORK_S": "600"}, ("work_s 600", "push_s 600")),
        ({"LUMEN_PUSH_S": "510"}, ("work_s 510", "push_s 510")),
        ({"LUMEN_BEAT_S": "15"}, ("beat_s 15", "lease_s 45")),
        ({"LUMEN_LEASE_S": "30"}, ("beat_s 10", "lease_s 30")),
    ],
)
def test_times_that_do_not_nest_are_refused_with_both_numbers(env: dict[str, str], names: tuple[str, str]) -> None:
    with pytest.raises(SettingsInvalid) as caught:
        Settings.from_env(env)
    assert all(name in str(caught.value).lower() for name in names)


def test_times_that_just_nest_are_fine() -> None:
    settings = Settings.from_env({"LUMEN_WORK_S": "599.9", "LUMEN_BEAT_S": "14.9"})
    assert (settings.work_s, settings.beat_s) == (599.9, 14.9)


def test_a_scheduler_without_an_address_is_refused_and_not_turned_away_for_ever() -> None:
    env = {"LUMEN_SWEEP_ACCOUNT": "sweep@example.iam.gserviceaccount.com"}
    with pytest.raises(SettingsInvalid, match="LUMEN_SWEEP_ACCOUNT also needs LUMEN_PUBLIC_URL"):
        Settings.from_env(env)
    assert Settings.from_env({**env, "LUMEN_PUBLIC_URL": "https://lumen.example"}).sweep_account


def test_an_empty_environment_gives_the_defaults_of_the_design() -> None:
    settings = Settings.from_env({})
    assert (settings.backend, settings.data, settings.attempts_max) == (Backend.LOCAL, Path(".lumen"), 5)
    assert (settings.work_s, settings.push_s, settings.lease_s, settings.beat_s, settings.sweep_s) == (
        510,
        600,
        45,
        10,
        5,
    )


def test_the_shelf_keeps_what_the_design_says() -> None:
    assert (Settings().shelf_days, Settings().shelf_max) == (90, 5000)


def test_only_our_own_names_are_read() -> None:
    assert Settings.from_env({"PATH": "/bin", "DATA": "x", "XLUMEN_DATA": "x", "lumen_data": "x"}) == Settings()


def test_values_are_read_from_their_variables() -> None:
    settings = Settings.from_env({"LUMEN_DATA": "there", "LUMEN_OWNER": "ada", "LUMEN_ROUTES": "direct, procedural,"})
    assert (settings.data, settings.owner, settings.routes) == (Path("there"), "ada", ("direct", "procedural"))


def test_settings_cannot_be_changed() -> None:
    with pytest.raises(ValidationError):
        Settings().lease_s = 1  # type: ignore[misc]


PUBSUB_NAMES = ("topic", "subscription", "dead_letter_topic", "dead_letter_subscription")


@pytest.mark.parametrize("setting", PUBSUB_NAMES)
@pytest.mark.parametrize("name", ["", "ab", "1st", "a/b", "projects/p/topics/t", "a b", "a" * 256])
def test_what_pubsub_would_not_take_for_a_name_is_refused(setting: str, name: str) -> None:
    variable = f"LUMEN_{setting.upper()}"
    with pytest.raises(SettingsInvalid, match=f"^{variable}: "):
        Settings.from_env({variable: name})


def test_the_audience_of_a_push_is_its_address_unless_another_is_given() -> None:
    settings = Settings(push_url="https://worker.example/push")
    assert settings.audience == "https://worker.example/push"
    assert settings.model_copy(update={"push_audience": "lumen"}).audience == "lumen"
    assert Settings().audience == ""
