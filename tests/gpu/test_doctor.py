"""`lumen doctor --gpu` where there is one."""

import os

import pytest

from cli.doctor_gpu import PROBE, WITHIN_S, probed
from tests.gpu.test_full_size import has_gpu

pytestmark = [pytest.mark.gpu, pytest.mark.skipif(not has_gpu(), reason="torch finds no GPU with CUDA here")]


def test_a_gpu_that_works_is_found_to_work() -> None:
    findings = list(probed(PROBE, WITHIN_S, os.environ))
    assert [finding.what for finding in findings if finding.level == "fail"] == []
    assert [word for finding in findings for word in ("float32", "float16") if finding.what.startswith(word)] == [
        "float32",
        "float16",
    ]
