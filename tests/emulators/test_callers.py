"""Who may push to a worker that serves a real cloud: the whole process, with keys and tokens of our own.

Store and bucket are emulators. Pub/Sub's is not named, so the worker takes itself to be in production.
"""

import time
from collections.abc import Iterator

import pytest

from jobs.status import JobStatus
from tests.emulators.jobs import pushed_to
from tests.house import House, Running, envelope, push
from tests.ports import free_port
from tests.push_tokens import (
    KeyServer,
    good_claims,
    public_pem,
    rsa_key,
    settings_for,
    signed_with_a_secret,
    token,
    unsigned,
)

LONG_AGO = int(time.time()) - 7_200


@pytest.fixture(scope="module")
def keys() -> Iterator[KeyServer]:
    with KeyServer() as keys:
        yield keys


@pytest.fixture
def worker(house: House, keys: KeyServer) -> Running:
    pushed_to(house, free_port())
    in_production = {"PUBSUB_EMULATOR_HOST": "", "NO_GCE_CHECK": "true", "LUMEN_SWEEP_S": "3600"}
    return house.gunicorn(**in_production, **settings_for(keys.url))


def test_only_pubsub_in_our_accounts_name_may_push(house: House, worker: Running) -> None:
    strangers = {
        "no token": (401, None),
        "not a bearer": (401, f"Basic {token()}"),
        "alg none": (401, f"Bearer {unsigned({'alg': 'none', 'kid': 'first'}, good_claims())}."),
        "a secret everybody knows": (401, f"Bearer {signed_with_a_secret(public_pem(rsa_key()).encode())}"),
        "another key": (401, f"Bearer {token(rsa_key('other'))}"),
        "expired": (401, f"Bearer {token(iat=LONG_AGO, exp=LONG_AGO + 3_600)}"),
        "wrong audience": (403, f"Bearer {token(aud='https://other.example')}"),
        "wrong account": (403, f"Bearer {token(email='other@lumen.iam.gserviceaccount.com')}"),
        "wrong issuer": (403, f"Bearer {token(iss='https://other.example')}"),
    }
    job = house.submit("cat", quality="draft")
    told = {who: push(worker, envelope(job.id), authorization=said)[0] for who, (_, said) in strangers.items()}
    assert told == {who: status for who, (status, _) in strangers.items()}
    assert house.job(job.id).claims == 0

    assert push(worker, envelope(job.id), authorization=f"Bearer {token()}") == (204, None)
    assert house.job(job.id).status is JobStatus.SUCCEEDED
    assert "Traceback" not in worker.said()


def test_without_the_account_a_worker_in_production_does_not_start(house: House) -> None:
    missing = {"PUBSUB_EMULATOR_HOST": "", "LUMEN_PUSH_URL": "https://worker.example/pubsub/push"}
    done = house.lumen("worker", "--port", str(free_port()), code=2, **missing)
    assert done.stderr.startswith("lumen: LUMEN_PUSH_ACCOUNT")
    assert len(done.stderr.splitlines()) == 1
