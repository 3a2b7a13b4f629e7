"""Jobs over HTTP, for programs that have an address and a key.

    from jobs.http_client import Client

    with Client("https://lumen.example", "lk_...") as client:
        job = client.submit("flying bird", seed=7)
        for change in client.watch(job.id, timeout_s=900):
            print(change.status, change.progress)
        client.download(job.id, "object.glb", Path("bird.glb"))

`AsyncClient` is the same with `await`. Errors: `jobs.http_client.errors`. What may safely be asked twice is asked again
when the answer was lost or the API said "later"; a submit always is, for it carries an Idempotency-Key.
"""

from jobs.http_client.aio import AsyncClient
from jobs.http_client.client import Client
from jobs.http_client.job import RemoteJob
from jobs.http_client.wire import Submitted

__all__ = ["AsyncClient", "Client", "RemoteJob", "Submitted"]
