"""The images are what the locks, the code and the pages say. What building them would show, `make image-dry` tries."""

import re
import shutil
import subprocess
import sys
import zipfile
from importlib import import_module
from pathlib import Path

import pytest
import yaml

from cli.main import COMMANDS
from deploy.dry.build import context, missing, needed
from deploy.dry.dockerfile import Ignore, Line, NotUnderstood, Stage, parse
from deploy.dry.room import Failed, run
from deploy.dry.untried import page, without_left_out
from deploy.lock import LOCKS
from models.craft import Craft

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "Dockerfile").read_text()
STAGES = parse(TEXT)
IGNORE = Ignore.parse((ROOT / ".dockerignore").read_text())
IMAGES = {"web": "requirements-web.txt", "worker": "requirements.txt"}
HADOLINT = str(Path(sys.executable).with_name("hadolint"))


def stage(name: str) -> Stage:
    return next(each for each in STAGES if each.name == name)


def line_of(of: Stage, keyword: str) -> Line:
    """The last line of a kind, in a stage or in what it is made from."""
    found = [line for line in of.lines if line.keyword == keyword]
    return found[-1] if found else line_of(stage(of.base), keyword)


def all_lines(keyword: str) -> list[Line]:
    return [line for each in STAGES for line in each.lines if line.keyword == keyword]


# ---- packages ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("image, lock", IMAGES.items())
def test_an_image_has_the_packages_of_its_lock_with_their_digests_checked(image: str, lock: str) -> None:
    (source,) = [line.flag("from") for line in stage(image).lines if line.keyword == "COPY" and "/venv" in line.text]
    assert source
    installs = line_of(stage(source), "RUN").text
    assert f"install --no-deps --require-hashes -r {lock}" in installs
    assert lock in LOCKS


def test_pip_is_given_nothing_but_locks_pins_and_our_own_wheel() -> None:
    installs = [line.text for line in all_lines("RUN") if re.search(r"pip .*(install|wheel)", line.text)]
    assert len(installs) == 6
    for text in installs:
        assert "--no-deps" in text
        assert "--require-hashes" in text or "--no-index" in text or text.endswith("-r requirements-build.txt")


def test_a_change_of_source_installs_no_package_again() -> None:
    for name in ("web-packages", "worker-packages"):
        copied = [line.text for line in stage(name).lines if line.keyword == "COPY"]
        assert copied == [f"{IMAGES[name.removesuffix('-packages')]} ./"]


# ---- what runs -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("image", [each.name for each in STAGES if each.name in {*IMAGES, "worker-baked"}])
def test_an_image_runs_as_nobody_special_whose_number_is_known(image: str) -> None:
    user = line_of(stage(image), "USER").text
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    assert f"useradd --uid {user.partition(':')[0]} " in line_of(stage("lumen"), "RUN").text


@pytest.mark.parametrize("image", IMAGES)
def test_an_image_starts_a_command_that_the_program_has(image: str) -> None:
    name, *arguments = line_of(stage(image), "CMD").words
    command = getattr(import_module(COMMANDS[name][0]), f"{name}_command")
    parsed = command.make_context(name, arguments).params
    assert parsed["host"] == "0.0.0.0", "a platform's requests come from outside"
    assert parsed["port"] == port_of(image)
    assert line_of(stage(image), "ENTRYPOINT").words == ["lumen"]


def port_of(image: str) -> int:
    service = yaml.safe_load((ROOT / "deploy" / f"{image}.yaml").read_text())
    assert line_of(stage(image), "EXPOSE").text == str(service["--port"])
    return int(service["--port"])


def test_no_image_brings_a_setting_of_its_own() -> None:
    """They are in deploy/*.yaml. Baked weights have a place in the image, so it says where."""
    settings = {name for line in all_lines("ENV") for name in line.pairs if name.startswith("LUMEN_")}
    assert settings == {"LUMEN_WEIGHTS"}
    assert [line.keyword for line in stage("worker-baked").lines].count("ENV") == 1


def test_a_build_without_a_target_is_the_image_that_runs_anywhere() -> None:
    assert STAGES[-1].base == "web"
    assert STAGES[-1].lines == []


# ---- CUDA and PartCrafter ------------------------------------------------------------------------------------------


def test_the_drivers_library_is_of_the_cuda_that_torch_is_built_for() -> None:
    folder = line_of(stage("worker"), "ENV").pairs["LD_LIBRARY_PATH"]
    (copied,) = [line.text for line in stage("worker").lines if line.flag("from") == "cuda"]
    assert copied == f"{folder} {folder}"
    toolkit = re.search(r"^cuda-toolkit==(\d+\.\d+)\.", (ROOT / "requirements.txt").read_text(), re.MULTILINE)
    assert toolkit
    assert folder == f"/usr/local/cuda-{toolkit[1]}/compat"
    assert stage("cuda").base.startswith(f"nvidia/cuda:{toolkit[1]}.")


def test_partcrafter_is_at_the_commit_that_was_read_and_where_the_worker_looks() -> None:
    commit = line_of(stage("partcrafter"), "ARG").pairs["PARTCRAFTER"]
    assert re.fullmatch(r"[0-9a-f]{40}", commit)
    for file in ("models/nets/partcrafter.py", "models/image_to_parts.py", "requirements-gpu.txt", "docs/images.md"):
        said = re.findall(r"(?:commit |at |`)(269bd[0-9a-f]*|[0-9a-f]{7}\b)", (ROOT / file).read_text())
        assert said, file
        assert all(commit.startswith(each) for each in said), file
    assert line_of(stage("partcrafter"), "WORKDIR").text == Craft().partcrafter
    assert [line.text for line in stage("worker").lines if line.flag("from") == "partcrafter"] == [
        f"{Craft().partcrafter} {Craft().partcrafter}"
    ]


# ---- what the builder is sent --------------------------------------------------------------------------------------


def test_every_source_of_a_copy_is_let_in() -> None:
    sources = [word for line in all_lines("COPY") if not line.flag("from") for word in line.text.split()[:-1]]
    assert set(sources) == {".", *LOCKS, "requirements-build.txt"}
    assert [name for name in sources if name != "." and not IGNORE.lets_in(name)] == []


@pytest.mark.parametrize(
    "path",
    [
        *(".env", ".git/config", ".venv/bin/python", ".lumen/jobs.db", "out/flying-bird.glb", "key.json"),
        *("tests/conftest.py", "deploy/worker.yaml", "docs/api.md", "README.md", "requirements-dev.txt"),
        *("web/page/node_modules/esbuild/install.js", "web/page/app.tsx", "web/page/core/urls.ts"),
        *("jobs/__pycache__/job.cpython-311.pyc", "models/mesh/__pycache__/pose.cpython-311.pyc"),
    ],
)
def test_nothing_else_is_let_in(path: str) -> None:
    assert not IGNORE.lets_in(path)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the wheel lies unpacked that the images' own line makes, of what the builder is sent."""
    sent, made = tmp_path_factory.mktemp("sent"), tmp_path_factory.mktemp("made")
    for name in context():
        (sent / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, sent / name)
    words = (
        line_of(stage("wheel"), "RUN").text.replace("/venv/bin/python", sys.executable).replace("/wheels", str(made))
    )
    subprocess.run([sys.executable, "-m", *words.split()], cwd=sent, check=True, capture_output=True)
    (wheel,) = made.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(made / "site")
    return made / "site"


def test_what_is_sent_makes_a_wheel_with_all_that_the_packages_have(installed: Path) -> None:
    packages = ("cli", "jobs", "models", "web", "worker")
    here = {name for name in run("git", "-C", str(ROOT), "ls-files", *packages).splitlines() if (ROOT / name).exists()}
    sources = {name for name in here if name.startswith("web/page/") and not name.startswith("web/page/built/")}
    there = {str(path.relative_to(installed)) for path in installed.rglob("*") if path.is_file()}
    assert here - there == sources - {"web/page/api.d.ts"}


def test_the_program_of_the_wheel_makes_an_object(installed: Path, tmp_path: Path) -> None:
    where = "import cli, sys; from cli.main import main; sys.stderr.write(cli.__file__); main()"
    made = subprocess.run(
        [sys.executable, "-c", where, "make", "flying bird", "--quality", "draft", "--out", "made"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(installed), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert str(installed) in made.stderr
    assert list((tmp_path / "made").rglob("*.glb"))


# ---- the checks themselves -----------------------------------------------------------------------------------------


def test_hadolint_has_nothing_to_say_and_no_rule_is_off_without_a_reason() -> None:
    run(HADOLINT, str(ROOT / "Dockerfile"))
    lines = TEXT.splitlines()
    ignores = [number for number, line in enumerate(lines) if "hadolint ignore" in line]
    assert all(lines[number - 1].startswith("# ") for number in ignores)
    assert not list(ROOT.glob(".hadolint.y*ml"))


def test_hadolint_would_see_a_package_without_a_version(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text(TEXT.replace("# hadolint ignore=DL3008\n", ""))
    with pytest.raises(Failed, match="DL3008"):
        run(HADOLINT, str(tmp_path / "Dockerfile"))


def test_the_page_of_what_nobody_tried_is_of_this_dockerfile() -> None:
    said = (ROOT / "docs" / "images-untried.md").read_text()
    assert said == page(TEXT), "python -m deploy.dry --page"


@pytest.mark.parametrize(
    "old, new",
    [
        ("# image-dry: not tried: it fetches from GitHub.\n", ""),
        ("--from=cuda", "--from=other/image:1"),
        ("FROM web\n", "FROM web\nFROM other/image:1 AS other\n"),
        ("-r requirements.txt", "-r requirements-web.txt"),
    ],
)
def test_a_line_that_cannot_be_tried_makes_that_page_old(old: str, new: str) -> None:
    assert old in TEXT
    assert page(TEXT.replace(old, new)) != page(TEXT)


def test_of_a_lock_all_is_tried_but_what_runs_on_a_gpu() -> None:
    lock = (ROOT / "requirements.txt").read_text()
    tried = re.findall(r"^(\S+)==", without_left_out(lock), re.MULTILINE)
    gone = set(re.findall(r"^(\S+)==", lock, re.MULTILINE)) - set(tried)
    assert {"torch", "torchvision", "triton", "nvidia-cublas", "cuda-toolkit"} <= gone
    assert {"pymeshlab", "opencv-python-headless", "transformers"} <= set(tried)
    web = (ROOT / "requirements-web.txt").read_text()
    assert without_left_out(web) == web


def test_an_image_needs_its_stages_and_no_others() -> None:
    assert [each.name for each in needed(STAGES, ["web"])] == ["venv", "web-packages", "wheel", "lumen", "web"]


def test_a_machine_that_cannot_try_says_what_it_lacks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    assert missing()


# ---- the reader ----------------------------------------------------------------------------------------------------


def test_a_dockerfile_is_read_with_its_variables_flags_and_comments() -> None:
    head = "ARG BASE=debian:12\nFROM ${BASE} AS one\n"
    (one,) = parse(head + "# Why.\nRUN --mount=type=cache,target=/c a \\\n    # between\n    && b\n")
    (line,) = one.lines
    assert (one.name, one.base) == ("one", "debian:12")
    assert (line.number, line.keyword, line.note) == (4, "RUN", "Why.")
    assert line.text.split() == ["a", "&&", "b"]
    assert line.mounts == [{"type": "cache", "target": "/c"}]


@pytest.mark.parametrize("text", ["FROM a\nRUN cat <<RUN\nRUN\n", "FROM a\nADD b c\n", "FROM a\nSHELL ['sh']\n"])
def test_what_the_reader_does_not_know_it_does_not_guess(text: str) -> None:
    with pytest.raises(NotUnderstood):
        parse(text)


def test_a_command_for_a_shell_would_be_seen() -> None:
    (one,) = parse("FROM a\nCMD lumen web\n")
    with pytest.raises(NotUnderstood, match="exec form"):
        _ = one.lines[0].words


@pytest.mark.parametrize(
    "rules, path, gets_in",
    [
        ("*\n!jobs", "jobs/stores/sqlite.py", True),
        ("*\n!jobs", "worker/main.py", False),
        ("*\n!jobs\njobs/page/*\n!jobs/page/built", "jobs/page/app.tsx", False),
        ("*\n!jobs\njobs/page/*\n!jobs/page/built", "jobs/page/built/app.js", True),
        ("**/*.py[co]", "a/b/c.pyc", False),
        ("**/*.py[co]", "a/b/c.py", True),
        ("# a comment\n", "a", True),
    ],
)
def test_the_last_rule_that_speaks_of_a_file_decides(rules: str, path: str, gets_in: bool) -> None:
    assert Ignore.parse(rules).lets_in(path) is gets_in
