"""What a job costs on Firestore is what it costs over SQLite: nothing is written or asked twice."""

from pathlib import Path

from jobs.settings import Settings
from models.errors import BadInput
from tests.chaos.light_host import Moment
from tests.costs import CALM, Costly
from tests.emulators.google import Google
from tests.house import House


def test_firestore_is_asked_as_often_as_sqlite(house: House, google: Google, tmp_path: Path) -> None:
    house.lumen("init")
    ours = {name: value for name, value in google.env.items() if name.startswith("LUMEN_")}
    calm = {f"LUMEN_{name.upper()}": str(value) for name, value in CALM.items()}
    there, here = Settings.from_env(ours | calm), Settings.from_env({"LUMEN_DATA": str(tmp_path / "local")} | calm)
    assert bill(there) == bill(here)


def bill(settings: Settings) -> dict[str, int]:
    """Of a job that is made, and of one that fails."""
    house = Costly(settings)
    for each in ("cat", "dog"):
        house.submit(each)
        house.worker.runner.serve(house.job_id)
        house.worker.runner.wake_another()
        house.deeds["plan"] = _refuse
    return {name: count for name, count in house.meter.counts.items() if name.endswith(("writes", "reads"))}


def _refuse(_moment: Moment) -> None:
    raise BadInput("these are no words")
