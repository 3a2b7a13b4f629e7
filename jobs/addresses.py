"""Where a stranger's URL may send us, and going there: outwards only, and only to addresses that were looked at.

Such a URL may lead inwards: to a metadata server, to a database beside us, to this machine (server-side request
forgery). So its name is looked up here, every address that it has must be public, and the connection is made to these
very addresses. A second look-up could give others (DNS rebinding).
"""

import re
import socket
import ssl
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.parse import urlsplit

import httpcore

from jobs.clock import Clock, SystemClock
from jobs.errors import InvalidRequest

ANSWER_S = 15.0  # for all of a request but the look-up; Standard Webhooks asks for 15 to 30 s
URL_CHARS_MAX = 2048  # what servers and proxies commonly take
PLAIN_URL = re.compile(r"https?://[!-\[\]-~]+")  # no space, no control character, no backslash: parsers differ on these
HTTPS_PORT, HTTP_PORT = 443, 80
FREE_PORT_MIN = 1024  # below are the ports of other protocols (RFC 6335): mail or ssh shall not hear from us
IPV6_PUBLIC = IPv6Network("2000::/3")  # all that IANA has given out
NAT64 = IPv6Network("64:ff9b::/96")  # RFC 6052: the last 32 bits are an IPv4 address
# Inward, although `is_global` says otherwise: 192.0.0.0/24 for protocols (Python before 3.11.10 knows a part of it),
# the relays of 6to4 (RFC 7526), and Azure's 168.63.129.16, behind which a machine's own host answers.
INWARD = tuple(map(IPv4Network, ("192.0.0.0/24", "192.88.99.0/24", "168.63.129.16/32")))

Resolve = Callable[[str, int], list[str]]  #: a name's addresses; raises OSError when it has none


@dataclass(frozen=True, slots=True)
class Reply:
    """What came of a request: a status, or why there is none."""

    status: int = 0
    error: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300  # noqa: PLR2004 (HTTP's own)

    @property
    def words(self) -> str:
        """What went wrong; "" when nothing did."""
        return self.error or ("" if self.ok else f"It answered {self.status}.")


@dataclass(frozen=True, slots=True)
class Target:
    """A URL that may be called, taken apart once, so that no second parser reads it differently."""

    scheme: str
    host: str
    port: int
    authority: str  #: host and port as the URL has them
    path: str
    addresses: tuple[str, ...]

    @property
    def url(self) -> httpcore.URL:
        return httpcore.URL(scheme=self.scheme, host=self.host, port=self.port, target=self.path)


def resolved(host: str, port: int) -> list[str]:
    """By the system's resolver, which also reads 0x7f.1 and 2130706433 as the addresses that they are."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


@dataclass(frozen=True, slots=True)
class Outside:
    """The world outside. `loopback`: this machine too, over http as well: for development and tests."""

    loopback: bool = False
    resolve: Resolve = resolved
    tls: ssl.SSLContext | None = None  #: None: certificates as certifi has them
    clock: Clock = field(default_factory=SystemClock)
    answer_s: float = ANSWER_S

    def target(self, url: str) -> Target:
        """Take a URL apart and look its name up. Raises: InvalidRequest for one that we shall not call."""
        target = taken_apart(url)
        try:
            found = self.resolve(target.host, target.port)
        except (OSError, UnicodeError):  # UnicodeError: a name that no resolver would take
            raise InvalidRequest("url", f"{target.host} has no address") from None
        addresses = [ip_address(each) for each in found]
        here = self.loopback and bool(addresses) and all(each.is_loopback for each in addresses)
        if not here and target.scheme != "https":
            raise InvalidRequest("url", "must begin with https://")
        if not here and not (addresses and all(map(is_public, addresses))):
            raise InvalidRequest("url", f"{target.host} is not a public address")
        return replace(target, addresses=tuple(map(str, addresses)))

    def post(self, url: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """Send it there. A redirect is an answer like any other, and nothing of an answer is read but its status."""
        try:
            target = self.target(url)
        except InvalidRequest as error:
            return Reply(error=f"The URL {error.why}.")
        said = {"Host": target.authority, "Content-Length": str(len(body)), **headers}
        wire = Straight(target.addresses, Allowance(self.clock, self.answer_s))
        try:
            with (
                httpcore.ConnectionPool(ssl_context=self.tls, network_backend=wire) as pool,
                pool.stream("POST", target.url, headers=list(said.items()), content=body) as response,
            ):
                return Reply(response.status)
        except httpcore.TimeoutException:
            return Reply(error=f"No answer in {self.answer_s:g} s.")
        except (httpcore.NetworkError, httpcore.ProtocolError) as error:
            return Reply(error=f"No answer: {error}")


def taken_apart(url: str) -> Target:
    """Without its addresses. Raises: InvalidRequest."""
    if len(url) > URL_CHARS_MAX or not PLAIN_URL.fullmatch(url):
        raise InvalidRequest("url", f"must be https:// and at most {URL_CHARS_MAX} plain characters")
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:  # brackets that do not match, a port that is no number
        raise InvalidRequest("url", "is not a URL") from None
    if not host or "@" in parts.netloc:
        raise InvalidRequest("url", "must have a host, and no user or password")
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if port is None:
        port = HTTPS_PORT if parts.scheme == "https" else HTTP_PORT
    if port < FREE_PORT_MIN and port not in {HTTPS_PORT, HTTP_PORT}:
        raise InvalidRequest("url", f"must have port {HTTPS_PORT}, or one from {FREE_PORT_MIN} on")
    return Target(parts.scheme, host, port, parts.netloc.lower(), path, ())


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether everybody may call it, whatever form it comes in."""
    plain = plain_address(address)
    if isinstance(plain, IPv6Address):
        return plain in IPV6_PUBLIC and plain.is_global
    return plain.is_global and not plain.is_multicast and not any(plain in network for network in INWARD)


def plain_address(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 one stands for (mapped, 6to4, NAT64), or the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return address.ipv4_mapped or address.sixtofour or address


# --- the connection -------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class Allowance:
    """Seconds for a whole request. A limit for each read alone would let a server hold us with a byte now and then."""

    clock: Clock
    seconds: float
    begun: float = field(init=False)

    def __post_init__(self) -> None:
        self.begun = self.clock.monotonic()

    def left(self) -> float:
        """Raises: httpcore.TimeoutException when nothing is."""
        left = self.begun + self.seconds - self.clock.monotonic()
        if left <= 0:
            raise httpcore.TimeoutException(f"{self.seconds:g} s are over")
        return left


@dataclass(frozen=True)
class Straight(httpcore.NetworkBackend):
    """Connects to addresses that were looked at, whatever name it is given."""

    addresses: tuple[str, ...]
    allowance: Allowance

    def connect_tcp(
        self,
        host: str,  # noqa: ARG002 (the signature is httpcore's)
        port: int,
        timeout: float | None = None,  # noqa: ARG002
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """To the first that takes us: a machine may have no way to IPv6. Each has its share of the time."""
        failure: Exception = httpcore.ConnectError("there is no address")
        for tried, address in enumerate(self.addresses):
            share_s = self.allowance.left() / (len(self.addresses) - tried)
            try:
                stream = httpcore.SyncBackend().connect_tcp(address, port, share_s, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
            else:
                return Timed(stream, self.allowance)
        raise failure


@dataclass(frozen=True)
class Timed(httpcore.NetworkStream):
    """A connection whose every step may take what is left."""

    inner: httpcore.NetworkStream
    allowance: Allowance

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 (the signature is httpcore's)
        return self.inner.read(max_bytes, self.allowance.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self.inner.write(buffer, self.allowance.left())

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return Timed(self.inner.start_tls(ssl_context, server_hostname, self.allowance.left()), self.allowance)

    def close(self) -> None:
        self.inner.close()

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)
