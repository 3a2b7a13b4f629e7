"""The segmenters, loaded from tiny folders without hub or torchvision: random weights, the real code paths."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.craft import Craft
from models.errors import LoadFailed, StageFailed
from models.model import Model
from models.weights import model_of
from tests.needs import needs_torch

pytestmark = needs_torch

HEIGHT, WIDTH = 96, 160  # not square: an axis that is taken for the other would be seen
PROMPTS = ("head", "tail fin", "leg")


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.tiny import detectors

    folder = tmp_path_factory.mktemp("weights")
    detectors.build_grounding_dino(folder / "grounding-dino-tiny", shortest_px=128)
    detectors.build_sam2(folder / "sam2.1-hiera-small")
    detectors.build_sam3(folder / "sam3")
    return folder


@pytest.fixture(autouse=True)
def nothing_is_held() -> Iterator[None]:
    from models.nets.held import release

    yield
    release(keep=())


def picture() -> "np.ndarray[tuple[int, ...], np.dtype[np.uint8]]":
    return np.random.default_rng(5).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8)


def of(weights: Path, segmenter: str, **chosen: float) -> tuple[Craft, tuple[Model, ...]]:
    scores = {"box_score_min": 0.0, "text_score_min": 0.0} | chosen
    craft = Craft(weights=str(weights), device="cpu", segmenter=segmenter, **scores)
    ids = ("sam3",) if segmenter == "sam3" else ("grounding-dino-tiny", "sam2.1-hiera-small")
    return craft, tuple(model_of(craft, id_) for id_ in ids)


@pytest.mark.parametrize("name", ["grounded-sam2", "sam3"])
def test_what_is_found_is_a_mask_as_large_as_the_picture_for_one_of_the_prompts(weights: Path, name: str) -> None:
    from models.nets.segmenters import segmenter_of

    found = segmenter_of(*of(weights, name)).find(picture(), PROMPTS)
    assert found, "thresholds of zero let everything through"
    for each in found:
        assert (each.pixels.shape, each.pixels.dtype) == ((HEIGHT, WIDTH), np.bool_)
        assert each.pixels.any()
        assert 0 <= each.label < len(PROMPTS)
        assert 0 <= each.score <= 1


@pytest.mark.parametrize("name", ["grounded-sam2", "sam3"])
def test_the_same_picture_is_seen_the_same_way_again(weights: Path, name: str) -> None:
    from models.nets.segmenters import segmenter_of

    segmenter = segmenter_of(*of(weights, name))
    first, second = (segmenter.find(picture(), PROMPTS) for _ in range(2))
    assert [(each.label, each.score) for each in first] == [(each.label, each.score) for each in second]
    assert all(np.array_equal(one.pixels, other.pixels) for one, other in zip(first, second, strict=True))


@pytest.mark.parametrize("name", ["grounded-sam2", "sam3"])
def test_nothing_is_found_below_the_score_that_was_asked_for(weights: Path, name: str) -> None:
    from models.nets.segmenters import segmenter_of

    assert segmenter_of(*of(weights, name, box_score_min=1.0)).find(picture(), PROMPTS) == []


@pytest.mark.parametrize("name", ["grounded-sam2", "sam3"])
def test_a_detector_says_of_each_prompt_how_sure_it_is(weights: Path, name: str) -> None:
    from models.nets.segmenters import detector_of

    detector = detector_of(*of(weights, name))
    sure = detector.sure(picture(), PROMPTS)
    assert len(sure) == len(PROMPTS)
    assert all(0 <= each <= 1 for each in sure)
    assert detector.sure(picture(), PROMPTS[::-1]) != sure, "it is the prompts that it answers"


@pytest.mark.parametrize("name, missing", [("grounded-sam2", "grounding-dino"), ("sam3", "sam3")])
def test_a_segmenter_whose_weights_are_not_there_says_which(weights: Path, name: str, missing: str) -> None:
    from models.nets.segmenters import segmenter_of

    craft, _ = of(weights, name)
    with pytest.raises(LoadFailed, match=f"no {missing} among the weights: none"):
        segmenter_of(craft, ())


# --- GroundingDINO ----------------------------------------------------------------------------------


def test_boxes_lie_in_the_picture_and_each_answers_one_prompt(weights: Path) -> None:
    from models.nets.segmenters import detector_of

    craft, models = of(weights, "grounded-sam2")
    boxes = detector_of(craft, models).boxes(picture(), PROMPTS)  # type: ignore[attr-defined]
    left, top, right, bottom = boxes.corners.T
    assert ((left >= 0) & (left <= right) & (right <= WIDTH)).all()
    assert ((top >= 0) & (top <= bottom) & (bottom <= HEIGHT)).all()
    assert right.max() > HEIGHT, "x is measured along the width"
    assert set(boxes.label.tolist()) <= set(range(len(PROMPTS)))


def test_a_phrase_is_between_two_separators_and_none_is_joined_with_the_next(weights: Path) -> None:
    from transformers import AutoTokenizer

    from models.nets.grounding_dino import spans_of

    tokenizer = AutoTokenizer.from_pretrained(weights / "grounding-dino-tiny", local_files_only=True)
    ids = tokenizer(" ".join(f"{prompt}." for prompt in PROMPTS))["input_ids"]
    said = [tokenizer.decode(ids[span]).replace(" ", "") for span in spans_of(ids, tokenizer, len(PROMPTS))]
    assert said == ["head", "tailfin", "leg"]


def test_a_prompt_that_reads_as_two_is_refused_and_not_taken_for_its_neighbour(weights: Path) -> None:
    from models.nets.segmenters import detector_of

    craft, models = of(weights, "grounded-sam2")
    with pytest.raises(StageFailed, match="2 prompts were read as 3 phrases"):
        detector_of(craft, models).sure(picture(), ("st. bernard", "leg"))


# --- without torchvision ----------------------------------------------------------------------------


def test_tensors_are_made_ready_as_the_library_would_with_torchvision(weights: Path) -> None:
    """The library has the same arithmetic for Pillow, which asks for no torchvision; it is what ours is held to."""
    import torch
    from transformers.models.grounding_dino.image_processing_pil_grounding_dino import GroundingDinoImageProcessorPil

    from models.nets.pixels import ready, settings

    folder = weights / "grounding-dino-tiny"
    ours = ready(picture(), settings(folder), torch.device("cpu"))
    theirs = GroundingDinoImageProcessorPil.from_pretrained(folder)(picture(), return_tensors="pt")["pixel_values"]
    assert ours.shape == theirs.shape
    assert float((ours - theirs).abs().mean()) < 0.05, "of values between -2 and 3; the resampling differs a little"
