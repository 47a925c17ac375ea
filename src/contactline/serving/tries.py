"""How often somebody may guess: failures are counted by account and address, in a table that a
flood can neither fill nor wipe.
"""

from __future__ import annotations

import hashlib
import ipaddress
import secrets
import threading
import time
from array import array
from collections.abc import Callable

ROWS, CELLS = 2, 1 << 16


class Counts:
    """How often each of any number of keys was counted in about the last `seconds`: never too
    little, and too much only where both of a key's cells are shared (a count-min sketch, its hashes
    keyed so that nobody can aim at another's cells). Half a megabyte, whatever comes.
    """

    def __init__(self, seconds: float, clock: Callable[[], float] = time.monotonic) -> None:
        self.seconds, self.clock = seconds, clock
        self.key = secrets.token_bytes(16)
        self.now, self.before = self._empty(), self._empty()
        self.since = clock()

    @staticmethod
    def _empty() -> list[array[int]]:
        return [array("I", bytes(4 * CELLS)) for _ in range(ROWS)]

    def _cells(self, key: str) -> list[int]:
        h = hashlib.blake2b(key.encode("utf-8", "replace"), key=self.key, digest_size=8).digest()
        return [int.from_bytes(h[4 * i : 4 * i + 4], "big") % CELLS for i in range(ROWS)]

    def _turn(self) -> float:
        """The part of the last window that still counts."""
        passed = self.clock() - self.since
        if passed >= self.seconds:
            self.before = self.now if passed < 2 * self.seconds else self._empty()
            self.now = self._empty()
            self.since, passed = self.clock(), 0.0
        return 1.0 - passed / self.seconds

    def add(self, key: str) -> None:
        self._turn()
        for row, cell in zip(self.now, self._cells(key), strict=True):
            row[cell] = min(row[cell] + 1, 1 << 30)

    def of(self, key: str) -> float:
        still = self._turn()
        return min(
            now[cell] + before[cell] * still
            for now, before, cell in zip(self.now, self.before, self._cells(key), strict=True)
        )

    def forget(self, key: str) -> None:
        for rows in (self.now, self.before):
            for row, cell in zip(rows, self._cells(key), strict=True):
                row[cell] = 0


class Tries:
    """Wrong passwords: `here` for one account from one address, `address` from one address whatever
    the account. An account is never closed for the others, so that a stranger locks nobody out; one
    that is guessed at from everywhere (`account`), or from an address that guesses at many, is open
    only to addresses it was used from.
    """

    def __init__(
        self,
        seconds: float = 900.0,
        here: int = 5,
        address: int = 20,
        account: int = 100,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.seconds, self.here, self.address, self.account = seconds, here, address, account
        self.counts, self.lock = Counts(seconds, clock), threading.Lock()
        # as many passwords are checked at once: each takes a core and 64 MB
        self.checking = threading.BoundedSemaphore(2)

    def blocked(self, name: str, address: str, known: Callable[[], bool]) -> bool:
        """`known`: whether the account was used from the address before."""
        name, address = name.casefold()[:64], network(address)
        with self.lock:
            if self.counts.of(f"{name}\0{address}") >= self.here:
                return True
            many = (
                self.counts.of(f"\0{address}") >= self.address
                or self.counts.of(name) >= self.account
            )
        return many and not known()

    def fail(self, name: str, address: str) -> None:
        name, address = name.casefold()[:64], network(address)
        with self.lock:
            for key in (f"{name}\0{address}", f"\0{address}", name):
                self.counts.add(key)

    def clear(self, name: str, address: str) -> None:
        """After a right one: this account from this address alone."""
        with self.lock:
            self.counts.forget(f"{name.casefold()[:64]}\0{network(address)}")


def network(address: str) -> str:
    """An address as far as one person has it: IPv6 by its /64."""
    try:
        ip = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address[:64]
    if isinstance(ip, ipaddress.IPv6Address):
        if ip.ipv4_mapped:
            return str(ip.ipv4_mapped)
        return str(ipaddress.ip_network((ip, 64), strict=False))
    return str(ip)
