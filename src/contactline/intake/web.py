"""Fetching a page when a user asks for it: never a private address, never more than asked for.

Every address a name resolves to must be public, and the connection goes to the one that was checked, so that a name
can't change between the check and the call. Redirects are checked again.
"""

from __future__ import annotations

import contextlib
import http.client
import ipaddress
import socket
import ssl
from urllib.parse import urljoin, urlsplit

from contactline.model import ContactlineError

MOST_BYTES, SECONDS, MOST_HOPS = 20_000_000, 20, 5


def _public(host: str, port: int, private: bool) -> str:
    """A checked address of the host. Raises ContactlineError."""
    try:
        found = {str(x[4][0]) for x in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)}
    except (OSError, UnicodeError) as e:
        raise ContactlineError(f"{host} can't be found; check the address") from e
    for a in sorted(found):
        ip = ipaddress.ip_address(a.split("%")[0])
        mapped = getattr(ip, "ipv4_mapped", None)
        if not private and not (mapped or ip).is_global:
            raise ContactlineError(f"{host} is a private address; fetching those is not allowed")
    return sorted(found)[0]


class _Pinned(http.client.HTTPConnection):
    """A connection to one address that still speaks of the host by its name."""

    def __init__(self, host: str, port: int, address: str, secure: bool) -> None:
        super().__init__(host, port, timeout=SECONDS)
        self.address, self.secure = address, secure

    def connect(self) -> None:
        self.sock = socket.create_connection((self.address, self.port), self.timeout)
        if self.secure:
            self.sock = ssl.create_default_context().wrap_socket(
                self.sock, server_hostname=self.host
            )


def fetch(url: str, private: bool = False) -> tuple[bytes, str, str]:
    """(content, media type, final address). Raises ContactlineError with one line that says what is wrong."""
    for _ in range(MOST_HOPS):
        parts = urlsplit(url.strip())
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise ContactlineError("only http:// and https:// addresses can be fetched")
        if parts.username or parts.password:
            raise ContactlineError("an address with a name and password in it is not fetched")
        try:
            port = parts.port or (443 if parts.scheme == "https" else 80)
        except ValueError as e:
            raise ContactlineError("the address's port is not a number from 1 to 65535") from e
        address = _public(parts.hostname, port, private)
        c = _Pinned(parts.hostname, port, address, parts.scheme == "https")
        with contextlib.closing(c):
            try:
                path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
                c.request(
                    "GET",
                    path.encode("ascii", "ignore").decode().replace(" ", "%20"),
                    headers={
                        "User-Agent": "contactline",
                        "Accept": "text/html,application/xhtml+xml,application/xml,application/pdf,text/plain,*/*;q=0.5",
                    },
                )
                r = c.getresponse()
                if r.status in (301, 302, 303, 307, 308) and r.headers.get("Location"):
                    url = urljoin(url, r.headers["Location"])
                    continue
                if r.status != 200:
                    raise ContactlineError(f"{parts.hostname} answered {r.status}")
                body = r.read(MOST_BYTES + 1)
            except (OSError, http.client.HTTPException, ValueError) as e:
                raise ContactlineError(
                    f"{parts.hostname} can't be read: {str(e)[:120] or type(e).__name__}"
                ) from e
        if len(body) > MOST_BYTES:
            raise ContactlineError(f"{parts.hostname} sends more than {MOST_BYTES // 1_000_000} MB")
        return body, (r.headers.get("Content-Type") or "").split(";")[0].strip().lower(), url
    raise ContactlineError("the address leads on and on; too many redirects")
