"""A backup: whole or refused, put back as it was, into whatever is there, cut off anywhere and done again."""

import io
from datetime import timedelta

import pytest

from jobs.backup import PAGE, Backup, Outcome, kind_of
from jobs.backup_file import BackupReader, BackupWriter, check
from jobs.errors import InvalidRequest
from jobs.job_store import JOBS
from jobs.store import Document
from tests.backups import everything, file_of, furnish, restored
from tests.fakes import START, Flaky

# --- there and back ---


def test_everything_comes_back_as_it_was_in_another_house(backup: Backup, elsewhere: Backup) -> None:
    furnish(backup.documents)
    file = file_of(backup)
    assert check(file).made_at == START
    assert {outcome for _, outcome in restored(elsewhere, file)} == {Outcome.CREATED}
    assert everything(elsewhere.documents) == everything(backup.documents)
    assert len(everything(elsewhere.documents)) == 4


def test_more_than_a_page_goes_into_the_file_and_never_all_at_once(backup: Backup, documents: Flaky) -> None:
    for n in range(PAGE + 1):
        documents.create("things", f"{n:03}", {})
    written = BackupWriter(io.BytesIO())
    steps = backup.export(written, backend="local")
    next(steps)
    assert documents.calls["walk"] == 1
    assert len(list(steps)) == PAGE
    assert written.count == PAGE + 1


def test_a_house_at_work_goes_on_and_what_was_there_all_the_while_is_in_it_once(
    backup: Backup, documents: Flaky, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("jobs.backup.PAGE", 2)
    for key in "bdfhj":
        documents.create("things", key, {"n": 1})
    met = []
    for n, done in enumerate(backup.export(BackupWriter(out := io.BytesIO()), backend="local")):
        met.append(done.document.key)
        documents.create("things", f"{done.document.key}{n}" if n < 3 else f"a{n}", {})  # behind it, and before it
        if n == 1:
            documents.delete("things", "d")
            documents.write(documents.read("things", "h"), {"n": 2})
    assert {"b", "f", "h", "j"} <= set(met)
    assert len(met) == len(set(met))
    check(io.BytesIO(out.getvalue()))


def test_a_value_that_json_has_no_word_for_keeps_its_document_out(
    backup: Backup, monkeypatch: pytest.MonkeyPatch
) -> None:
    foreign = [Document("places", "a", {"picture": b"x"}, "", START), Document("things", "b", {}, "", START)]
    monkeypatch.setattr(backup.documents, "walk", lambda *, limit, after: iter([] if after else foreign))
    done = list(backup.export(BackupWriter(out := io.BytesIO()), backend="gcp"))
    assert [(each.document.key, bool(each.left)) for each in done] == [("a", True), ("b", False)]
    check(io.BytesIO(out.getvalue()))


# --- which ---


def test_jobs_alone_are_jobs_and_what_lies_under_them(backup: Backup) -> None:
    furnish(backup.documents)
    reader = BackupReader(file_of(backup, jobs_only=True))
    assert reader.head().jobs_only
    assert {kind_of(saved.collection) for saved in reader.documents()} == {"jobs", "jobs/*/private"}


def test_since_leaves_out_jobs_that_did_not_change_with_what_lies_under_them(backup: Backup) -> None:
    furnish(backup.documents)
    documents, later = backup.documents, START + timedelta(hours=1)
    documents.create(JOBS, "b", {"updated_at": later})
    documents.create("jobs/b/private", "debug", {})
    documents.create(JOBS, "unreadable", {})
    file = file_of(backup, since=later)
    reader = BackupReader(file)
    reader.head()
    met = {(saved.collection, saved.key) for saved in reader.documents()}
    assert {(JOBS, "b"), ("jobs/b/private", "debug"), (JOBS, "unreadable"), ("keys", "k/1 ü")} <= met
    assert not {(JOBS, "a"), ("jobs/a/private", "debug")} & met


# --- a file that is no backup, or not whole ---


def test_a_file_cut_off_anywhere_is_refused(backup: Backup) -> None:
    furnish(backup.documents)
    whole = file_of(backup).getvalue()
    check(io.BytesIO(whole))
    ends = [at for at, byte in enumerate(whole) if byte == ord("\n")]
    for cut in {0, 1, len(whole) - 1, *ends, *(end + 1 for end in ends[:-1]), *range(0, len(whole), 97)}:
        with pytest.raises(InvalidRequest):
            check(io.BytesIO(whole[:cut]))


def test_a_file_with_other_bytes_is_refused(backup: Backup) -> None:
    furnish(backup.documents)
    whole = file_of(backup).getvalue()
    first, *lines, last = whole.splitlines(keepends=True)
    wrong = [
        whole.replace(b"boom", b"boon"),
        whole.replace(b'"backend": "local"', b'"backend": "gcp"'),
        b"".join([first, *reversed(lines), last]),
        b"".join([first, *lines[1:], last]),
        whole + b"x",
    ]
    for each in wrong:
        with pytest.raises(InvalidRequest, match="not whole"):
            check(io.BytesIO(each))


def test_of_a_torn_file_all_that_stands_before_the_tear_can_be_had(backup: Backup, elsewhere: Backup) -> None:
    furnish(backup.documents)
    lines = file_of(backup).getvalue().splitlines(keepends=True)
    reader = BackupReader(io.BytesIO(b"".join(lines[:3]) + lines[3][:9]))
    assert [outcome for _, outcome in elsewhere.restore(reader)] == [Outcome.CREATED] * 2
    assert reader.torn == "line 4 is not there: the file was cut off"
