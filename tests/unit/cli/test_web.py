"""`lumen web`: how it is served."""

from cli.web import REQUEST_THREADS, gunicorn


def test_there_are_threads_for_requests_however_many_streams_are_allowed() -> None:
    for streams_max in (1, 48, 1000):
        command = gunicorn("app:build()", bind="127.0.0.1:1", streams_max=streams_max, workers=2)
        threads = int(command[command.index("--threads") + 1])
        assert threads - streams_max == REQUEST_THREADS
    assert command[command.index("--workers") + 1] == "2"
    assert command[-1] == "app:build()"
