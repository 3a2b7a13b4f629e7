"""How fast something goes, and how long the rest will take."""

import pytest

from cli.batch.speed import Speed
from tests.fakes import FakeClock


def test_the_time_left_follows_what_was_measured_lately(clock: FakeClock) -> None:
    speed = Speed(clock)
    speed.saw(0)
    assert speed.left_s(10) is None, "nothing was measured"
    for done in range(1, 200):
        clock.advance(1)
        speed.saw(done)
    assert speed.left_s(10) == pytest.approx(10)
    for done in range(200, 400):
        clock.advance(4)
        speed.saw(done)
    assert speed.left_s(10) == pytest.approx(40)
