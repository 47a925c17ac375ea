"""The file that says which sources are followed (docs/watch.md tells every key)."""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from contactline.intake.sources import Given
from contactline.model import ContactlineError

KINDS = ("feed", "page", "sitemap", "folder", "telegram", "mailbox")
ON_THE_WEB = ("feed", "page", "sitemap")
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
TEXT = ("outlet", "language", "zone", "links", "pattern", "user", "password_env", "mailbox")
FLAGS = ("full", "private")


@dataclass(frozen=True, slots=True)
class Source:
    """One source. `interval` is in seconds; `days`: older entries of a sitemap or mailbox are left.

    `private` allows the source's own host to be an address inside the network, and no other.
    `copies` says whether near-copies of what is stored are read or passed over.
    """

    name: str
    kind: str
    url: str = ""
    path: Path = Path()
    outlet: str = ""
    language: str = ""
    zone: str = ""
    interval: int = 900
    full: bool = False
    links: str = ""
    pattern: str = ""
    days: int = 14
    private: bool = False
    copies: str = "skip"
    user: str = ""
    password_env: str = ""
    mailbox: str = "INBOX"

    @property
    def given(self) -> Given:
        return Given(source=self.outlet, zone=self.zone, language=self.language)

    @property
    def host(self) -> str:
        """Whose manners count: the web's host, or one's own disk."""
        return urlsplit(self.url).netloc.rpartition("@")[2].lower() if self.url else ""

    @property
    def allowed(self) -> frozenset[str]:
        """The host:port that may be private."""
        if not self.private or not self.url:
            return frozenset()
        u = urlsplit(self.url)
        port = u.port or {"http": 80, "https": 443, "imap": 143, "imaps": 993}[u.scheme]
        return frozenset({f"{u.hostname}:{port}"})


@dataclass(frozen=True, slots=True)
class Plan:
    """All sources with what holds for all. `pause`: seconds between two requests to one host."""

    sources: tuple[Source, ...]
    contact: str = ""
    pause: float = 2.0
    alerts: Mapping[str, Any] = field(default_factory=dict)


def read_plan(file: Path) -> Plan:
    """Raises ContactlineError with one line that says what is wrong in the file."""
    try:
        with file.open("rb") as f:
            said = tomllib.load(f)
    except OSError as e:
        raise ContactlineError(f"{file} can't be read: {e.strerror}") from e
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
        raise ContactlineError(f"{file} is no TOML: {str(e)[:120]}") from e
    return plan_of(said, file.parent)


def plan_of(said: Mapping[str, Any], folder: Path) -> Plan:
    """Of the file's values; paths are taken from `folder`."""
    known = {"sources", "contact", "pause", "interval", "alerts"}
    if wrong := sorted(set(said) - known):
        raise ContactlineError(f"{wrong[0]}: no such setting; there are {', '.join(sorted(known))}")
    rows = said.get("sources")
    if not isinstance(rows, list) or not rows or not all(isinstance(r, dict) for r in rows):
        raise ContactlineError("no [[sources]] in the file; docs/watch.md shows some")
    interval = seconds(said.get("interval", 900), "interval")
    sources = tuple(_source(r, folder, interval, n) for n, r in enumerate(rows, 1))
    names = [s.name for s in sources]
    if twice := next((n for n in names if names.count(n) > 1), ""):
        raise ContactlineError(f"two sources are named {twice}; give each a name of its own")
    pause = said.get("pause", 2.0)
    if isinstance(pause, bool) or not isinstance(pause, (int, float)) or not 0 <= pause <= 3600:
        raise ContactlineError("pause: give seconds from 0 to 3600")
    alerts = said.get("alerts", {})
    if not isinstance(alerts, dict):
        raise ContactlineError("alerts: give a table [alerts]; its rules are [[alerts.rules]]")
    return Plan(sources, str(said.get("contact", "")), float(pause), alerts)


def _source(said: dict[str, Any], folder: Path, interval: int, n: int) -> Source:
    name = str(said.get("name") or "").strip()
    where = f"source {name or n}"

    def wrong(text: str) -> ContactlineError:
        return ContactlineError(f"{where}: {text}")

    known = {*Source.__dataclass_fields__}
    if odd := sorted(set(said) - known):
        raise wrong(f"no such setting as {odd[0]}; there are {', '.join(sorted(known))}")
    if not name or len(name) > 80:
        raise wrong("give it a name, of at most 80 characters")
    kind = said.get("kind")
    if kind not in KINDS:
        raise wrong(f"kind is one of {', '.join(KINDS)}")
    more: dict[str, Any] = {}
    for key in TEXT:
        if key in said:
            if not isinstance(said[key], str):
                raise wrong(f"{key} is a text")
            more[key] = said[key]
    for key in FLAGS:
        if key in said:
            if not isinstance(said[key], bool):
                raise wrong(f"{key} is true or false")
            more[key] = said[key]
    more["interval"] = seconds(said.get("interval", interval), f"{where}: interval")
    days = said.get("days", 14)
    if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 36500:
        raise wrong("days is a whole number from 1")
    if said.get("copies", "skip") not in ("skip", "read"):
        raise wrong("copies is skip or read")
    url = str(said.get("url") or "")
    if kind in ("folder", "telegram"):
        if not said.get("path"):
            raise wrong("give the path of its folder or file")
        more["path"] = folder / Path(str(said["path"])).expanduser()
    else:
        schemes = ("http", "https") if kind in ON_THE_WEB else ("imap", "imaps")
        try:
            u = urlsplit(url)
            fine = u.scheme in schemes and u.hostname and (u.port is None or u.port > 0)
        except ValueError:
            fine = False
        if not fine or "@" in u.netloc:
            raise wrong(f"url is an address that begins with {schemes[-1]}://, without a password")
    source = Source(name, kind, url, days=days, copies=said.get("copies", "skip"), **more)
    try:
        source.given.tz()
        re.compile(source.links)
    except ValueError as e:
        raise wrong(f"zone {e}") from e
    except re.error as e:
        raise wrong(f"links is no regular expression: {e}") from e
    if source.language and not re.fullmatch(r"[a-z]{2,3}", source.language):
        raise wrong("language is a code of two or three letters, as en")
    if kind == "mailbox" and not (source.user and source.password_env):
        raise wrong("give its user, and as password_env the variable that holds its password")
    return source


def password(source: Source) -> str:
    """Raises ContactlineError where the variable is not set."""
    found = os.environ.get(source.password_env, "")
    if not found:
        raise ContactlineError(f"source {source.name}: set {source.password_env} to its password")
    return found


def seconds(value: Any, what: str) -> int:
    """A number of seconds, or a text as 90s, 15m, 2h, 1d."""
    m = re.fullmatch(r"(\d{1,6})\s*([smhd]?)", str(value).strip())
    if isinstance(value, bool) or not m or not int(m[1]):
        raise ContactlineError(f"{what}: give a time as 90s, 15m, 2h or 1d")
    return int(m[1]) * UNITS[m[2] or "s"]
