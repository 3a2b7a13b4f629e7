"""A small gRPC server in the place of Google's, for what its emulators never say."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import grpc


@contextmanager
def answering(fake: grpc.GenericRpcHandler) -> Iterator[str]:
    """`fake.service` answers every call, whatever its name, while the block runs; yields host and port."""
    server = grpc.server(ThreadPoolExecutor(2), handlers=[fake])
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}"
    finally:
        server.stop(None).wait()
