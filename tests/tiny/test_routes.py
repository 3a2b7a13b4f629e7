"""From a request to a GLB through the child process, with tiny networks: each route's way, and each of its ends."""

import io
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image, ImageDraw

from jobs.job import Job
from jobs.status import JobStatus
from models.mesh.load import parts_of
from models.report import REPORT
from models.stage import Brief, Deadline
from models.stages import GLB, INPUT
from tests.needs import needs_torch
from tests.tiny.faults import FILE
from tests.tiny.house import HERE, House, build_weights, house
from tests.unit.models.test_pipeline import Notes
from worker.fate import Fate

pytestmark = [
    needs_torch,
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),  # diffusers' schedulers
]

BUDGET_S = 3.0  # of the stage that is made to hang; honest, it takes a tenth of that
PRIMARY = "partcrafter"
# What is done to PartCrafter, and what is said of it.
FAULTS = {
    "a part without a surface": (("vae.decoder", 1, "nothing"), "part 1 of 2 came back empty"),
    "an exception while a part is decoded": (("vae.decoder", 1, "error"), "tensors of different sizes"),
    "a call that hangs": (("transformer", 2, "hang"), "image_to_parts took longer than it may"),
}


@pytest.fixture(scope="module")
def tiny(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("tiny")
        stand_in = str(HERE / "hunyuan3d")
        patch.syspath_prepend(stand_in)
        patch.setenv("PYTHONPATH", stand_in)
        patch.setenv(FILE, str(folder / "orders.json"))
        patch.setenv("OMP_NUM_THREADS", "1")
        build_weights(folder / "weights")
        budgets_s = {"image_to_parts": BUDGET_S}
        with house(folder / "data", folder / "weights", budgets_s=budgets_s, attempts_max=1) as made:
            yield made


@pytest.fixture(autouse=True)
def nothing_is_ordered(tiny: House) -> None:
    tiny.order({})


def cut_out_already() -> bytes:
    """A picture of a thing on nothing."""
    picture = Image.new("RGBA", (96, 96))
    ImageDraw.Draw(picture).ellipse((20, 30, 70, 80), fill=(200, 120, 40, 255))
    file = io.BytesIO()
    picture.save(file, "PNG")
    return file.getvalue()


# --- to the end -------------------------------------------------------------------------------------


def test_words_become_a_glb_whose_parts_have_the_names_of_the_template(tiny: House, tmp_path: Path) -> None:
    job = tiny.made("tree", seed=1)
    assert job.output is not None, job.error
    assert (job.output.route, job.output.refusals) == (PRIMARY, ())
    files = tiny.files(job, tmp_path)
    assert [part.name for part in parts_of(files[GLB].read_bytes())] == ["trunk", "canopy"]
    with Image.open(files[INPUT]) as picture:
        assert picture.mode == "RGBA"
    report = json.loads(files[REPORT].read_text())
    assert [model["id"] for model in report["models"]] == [
        "sdxl-turbo", "grounding-dino-tiny", "sam2.1-hiera-small", "partcrafter",
    ]  # fmt: skip
    assert all(len(model["revision"]) == 40 for model in report["models"])
    assert set(report["licences"]) == {"apache-2.0", "mit", "sai-nc-community", "tencent-hunyuan-community"}
    assert tuple(report["licences"]) == job.output.licences
    assert report["parameters"]["text_to_image"]["steps"] == 3
    assert report["labels"]["support"].keys() == {"trunk", "canopy"}
    assert report["cutout"]["remover"] == "segmenter"


def test_a_picture_becomes_a_glb_and_nothing_is_drawn(tiny: House, tmp_path: Path) -> None:
    drawn = tiny.drawn()
    upload = tiny.worker.platform.client().upload(io.BytesIO(cut_out_already()))
    job = tiny.made("", image=upload)
    assert job.output is not None, job.error
    assert tiny.drawn() == drawn
    report = json.loads(tiny.files(job, tmp_path)[REPORT].read_text())
    assert report["picture"]["format"] == "png"
    assert report["cutout"]["remover"] == "alpha"
    assert "sdxl-turbo" not in [model["id"] for model in report["models"]]


def test_every_step_is_heard_of_and_progress_never_goes_back(tiny: House) -> None:
    notes, said = Notes(), []
    notes.stepped = lambda within, overall, message: (said.append(message), notes.overall.append(overall))  # type: ignore[method-assign, assignment]
    pipeline = tiny.worker.runner.maker.pipeline  # type: ignore[attr-defined]
    made = pipeline.make(Brief(prompt="stone", quality="draft", seed=7), deadline=Deadline.after(60), watcher=notes)
    assert made.route == PRIMARY
    assert [message for message in said if message.startswith("step ")] == [
        "step 1 of 3", "step 2 of 3", "step 3 of 3",
        "step 1 of 4", "step 2 of 4", "step 3 of 4", "step 4 of 4",
    ]  # fmt: skip
    assert any(message.startswith("surface, part 1 of 1") for message in said)
    assert notes.overall == sorted(notes.overall)


def test_the_same_request_finds_everything_on_the_shelf(tiny: House) -> None:
    tiny.made("tree", seed=1)
    drawn = tiny.drawn()
    again = tiny.made("tree", seed=1)
    assert again.output is not None
    assert tiny.drawn() == drawn
    assert all(checkpoint.hit for checkpoint in again.checkpoints.values())


# --- stopped ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "stage, slow",
    [("text_to_image", ("sdxl-turbo", "unet")), ("image_to_parts", (PRIMARY, "transformer"))],
    ids=["while it is drawn", "while it is shaped"],
)
def test_a_job_that_is_canceled_in_the_middle_stops_at_the_next_step_and_the_child_stays(
    tiny: House, stage: str, slow: tuple[str, str]
) -> None:
    model, module = slow
    tiny.order({model: (module, 1, "slow")})
    child = tiny.child()
    job = tiny.submit("pebble" if stage == "text_to_image" else "rock", seed=11)
    served = tiny.serve(job)
    tiny.at(job, stage, "step 1 of")
    tiny.worker.platform.client().cancel(job.id)
    assert served.result() is Fate.CANCEL
    assert tiny.job(job).status is JobStatus.CANCELED
    assert tiny.child() == child
    tiny.order({})
    assert tiny.made("brick", seed=11).output is not None


# --- the primary fails, the fallback answers --------------------------------------------------------


@pytest.mark.parametrize("fault", FAULTS)
def test_the_primary_fails_and_the_fallback_answers_with_the_same_picture(tiny: House, fault: str) -> None:
    what, said = FAULTS[fault]
    tiny.order({PRIMARY: what})
    drawn = tiny.drawn()
    job = tiny.made("tree", seed=100 + list(FAULTS).index(fault))
    assert job.output is not None, job.error
    assert job.output.route == "hunyuan3d"
    (refusal,) = job.output.refusals
    assert refusal.startswith(f"{PRIMARY}: ")
    assert said in refusal
    assert tiny.drawn() == drawn + 1


def test_out_of_memory_is_tried_with_less_in_a_fresh_child_before_the_fallback_and_that_is_said(tiny: House) -> None:
    child = tiny.child()
    tiny.order({PRIMARY: ("transformer", 2, "oom")})
    drawn = tiny.drawn()
    job = tiny.made("tree", seed=103)
    assert job.output is not None, job.error
    assert job.output.route == "hunyuan3d"
    assert job.output.refusals == (f"{PRIMARY}: OutOfMemoryError: CUDA out of memory. Tried to allocate 8.00 GiB.",)
    (remedy,) = job.output.remedies
    assert remedy.endswith("made with tokens 256")
    assert tiny.child() != child
    assert tiny.drawn() == drawn + 1


def test_when_both_fail_the_dead_letter_says_why_of_both(tiny: House) -> None:
    tiny.order({PRIMARY: ("vae.decoder", 1, "nothing"), "hunyuan3d-2mini-turbo": ("vae.geo_decoder", 1, "nothing")})
    drawn = tiny.drawn()
    job = tiny.made("tree", seed=41)
    assert job.status is JobStatus.FAILED
    assert job.error is not None
    assert [refusal.partition(":")[0] for refusal in job.error.refusals] == [PRIMARY, "hunyuan3d"]
    assert all("came back empty" in refusal for refusal in job.error.refusals)
    assert tiny.drawn() == drawn + 1
    letter = tiny.worker.platform.letters.get(job.id)
    assert isinstance(letter, Job)
    assert letter.error == job.error
    assert letter.dead_letter is not None, "it is on its topic"
