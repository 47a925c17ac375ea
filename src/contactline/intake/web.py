"""Fetching a page when a user asks for it: never a private address, never more than asked for.

Every address a name resolves to must be public, and the connection goes to the one that was
checked, so that a name can't change between the check and the call. Redirects are checked again.
httpx speaks HTTP; the transport below gives its pool a network that opens connections to checked
addresses only (TLS still asks for the host by its name).
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urljoin

import httpcore
import httpx

from contactline.model import ContactlineError

MOST_BYTES, SECONDS, MOST_HOPS = 20_000_000, 20, 5
MOST_SECONDS = 60  # for one page, however slowly it drips
MOVED = (301, 302, 303, 307, 308)
ACCEPT = "text/html,application/xhtml+xml,application/xml,application/pdf,text/plain,*/*;q=0.5"
ENDINGS = {
    "application/pdf": ".pdf",
    "text/plain": ".txt",
    "application/rss+xml": ".xml",
    "application/atom+xml": ".xml",
    "text/xml": ".xml",
    "application/xml": ".xml",
    "application/json": ".json",
    "text/csv": ".csv",
    "application/zip": ".zip",
    "application/epub+zip": ".epub",
    "application/rtf": ".rtf",
    "text/rtf": ".rtf",
    "message/rfc822": ".eml",
}


class PrivateAddress(ContactlineError):
    """The address lies inside a network; asking again will not change that."""


def public_address(host: str, port: int, private: bool = False) -> str:
    """A checked address of the host. Raises ContactlineError."""
    try:
        found = {str(x[4][0]) for x in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as e:
        raise ContactlineError(f"{host} can't be found; check the address") from e
    for a in sorted(found):
        ip = ipaddress.ip_address(a.split("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None)
        if not private and not (mapped or ip).is_global:
            raise PrivateAddress(f"{host} is a private address; fetching those is not allowed")
    return sorted(found)[0]


Private = bool | Collection[str]  # whether private addresses are reached; or of which host:port


def _allowed(private: Private, host: str, port: int) -> bool:
    return private if isinstance(private, bool) else f"{host}:{port}" in private


class _Checked(httpcore.NetworkBackend):
    """Opens connections to checked addresses only."""

    def __init__(self, private: Private) -> None:
        self.private = private
        self.inner = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        address = public_address(host, port, _allowed(self.private, host, port))
        return self.inner.connect_tcp(address, port, timeout, local_address, socket_options)

    def connect_unix_socket(
        self, path: str, timeout: float | None = None, socket_options: Iterable[Any] | None = None
    ) -> httpcore.NetworkStream:
        raise httpcore.ConnectError("no sockets of this machine are opened")


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


class PinnedTransport(httpx.HTTPTransport):
    """httpx's transport over connections to checked addresses; no proxy stands between."""

    def __init__(self, private: Private = False) -> None:
        super().__init__(trust_env=False, retries=0)
        self._pool.close()
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trusted(),
            max_connections=1,
            retries=0,
            network_backend=_Checked(private),
        )


def _address(url: str) -> httpx.URL:
    """The address, with what is not ASCII in it encoded as browsers do. Raises ContactlineError."""
    try:
        found = httpx.URL(url.strip())
        if found.scheme not in ("http", "https") or not found.host:
            raise ContactlineError("only http:// and https:// addresses can be fetched")
        if found.userinfo:
            raise ContactlineError("an address with a name and password in it is not fetched")
        if found.port is not None and not 0 < found.port < 65536:
            raise ContactlineError("the address's port is not a number from 1 to 65535")
    except httpx.InvalidURL as e:
        raise ContactlineError(f"the address can't be read: {str(e)[:100]}") from e
    return found


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server answered: `kind` is the media type, `address` the last of its redirects.

    `headers` go by their names in lower case. The body is empty unless the status is 200.
    """

    status: int
    body: bytes
    kind: str
    address: str
    headers: Mapping[str, str] = field(default_factory=dict)


def fetch(url: str, private: bool = False) -> tuple[bytes, str, str]:
    """(content, media type, final address).

    Raises ContactlineError with one line that says what is wrong.
    """
    answer = ask(url, private=private)
    if answer.status != 200:
        raise ContactlineError(f"{_address(answer.address).host} answered {answer.status}")
    return answer.body, answer.kind, answer.address


def ask(
    url: str,
    headers: Mapping[str, str] | None = None,
    private: Private = False,
    permit: Callable[[str], None] | None = None,
) -> Answer:
    """The answer to a request, whatever its status; redirects are followed.

    `permit` is asked before each address is; it raises where the address is not to be asked.
    Raises ContactlineError where there is no whole answer.
    """
    sent = {"User-Agent": "contactline", "Accept": ACCEPT, **(headers or {})}
    with httpx.Client(
        transport=PinnedTransport(private), headers=sent, timeout=SECONDS, trust_env=False
    ) as client:
        for _ in range(MOST_HOPS):
            address = _address(url)
            if permit:
                permit(str(address))
            begun = time.monotonic()
            try:
                with client.stream("GET", address) as r:
                    if r.status_code in MOVED and "location" in r.headers:
                        url = urljoin(str(address), r.headers["location"])
                        continue
                    body = _body(r, address.host, begun) if r.status_code == 200 else b""
            except (httpx.HTTPError, OSError, ValueError) as e:
                reason = str(e).splitlines()[0][:120] if str(e) else type(e).__name__
                raise ContactlineError(f"{address.host} can't be read: {reason}") from e
            kind = r.headers.get("content-type", "").split(";")[0].strip().lower()
            told = {k.lower(): v for k, v in r.headers.items()}
            return Answer(r.status_code, body, kind, str(address), told)
    raise ContactlineError("the address leads on and on; too many redirects")


def _body(r: httpx.Response, host: str, begun: float) -> bytes:
    kept, size = [], 0
    for piece in r.iter_bytes():
        kept.append(piece)
        size += len(piece)
        if size > MOST_BYTES:
            raise ContactlineError(f"{host} sends more than {MOST_BYTES // 1_000_000} MB")
        if time.monotonic() - begun > MOST_SECONDS:
            raise ContactlineError(f"{host} took more than {MOST_SECONDS} seconds")
    return b"".join(kept)
