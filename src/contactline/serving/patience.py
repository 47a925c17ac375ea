"""How long the server waits for a client: a request must come whole in its time, and one address
has so many connections and no more.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any, ClassVar

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

from contactline.serving.tries import network

HEAD_SECONDS, BODY_SECONDS = 15.0, 120.0
MOST_HEAD = 16_384  # bytes of request line and headers
MOST_CONNECTIONS, MOST_OF_ONE = 400, 200  # of all, of one address


class PatientProtocol(H11Protocol):
    """uvicorn's HTTP with an end to waiting: h11 itself waits for ever for the rest of a header."""

    head_seconds, body_seconds = HEAD_SECONDS, BODY_SECONDS
    most, most_of_one = MOST_CONNECTIONS, MOST_OF_ONE
    proxied = False  # behind a proxy all connections come from its address
    of_one: ClassVar[Counter[str]] = Counter()

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self.since = self.loop.time()
        self.late: asyncio.TimerHandle | None = None
        self.from_ = network(self.client[0]) if self.client else ""
        PatientProtocol.of_one[self.from_] += 1
        crowd = not self.proxied and PatientProtocol.of_one[self.from_] > self.most_of_one
        if crowd or len(self.connections) > self.most:
            transport.abort()
            return
        self._look()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.late is not None:
            self.late.cancel()
        PatientProtocol.of_one[self.from_] -= 1
        if PatientProtocol.of_one[self.from_] <= 0:
            del PatientProtocol.of_one[self.from_]
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self.conn.their_state in (h11.IDLE, h11.DONE) and not self.conn.trailing_data[0]:
            self.since = self.loop.time()  # a request begins
        super().data_received(data)

    def _look(self) -> None:
        waited = self.loop.time() - self.since
        state = self.conn.their_state
        kept = self.timeout_keep_alive_task is not None  # between two requests uvicorn waits itself
        if (state is h11.IDLE and not kept and waited > self.head_seconds) or (
            state is h11.SEND_BODY and waited > self.body_seconds
        ):
            self.transport.abort()
            return
        self.late = self.loop.call_later(min(2.0, self.head_seconds / 2), self._look)


def patient(proxied: bool) -> dict[str, Any]:
    """What uvicorn is told, so that no client can hold the server."""

    class Protocol(PatientProtocol):
        pass

    Protocol.proxied = proxied
    return {
        "http": Protocol,
        "ws": "none",
        "h11_max_incomplete_event_size": MOST_HEAD,
        "timeout_keep_alive": 5,
        "timeout_graceful_shutdown": 10,
    }
