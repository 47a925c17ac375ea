"""How hosts are asked: as their robots.txt allows, one request at a time with a pause between, and
not at all while they ask to be left alone.

Robots.txt as RFC 9309 says, by Protego: missing allows all; a server that can't give it is not
asked for anything else.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

from contactline import __version__
from contactline.intake.follow.plan import Source
from contactline.intake.web import Answer, ask
from contactline.model import ContactlineError

AGENT = "contactline"
ROBOTS_KEPT = timedelta(hours=24)
MOST_ROBOTS = 500_000  # characters of a robots.txt that count (RFC 9309 asks for as many)
MOST_PAUSE = 60.0  # seconds: a longer Crawl-delay is not waited for, the source is asked later
LONGEST_WAIT = timedelta(days=7)
WAIT = timedelta(minutes=10)  # of a host that says 429 or 503 without saying for how long


class Later(ContactlineError):
    """The host is not to be asked before `until` (UTC)."""

    def __init__(self, words: str, until: datetime) -> None:
        super().__init__(words)
        self.until = until


class Forbidden(ContactlineError):
    """robots.txt does not allow it."""


@dataclass(frozen=True, slots=True)
class Host:
    """What is remembered of a host between runs; times are UTC without zone."""

    name: str
    quiet_until: datetime | None = None
    robots: str | None = None
    robots_at: datetime | None = None


def utc() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)


class Manners:
    """Safe for several threads. `keep` hears of each host whose memory changed."""

    def __init__(
        self,
        pause: float,
        contact: str = "",
        hosts: dict[str, Host] | None = None,
        keep: Callable[[Host], None] = lambda host: None,
    ) -> None:
        self.pause, self.hosts, self.keep = pause, hosts or {}, keep
        self.agent = f"{AGENT}/{__version__}" + (f" (+{contact})" if contact else "")
        self._last: dict[str, float] = {}
        self._locks: dict[str, threading.Lock] = {}
        self._guard = threading.Lock()
        self._rules: dict[str, Any] = {}

    def get(self, url: str, source: Source, etag: str = "", modified: str = "") -> Answer:
        """Raises Later or Forbidden where the host is not to be asked, another ContactlineError
        where it gives no whole answer.
        """
        headers = {"User-Agent": self.agent}
        if etag:
            headers["If-None-Match"] = etag
        if modified:
            headers["If-Modified-Since"] = modified
        answer = ask(url, headers, source.allowed, lambda u: self._permit(u, source))
        if answer.status in (429, 503):
            raise self._left_alone(urlsplit(answer.address).netloc, answer)
        return answer

    def _permit(self, url: str, source: Source) -> None:
        u = urlsplit(url)
        self._asked(u.netloc)
        rules = self._robots(u.scheme, u.netloc, source)
        if not rules.can_fetch(url, AGENT):
            raise Forbidden(f"{u.hostname}: its robots.txt does not allow {u.path or '/'}")
        self._wait(u.netloc, max(self.pause, float(rules.crawl_delay(AGENT) or 0)))

    def _asked(self, name: str) -> None:
        until = self._host(name).quiet_until
        if until and utc() < until <= utc() + LONGEST_WAIT:
            raise Later(f"{name} asks to be left alone until {until:%Y-%m-%d %H:%M} UTC", until)

    def _host(self, name: str) -> Host:
        with self._guard:
            return self.hosts.setdefault(name, Host(name))

    def _remember(self, host: Host) -> None:
        with self._guard:
            self.hosts[host.name] = host
        self.keep(host)

    def _left_alone(self, name: str, answer: Answer) -> Later:
        wait = min(retry_after(answer.headers.get("retry-after", "")) or WAIT, LONGEST_WAIT)
        until = utc() + wait
        self._remember(replace(self._host(name), quiet_until=until))
        return Later(
            f"{name} answered {answer.status}; asked again after {until:%H:%M:%S} UTC", until
        )

    def _robots(self, scheme: str, name: str, source: Source) -> Any:
        from protego import Protego

        host = self._host(name)
        fresh = host.robots_at and utc() - ROBOTS_KEPT < host.robots_at <= utc()
        if not fresh or host.robots is None:
            self._wait(name, self.pause)
            address = f"{scheme}://{name}/robots.txt"
            answer = ask(address, {"User-Agent": self.agent}, source.allowed)
            if answer.status == 429:
                raise self._left_alone(name, answer)
            if answer.status >= 500:
                raise ContactlineError(
                    f"{name} can't give its robots.txt ({answer.status}); nothing is asked of it"
                )
            text = answer.body.decode("utf-8", "replace")[:MOST_ROBOTS]
            host = replace(host, robots=text, robots_at=utc())
            self._remember(host)
            self._rules.pop(name, None)
        if name not in self._rules:
            self._rules[name] = Protego.parse(host.robots or "")
        return self._rules[name]

    def _wait(self, name: str, pause: float) -> None:
        if pause > MOST_PAUSE:
            pause = MOST_PAUSE
        with self._guard:
            lock = self._locks.setdefault(name, threading.Lock())
        with lock:
            left = self._last.get(name, -pause) + pause - time.monotonic()
            if left > 0:
                time.sleep(left)
            self._last[name] = time.monotonic()


def retry_after(value: str) -> timedelta | None:
    """Of a Retry-After header, in seconds or as a date; None where it says neither."""
    value = value.strip()
    if value.isdigit() and len(value) < 9:
        return timedelta(seconds=int(value))
    try:
        at = parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError):
        return None
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    return max(at - datetime.now(UTC), timedelta(0))
