"""What a bare Flask route costs that does the same reads and writes and nothing else: no checks, no limits."""

import json
import os
import sqlite3
import tempfile
import threading
from pathlib import Path

from flask import Flask, Response, request

DOCUMENT = json.dumps({"text": "x" * 1_300})  # a job document in JSON has 1.2 to 1.4 kB
RECORD = json.dumps({"n": 1})
WRITES = (("limits", RECORD), ("turns", RECORD), ("jobs", DOCUMENT), ("queue", RECORD))  # each in a commit of its own


def build() -> Flask:
    """Run by gunicorn as our own app is; BARE_DATA names the folder."""
    folder = Path(os.environ["BARE_DATA"])
    local = threading.local()
    app = Flask("bare")

    def database() -> sqlite3.Connection:
        if not hasattr(local, "db"):
            local.db = sqlite3.connect(folder / "bare.db", timeout=10, isolation_level=None)
            local.db.execute("PRAGMA journal_mode=WAL")
            local.db.execute("PRAGMA synchronous=FULL")
            local.db.execute("CREATE TABLE IF NOT EXISTS rows (id INTEGER PRIMARY KEY, kind TEXT, body TEXT)")
        return local.db  # type: ignore[no-any-return]  # what was put there

    @app.get("/health")
    def health() -> Response:
        database().execute("SELECT 1").fetchone()
        return Response('{"status": "ok"}', content_type="application/json")

    @app.post("/submit")
    def submit() -> Response:
        request.get_json()
        row = 0
        for kind, body in WRITES:
            row = database().execute("INSERT INTO rows (kind, body) VALUES (?, ?)", (kind, body)).lastrowid or 0
        return Response(json.dumps({"id": row, **json.loads(DOCUMENT)}), status=202, content_type="application/json")

    @app.get("/job/<int:row>")
    def job(row: int) -> Response:
        (body,) = database().execute("SELECT body FROM rows WHERE id = ?", (row,)).fetchone()
        response = Response(body, content_type="application/json")
        response.set_etag(str(row))
        response.make_conditional(request)
        return response

    @app.post("/upload")
    def upload() -> Response:
        handle, name = tempfile.mkstemp(dir=folder)
        with os.fdopen(handle, "wb") as file:
            while chunk := request.stream.read(1 << 20):
                file.write(chunk)
            file.flush()
            os.fsync(handle)
        return Response(json.dumps({"name": name}), status=201, content_type="application/json")

    return app
