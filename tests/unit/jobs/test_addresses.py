"""A stranger's URL leads outwards, to the address that was looked at, or nowhere."""

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from ipaddress import ip_address
from pathlib import Path

import httpcore
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from jobs.addresses import ANSWER_S, URL_CHARS_MAX, Allowance, Outside, Reply, Resolve, Straight, is_public
from jobs.errors import InvalidRequest
from tests.fakes import FakeClock
from tests.receiver import Receiver, a_receiver

INWARD = """
    0.0.0.0 10.0.0.1 100.64.0.1 100.100.100.200 127.0.0.1 127.255.255.254 169.254.169.254 172.16.0.1 192.0.0.192
    192.88.99.1 192.168.1.1 198.18.0.1 203.0.113.9 224.0.0.1 239.255.255.250 240.0.0.1 255.255.255.255 168.63.129.16
    :: ::1 ::7f00:1 fe80::1 fe80::1%2 fc00::1 fd00:ec2::254 fd20:ce::254 fec0::1 ff02::1 100::1 2001::1 2001:db8::1
    ::ffff:127.0.0.1 ::ffff:10.0.0.1 ::ffff:169.254.169.254 2002:7f00:1:: 2002:a9fe:a9fe:: 2002:a00:1::
    64:ff9b::7f00:1 64:ff9b::a9fe:a9fe 64:ff9b:1::808:808
""".split()
OUTWARD = "8.8.8.8 1.1.1.1 172.32.0.1 2606:4700::1111 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::".split()


@pytest.mark.parametrize("address", INWARD)
def test_an_address_that_not_everybody_may_call_is_not_public(address: str) -> None:
    assert not is_public(ip_address(address))


@pytest.mark.parametrize("address", OUTWARD)
def test_an_address_that_everybody_may_call_is_public(address: str) -> None:
    assert is_public(ip_address(address))


# --- what a URL may be ---


def leading_to(*addresses: str) -> Resolve:
    return lambda _host, _port: list(addresses)


PUBLIC = Outside(resolve=leading_to("8.8.8.8"))


@pytest.mark.parametrize(
    "url",
    [
        "http://169.254.169.254/computeMetadata/v1/",
        "https://169.254.169.254/computeMetadata/v1/",
        "https://127.0.0.1/",
        "https://127.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://0177.0.0.1/",
        "https://017700000001/",
        "https://0.0.0.0/",
        "https://0/",
        "https://10.1.2.3/",
        "https://[::1]/",
        "https://[::]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[::ffff:7f00:1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[fe80::1%25lo]/",
    ],
)
def test_an_address_inwards_is_refused_in_whatever_form(url: str) -> None:
    """By the system's own resolver, which reads all these forms: no name is looked up."""
    with pytest.raises(InvalidRequest) as refused:
        Outside().target(url)
    assert refused.value.field == "url"
    assert Outside().post(url, {}, b"").status == 0


@pytest.mark.parametrize("inward", ["169.254.169.254", "10.0.0.5", "127.0.0.1", "::1"])
def test_a_name_that_leads_inwards_is_refused_also_when_it_leads_outwards_too(inward: str) -> None:
    for found in ([inward], ["8.8.8.8", inward], [inward, "8.8.8.8"]):
        with pytest.raises(InvalidRequest, match=r"metadata\.google\.internal is not a public address"):
            Outside(resolve=leading_to(*found)).target("https://metadata.google.internal/")


@pytest.mark.parametrize(
    "url, why",
    [
        ("http://hooks.example/", "must begin with https"),
        ("ftp://hooks.example/", "must be https"),
        ("//hooks.example/", "must be https"),
        ("hooks.example", "must be https"),
        ("", "must be https"),
        ("https://", "must be https"),
        ("https:///hook", "must have a host"),
        ("https://ada@hooks.example/", "no user"),
        ("https://ada:pw@hooks.example/", "no user"),
        ("https://@hooks.example/", "no user"),
        ("https://hooks.example\\@127.0.0.1/", "plain characters"),
        ("https://hooks.example /", "plain characters"),
        ("https://hooks.example/\r\nHost: inside", "plain characters"),
        ("https://hööks.example/", "plain characters"),
        ("https://[::1/", "is not a URL"),
        ("https://hooks.example:x/", "is not a URL"),
        ("https://hooks.example:99999/", "is not a URL"),
        ("https://hooks.example:22/", "port"),
        ("https://hooks.example:0/", "port"),
        ("https://hooks.example/" + "a" * URL_CHARS_MAX, "plain characters"),
    ],
)
def test_what_is_no_plain_url_of_the_web_is_refused(url: str, why: str) -> None:
    with pytest.raises(InvalidRequest, match=why):
        PUBLIC.target(url)


@pytest.mark.parametrize("url", ["https://hooks.example", "https://Hooks.Example:8443/a?b=c", "https://8.8.8.8:1024/"])
def test_a_public_url_is_taken(url: str) -> None:
    assert PUBLIC.target(url).addresses == ("8.8.8.8",)


def test_a_url_is_taken_apart_once() -> None:
    target = PUBLIC.target("https://Hooks.Example:8443/a?b=c#d")
    assert (target.host, target.port, target.authority, target.path) == (
        "hooks.example",
        8443,
        "hooks.example:8443",
        "/a?b=c",
    )
    assert PUBLIC.target("https://hooks.example").path == "/"


def nobody(host: str, port: int) -> list[str]:
    raise socket.gaierror(-2, "Name or service not known")


def test_a_name_without_an_address_is_refused() -> None:
    for resolve in (nobody, leading_to()):
        with pytest.raises(InvalidRequest):
            Outside(resolve=resolve).target("https://hooks.example/")
    with pytest.raises(InvalidRequest, match="has no address"):
        Outside().target(f"https://{'a' * 64}.example/")  # longer than a label may be: no resolver is asked


def test_loopback_is_allowed_only_where_it_is_and_http_only_there() -> None:
    here = Outside(loopback=True)
    assert here.target("http://127.0.0.1:9000/").addresses == ("127.0.0.1",)
    assert here.target("http://[::1]:9000/").addresses == ("::1",)
    for url in ("http://8.8.8.8:9000/", "http://10.0.0.1:9000/", "https://10.0.0.1/", "http://0.0.0.0:9000/"):
        with pytest.raises(InvalidRequest):
            here.target(url)
    with pytest.raises(InvalidRequest):
        Outside(loopback=True, resolve=leading_to("127.0.0.1", "10.0.0.1")).target("http://both.example:9000/")


# --- going there ---


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with a_receiver() as receiver:
        yield receiver


def test_a_post_arrives_as_it_was_sent(receiver: Receiver) -> None:
    assert Outside(loopback=True).post(f"{receiver.url}?a=b", {"webhook-id": "1"}, b"{}") == Reply(204)
    (got,) = receiver.received
    assert (got.method, got.path, got.body, got.headers["webhook-id"]) == ("POST", "/hook?a=b", b"{}", "1")
    assert got.headers["Host"] == f"127.0.0.1:{receiver.port}"


def test_the_host_is_said_as_the_url_has_it(receiver: Receiver) -> None:
    outside = Outside(loopback=True, resolve=leading_to("127.0.0.1"))
    assert outside.post(f"http://[::1]:{receiver.port}/", {}, b"{}").ok
    assert receiver.received[0].headers["Host"] == f"[::1]:{receiver.port}"


def test_without_leave_nothing_is_sent_to_this_machine(receiver: Receiver) -> None:
    reply = Outside().post(receiver.url, {}, b"{}")
    assert not reply.ok
    assert reply.words.startswith("The URL must begin with https")
    assert receiver.received == []


def test_a_name_is_looked_up_once_and_what_was_looked_at_is_called(receiver: Receiver) -> None:
    """An answer that changes in between (DNS rebinding) changes nothing."""
    answers = [["127.0.0.1"], ["10.0.0.1"]]
    outside = Outside(loopback=True, resolve=lambda _host, _port: answers.pop(0))
    assert outside.post(f"http://rebinding.example:{receiver.port}/hook", {}, b"{}").ok
    assert answers == [["10.0.0.1"]]
    assert receiver.received[0].headers["Host"] == f"rebinding.example:{receiver.port}"
    assert not outside.post(f"http://rebinding.example:{receiver.port}/hook", {}, b"{}").ok
    assert len(receiver.received) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(receiver: Receiver, status: int) -> None:
    receiver.answers = [status]
    reply = Outside(loopback=True).post(receiver.url, {}, b"{}")
    assert (reply.ok, reply.words) == (False, f"It answered {status}.")
    assert receiver.paths() == ["/hook"]


def test_an_address_that_does_not_answer_gives_way_to_the_next(receiver: Receiver) -> None:
    # Nobody listens on the receiver's port at 127.0.0.2: it is bound to 127.0.0.1 alone.
    outside = Outside(loopback=True, resolve=leading_to("127.0.0.2", "127.0.0.1"))
    assert outside.post(receiver.url, {}, b"{}").ok


def test_nobody_there_is_a_failure_in_words() -> None:
    with closing(socket.socket()) as taken:
        taken.bind(("127.0.0.1", 0))  # bound, and not listening
        reply = Outside(loopback=True).post(f"http://127.0.0.1:{taken.getsockname()[1]}/", {}, b"{}")
    assert reply.status == 0
    assert "Connection refused" in reply.words


@contextmanager
def a_server_that_says(*pieces: bytes, every_s: float = 0.0) -> Iterator[str]:
    """Its URL. It says the pieces one after the other, and nothing more; then it holds the line."""
    over = threading.Event()

    def serve(listener: socket.socket) -> None:
        with listener.accept()[0] as line:
            for piece in pieces:
                if over.wait(every_s):
                    return
                line.sendall(piece)
            over.wait()

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=serve, args=(listener,))
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        finally:
            over.set()
            thread.join()


def test_a_server_that_says_a_byte_now_and_then_does_not_hold_us() -> None:
    with a_server_that_says(*[b"H"] * 100, every_s=0.01) as url:
        reply = Outside(loopback=True, answer_s=0.08).post(url, {}, b"{}")
    assert reply == Reply(error="No answer in 0.08 s.")


def test_an_endless_answer_is_not_read() -> None:
    head = b"HTTP/1.1 200 OK\r\nContent-Length: 1000000000\r\n\r\n"
    with a_server_that_says(head, b"x" * 1000) as url:
        assert Outside(loopback=True).post(url, {}, b"{}") == Reply(200)


@pytest.mark.parametrize("nonsense", [b"220 mail.example ESMTP\r\n\r\n", b"\x00" * 64 + b"\r\n\r\n"])
def test_what_does_not_speak_http_is_a_failure_in_words(nonsense: bytes) -> None:
    with a_server_that_says(nonsense) as url:
        reply = Outside(loopback=True).post(url, {}, b"{}")
    assert (reply.status, reply.error[:10]) == (0, "No answer:")


def test_the_time_is_for_all_of_a_request(clock: FakeClock) -> None:
    allowance = Allowance(clock, ANSWER_S)
    clock.advance(10)
    assert allowance.left() == ANSWER_S - 10
    clock.advance(10)
    with pytest.raises(httpcore.TimeoutException):
        allowance.left()


def test_without_an_address_nobody_is_called(clock: FakeClock) -> None:
    with pytest.raises(httpcore.ConnectError):
        Straight((), Allowance(clock, ANSWER_S)).connect_tcp("127.0.0.1", 1)


# --- TLS ---


def certificate_for(name: str, folder: Path) -> Path:
    """A key and a certificate that signs itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    certificate = (
        x509.CertificateBuilder(subject, subject, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(hours=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = folder / f"{name}.pem"
    path.write_bytes(secret + certificate.public_bytes(serialization.Encoding.PEM))
    return path


def test_tls_is_with_the_name_and_checked_by_the_name(tmp_path: Path) -> None:
    pem = certificate_for("hooks.example", tmp_path)
    server_names: list[str | None] = []
    serving = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    serving.load_cert_chain(pem)
    serving.sni_callback = lambda _socket, name, _context: server_names.append(name)
    outside = Outside(loopback=True, resolve=leading_to("127.0.0.1"), tls=ssl.create_default_context(cafile=str(pem)))
    with a_receiver(tls=serving) as receiver:
        assert outside.post(f"https://hooks.example:{receiver.port}/", {}, b"{}") == Reply(204)
        other = outside.post(f"https://other.example:{receiver.port}/", {}, b"{}")
        stranger = Outside(loopback=True, resolve=leading_to("127.0.0.1"))
        unknown = stranger.post(f"https://hooks.example:{receiver.port}/", {}, b"{}")
    assert server_names == ["hooks.example", "other.example", "hooks.example"]
    assert [each.headers["Host"] for each in receiver.received] == [f"hooks.example:{receiver.port}"]
    assert "CERTIFICATE_VERIFY_FAILED" in other.words
    assert "CERTIFICATE_VERIFY_FAILED" in unknown.words
