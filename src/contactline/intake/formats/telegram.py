"""Telegram Desktop's export (`result.json`): a message a report, pictures of one post together, the
channel as source.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

from contactline.intake.dates import moment
from contactline.intake.sources import Failure, Given, Item, report

LEAST_WORDS = 2


def is_export(value: Any) -> bool:
    """Whether JSON is an export of a chat or of all chats."""
    return isinstance(value, dict) and (
        isinstance(value.get("messages"), list)
        or (isinstance(value.get("chats"), dict) and isinstance(value["chats"].get("list"), list))
    )


def messages(value: dict[str, Any], where: str, given: Given) -> Iterator[Item]:
    """Reports in the order of the export; messages without text are counted and passed over."""
    chats = [value] if isinstance(value.get("messages"), list) else value["chats"]["list"]
    count = silent = 0
    for chat in chats:
        if not isinstance(chat, dict):
            continue
        for group in _albums(chat.get("messages") or []):
            text = "\n\n".join(t for m in group if (t := text_of(m.get("text")).strip()))
            if len(text.split()) < LEAST_WORDS:
                silent += len(group)
                continue
            count += 1
            yield _message(group, text, chat, where, given)
    if not count:
        yield Failure(where, "a Telegram export without a message that has text")
    elif silent:
        yield Failure(where, f"{silent} messages without text were passed over", minor=True)


def _message(
    group: list[dict[str, Any]], text: str, chat: dict[str, Any], where: str, given: Given
) -> Item:
    m = next((m for m in group if text_of(m.get("text")).strip()), group[0])
    day = _day(m, given)
    return report(
        text,
        f"{where}#{m.get('id', 0)}",
        "application/x-telegram",
        title=text.strip().split("\n", 1)[0][:120],
        source=str(chat.get("name") or m.get("from") or ""),
        author=str(m.get("forwarded_from") or m.get("author") or m.get("from") or ""),
        published=day,
        basis="message" if day else "",
    )


def _day(m: dict[str, Any], given: Given) -> date | None:
    zone = given.tz()
    stamp = str(m.get("date_unixtime") or "")
    if zone and stamp.isdigit() and len(stamp) < 12:
        return datetime.fromtimestamp(int(stamp), UTC).astimezone(zone).date()
    when = moment(str(m.get("date") or ""), zone)
    return when.date() if when else None


def _albums(found: list[Any]) -> Iterator[list[dict[str, Any]]]:
    """Messages with their neighbours of the same second and sender: pictures of one post are
    exported apart.
    """
    group: list[dict[str, Any]] = []
    for m in found:
        if not isinstance(m, dict) or m.get("type", "message") != "message":
            continue
        same = bool(
            group
            and m.get("date")
            and m.get("date") == group[-1].get("date")
            and m.get("from") == group[-1].get("from")
            and (_media(m) or _media(group[-1]))
        )
        if group and not same:
            yield group
            group = []
        group.append(m)
    if group:
        yield group


def _media(m: dict[str, Any]) -> bool:
    return any(k in m for k in ("photo", "file", "media_type"))


def text_of(value: Any) -> str:
    """A message's text: a string, or a list of strings and of parts with their own text."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(
            p if isinstance(p, str) else str(p.get("text") or "") if isinstance(p, dict) else ""
            for p in value
        )
    return ""
