"""Tokens as Pub/Sub sends them with a push, and the server that has the keys to check them.

    with KeyServer() as keys:
        house.more |= settings_for(keys.url)
        push(worker, body, headers={"Authorization": f"Bearer {token()}"})

Signed here by hand, with nothing of the library that checks them.
"""

import base64
import hashlib
import hmac
import json
import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

ACCOUNT = "pusher@lumen.iam.gserviceaccount.com"
AUDIENCE = "https://worker.example/pubsub/push"
ISSUER = "https://accounts.google.com"
PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey


def settings_for(keys_url: str) -> dict[str, str]:
    """The environment of a worker that takes these tokens."""
    return {"LUMEN_PUSH_KEYS_URL": keys_url, "LUMEN_PUSH_ACCOUNT": ACCOUNT, "LUMEN_PUSH_URL": AUDIENCE}


# --- keys ------------------------------------------------------------------------------------------------


@cache
def rsa_key(name: str = "first") -> rsa.RSAPrivateKey:
    """One per name and process: making one takes a tenth of a second."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2048)


@cache
def ec_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


@cache
def certificate(key: PrivateKey) -> str:
    """The PEM that the key server has, as Google's: a certificate that the key signed itself."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "push tokens of tests")])
    today = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today)
        .not_valid_after(today + timedelta(days=2))
        .sign(key, hashes.SHA256())
    )
    return made.public_bytes(Encoding.PEM).decode()


def public_pem(key: PrivateKey) -> str:
    """The public key alone: what a forger may have."""
    return key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


# --- tokens ----------------------------------------------------------------------------------------------


def token(key: PrivateKey | None = None, *, header: Mapping[str, Any] | None = None, **claims: Any) -> str:
    """A good token but for what is said otherwise. A claim, or an entry of the header, that is None is left out."""
    key = key or rsa_key()
    alg = "RS256" if isinstance(key, rsa.RSAPrivateKey) else "ES256"
    text = unsigned({"alg": alg, "kid": "first", "typ": "JWT"} | dict(header or {}), good_claims() | claims)
    return f"{text}.{_encoded(_signature(key, text.encode()))}"


def good_claims() -> dict[str, Any]:
    """What Pub/Sub says of itself, a moment ago, for an hour."""
    now = int(time.time())
    said = {"iss": ISSUER, "aud": AUDIENCE, "email": ACCOUNT, "email_verified": True, "sub": "1", "azp": "1"}
    return said | {"iat": now - 1, "exp": now + 3599}


def unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    """A token's first two parts."""
    return ".".join(_encoded(json.dumps(_said(part)).encode()) for part in (header, claims))


def signed_with_a_secret(secret: bytes) -> str:
    """HS256: whoever knows the secret can sign."""
    text = unsigned({"alg": "HS256", "kid": "first", "typ": "JWT"}, good_claims())
    return f"{text}.{_encoded(hmac.digest(secret, text.encode(), hashlib.sha256))}"


def _said(part: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in part.items() if value is not None}


def _signature(key: PrivateKey, text: bytes) -> bytes:
    if isinstance(key, rsa.RSAPrivateKey):
        return key.sign(text, padding.PKCS1v15(), hashes.SHA256())
    numbers = decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    return b"".join(number.to_bytes(32, "big") for number in numbers)


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


# --- the key server --------------------------------------------------------------------------------------


@dataclass
class Answer:
    """What the key server says to the next who asks."""

    body: bytes
    status: int = 200
    cache_control: str | None = "public, max-age=3600, must-revalidate, no-transform"


class KeyServer:
    """Keys over HTTP on loopback, while the block runs. `asked` counts the questions."""

    def __init__(self, **keys: PrivateKey) -> None:
        """By id; without any, the key that signs a token about which nothing else is said."""
        self.asked = 0
        self.answer = Answer(b"")
        self.has(**keys or {"first": rsa_key()})
        self._lock = threading.Lock()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/certs"

    def has(self, **keys: PrivateKey) -> None:
        """From now on these keys and no others."""
        self.answer.body = json.dumps({kid: certificate(key) for kid, key in keys.items()}).encode()

    def fail(self) -> None:
        """From now on it has no answer."""
        self.answer.status = 500

    def recover(self) -> None:
        self.answer.status = 200

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.01,), name="key server", daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                server._count()
                answer = server.answer
                self.send_response(answer.status)
                self.send_header("Content-Length", str(len(answer.body)))
                if answer.cache_control is not None:
                    self.send_header("Cache-Control", answer.cache_control)
                self.end_headers()
                self.wfile.write(answer.body)

            def log_message(self, *args: Any) -> None:
                """A test's output is its own."""

        return Handler

    def _count(self) -> None:
        with self._lock:
            self.asked += 1
