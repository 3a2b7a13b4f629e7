"""A bucket of Cloud Storage. A file is one object, and the condition an upload carries decides between two writers."""

import hashlib
import io
import math
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from functools import cached_property
from operator import attrgetter
from pathlib import Path, PurePosixPath
from typing import BinaryIO
from urllib.parse import quote

from google.api_core.exceptions import BadRequest, PreconditionFailed
from google.api_core.exceptions import NotFound as NoSuchObject
from google.api_core.retry import Retry
from google.auth.credentials import AnonymousCredentials, Credentials, Signing
from google.auth.transport.requests import Request
from google.cloud.storage import Blob as CloudObject
from google.cloud.storage import Client
from google.cloud.storage.exceptions import DataCorruption
from google.cloud.storage.retry import DEFAULT_RETRY

from jobs.bucket import CHUNK_BYTES, Blob, Found, arriving, checked_name, content_type, is_name, measured
from jobs.clock import Clock, SystemClock
from jobs.errors import BackendDown, BlobExists, BlobMissing, InvalidRequest, SettingsInvalid
from jobs.gcp import CALL_S, TRANSFER_S, speaking_our_errors

LISTED = "items(name,size,customTime,updated),nextPageToken"
SHA256 = "sha256"  # under this name an object's metadata tell what is in it
CRC32C = "crc32c"  # what Cloud Storage itself knows of every object
NOT_THERE_YET = 0  # the generation of what does not exist
TRANSFER = (CALL_S, TRANSFER_S)  # to connect, and for every wait after that
PIECE_BYTES = 8 * CHUNK_BYTES  # of a large file: Cloud Storage takes multiples of 256 KiB, and advises 8 MiB or more
# A large file is hours on a thin line: here the library asks again for the one piece that failed, as nobody else can.
# 120 s are Google's own default.
PIECE_RETRY = DEFAULT_RETRY.with_timeout(120)
LINK_MAX_S = 7 * 24 * 3600  # a V4 signature lasts seven days at most
# The library's own default is for files only, and with that IAM signs nothing; what may be done, roles decide.
SCOPES = ("https://www.googleapis.com/auth/cloud-platform",)


class GcsBucket:
    """A `Bucket` in Cloud Storage. Connects when it is first used, so never before a fork.

    All threads share one client, which Google's documentation allows. Up to 8 MiB go up in one request; the
    library sends more in pieces of as much, and there is nothing to be seen of them until the last has arrived.
    """

    def __init__(self, project: str, name: str, clock: Clock | None = None) -> None:
        self._project = project
        self._name = name
        self._clock = clock or SystemClock()

    @cached_property
    def _client(self) -> Client:
        client = Client(project=self._project, client_options={"scopes": SCOPES})
        # For traces that we do not write, it asks for the bucket's own data, behind our back and for up to two minutes.
        client._bucket_metadata_cache = None  # noqa: SLF001 (its public switch is a variable of the environment)
        return client

    def put(self, name: str, data: bytes, *, replace: bool = False) -> Blob:
        return self._put(checked_name(name), io.BytesIO(data), replace=replace)

    def put_file(self, name: str, path: Path, *, replace: bool = False) -> Blob:
        checked_name(name)
        with path.open("rb") as file:
            return self._put(name, file, replace=replace, retry=PIECE_RETRY)

    def _put(self, name: str, file: BinaryIO, *, replace: bool, retry: Retry | None = None) -> Blob:
        blob = self._described(name, *measured(file))
        with self._asking(name):
            try:
                self._upload(blob, file, None if replace else NOT_THERE_YET, retry)
            except PreconditionFailed:
                self._require_same(blob)
        return blob

    def get(self, name: str) -> bytes:
        with self._asking(name):
            try:
                return _downloaded(self._object(name))
            except NoSuchObject:
                raise BlobMissing(name) from None

    def get_file(self, name: str, path: Path) -> Blob:
        """What a broken connection has brought is kept, and the rest asked for."""
        there = self._object(name)
        with arriving(path) as file, self._asking(name):
            try:
                there.download_to_file(file, checksum=CRC32C, retry=PIECE_RETRY, timeout=TRANSFER)
            except NoSuchObject:
                raise BlobMissing(name) from None
            file.seek(0)
            return self._described(name, *measured(file))

    def stat(self, name: str) -> Blob:
        with self._asking(name):
            try:
                there = self._object(name)
                there.reload(retry=None, timeout=CALL_S)
                return self._described(name, there.size, _sha256_of(there))
            except NoSuchObject:
                raise BlobMissing(name) from None

    def find(self, prefix: str) -> Iterator[Found]:
        with self._asking(prefix):
            found = self._client.list_blobs(self._name, prefix=prefix, fields=LISTED, retry=None, timeout=CALL_S)
            return iter(sorted((_found(each) for each in found if is_name(each.name)), key=attrgetter("name")))

    def touch(self, name: str) -> None:
        """The bucket's lifecycle counts from the time that is set here.

        It can only move forward: where a machine whose clock runs ahead has set a later one, that one stays.
        """
        with self._asking(name), suppress(NoSuchObject, BadRequest):
            there = self._object(name)
            there.custom_time = self._clock.now()
            there.patch(retry=None, timeout=CALL_S)

    def delete(self, name: str) -> None:
        with self._asking(name), suppress(NoSuchObject):
            self._object(name).delete(retry=None, timeout=CALL_S)

    def link(self, name: str, *, for_s: float) -> str:
        """A signed address, under which a browser saves the file by its own name.

        Signed with the credentials' key; where they hold none, as on Cloud Run, IAM signs for the service account,
        which needs the role Service Account Token Creator on itself. The emulator knows no accounts: its address is
        a plain one, and does not end.

        Raises: InvalidRequest for a time that no signature lasts, SettingsInvalid for credentials of a person, who
        cannot sign, BackendDown.
        """
        if not 0 < for_s <= LINK_MAX_S:
            raise InvalidRequest("for_s", f"a link lasts for up to {LINK_MAX_S} s, not {for_s:g}")
        with self._asking(name):
            there = self._object(name)
            credentials = self._client._credentials  # noqa: SLF001 (they have no public name)
            if isinstance(credentials, AnonymousCredentials):
                return self._plain_address(name)
            address: str = there.generate_signed_url(
                version="v4",
                expiration=timedelta(seconds=math.ceil(for_s)),
                response_disposition=f'attachment; filename="{PurePosixPath(name).name}"',
                **({} if isinstance(credentials, Signing) else _signed_by_iam(credentials)),
            )
            return address

    def _plain_address(self, name: str) -> str:
        return f"{self._client.api_endpoint}/download/storage/v1/b/{self._name}/o/{quote(name, safe='')}?alt=media"

    def _upload(self, blob: Blob, file: BinaryIO, if_generation: int | None, retry: Retry | None) -> None:
        there = self._object(blob.name)
        there.chunk_size = PIECE_BYTES  # the library's own, 100 MiB, would be in memory
        there.metadata = {SHA256: blob.sha256}
        there.custom_time = self._clock.now()  # the bucket's lifecycle counts from it
        there.upload_from_file(
            file,
            rewind=True,
            size=blob.bytes,
            content_type=blob.content_type,
            if_generation_match=if_generation,
            checksum=CRC32C,
            retry=retry,
            timeout=TRANSFER,
        )

    def _require_same(self, blob: Blob) -> None:
        """The name was taken: by the same bytes, then all is well, perhaps they are our own of the try before.

        Raises: BlobExists, BackendDown.
        """
        try:
            there = self.stat(blob.name)
        except BlobMissing:
            raise BackendDown(f"{blob.uri} was there and is gone again.") from None
        if there.sha256 != blob.sha256:
            raise BlobExists(f"{blob.uri} is there already, with other bytes.") from None

    def _described(self, name: str, size: int, sha256: str) -> Blob:
        return Blob(name, f"gs://{self._name}/{name}", size, sha256, content_type(name))

    def _object(self, name: str) -> CloudObject:
        return self._client.bucket(self._name).blob(checked_name(name))

    @contextmanager
    def _asking(self, name: str) -> Iterator[None]:
        """As all adapters to Google do. Bytes that were damaged on their way are an outage, too."""
        with speaking_our_errors(f"gs://{self._name}/{name}"):
            try:
                yield
            except DataCorruption as error:
                raise BackendDown(f"gs://{self._name}/{name}: {error}") from error


def _found(there: CloudObject) -> Found:
    """What is not from us has no custom time."""
    return Found(there.name, there.size, there.custom_time or there.updated)


def _downloaded(there: CloudObject) -> bytes:
    """All of its bytes, compared with the checksum that came with them."""
    data: bytes = there.download_as_bytes(checksum=CRC32C, retry=None, timeout=TRANSFER)
    return data


def _sha256_of(there: CloudObject) -> str:
    """What its metadata say; of an object that is not from us, what its bytes say."""
    return (there.metadata or {}).get(SHA256) or hashlib.sha256(_downloaded(there)).hexdigest()


def _signed_by_iam(credentials: Credentials) -> dict[str, str]:
    """The arguments that make the library ask IAM for the signature. Raises: SettingsInvalid."""
    if not hasattr(credentials, "service_account_email"):
        raise SettingsInvalid("Only a service account can sign a link, and these credentials are of none.")
    if not credentials.valid:
        credentials.refresh(Request())  # also tells the account's address, which is "default" until then
    return {"service_account_email": credentials.service_account_email, "access_token": credentials.token}
