"""What Cloud Run puts in front of a worker's instances: each is given one request at a time."""

import http.client
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Empty, SimpleQueue

PENDING_S = 10.0  # Cloud Run keeps a request waiting for a free instance at least that long, then says 429
ANSWER_S = 120.0


@dataclass(frozen=True, slots=True)
class Front:
    """Where to post to, and the instances that have nothing to do."""

    port: int
    free: "SimpleQueue[int]"

    def add(self, port: int) -> None:
        """One more instance."""
        self.free.put(port)


@contextmanager
def balancing(*ports: int) -> Iterator[Front]:
    """Spreads what is posted over the instances at these ports of loopback."""
    free: SimpleQueue[int] = SimpleQueue()
    for port in ports:
        free.put(port)

    class Balancer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                port = free.get(timeout=PENDING_S)
            except Empty:
                self._answer(429)
                return
            try:
                self._answer(_passed_on(port, self.path, body, dict(self.headers)))
            finally:
                free.put(port)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 (http.server's name)
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Balancer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Front(server.server_port, free)
        finally:
            server.shutdown()
            thread.join()


def _passed_on(port: int, path: str, body: bytes, headers: dict[str, str]) -> int:
    with closing(http.client.HTTPConnection("127.0.0.1", port, timeout=ANSWER_S)) as connection:
        try:
            connection.request("POST", path, body, headers)
            response = connection.getresponse()
            response.read()
        except OSError:
            return 503
        return response.status
