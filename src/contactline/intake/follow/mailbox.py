"""An IMAP mailbox, read without changing anything in it: mails are met by their UIDs (RFC 3501)."""

from __future__ import annotations

import imaplib
import re
import socket
import ssl
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from contactline.intake.files import today_utc
from contactline.intake.follow.found import Found, Known, Look, entry_key
from contactline.intake.follow.plan import Source, password
from contactline.intake.formats.mail import of_mail
from contactline.intake.sources import MOST_BYTES, Failure, finished
from contactline.intake.web import SECONDS, public_address
from contactline.model import ContactlineError

AT_ONCE = 200  # mails of one look; the rest at the next
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]


class _Mailbox(imaplib.IMAP4):
    """Connects to the checked address only; TLS asks for the host by its name."""

    def __init__(self, source: Source) -> None:
        u = urlsplit(source.url)
        self.source, self.secure = source, u.scheme == "imaps"
        super().__init__(u.hostname or "", u.port or (993 if self.secure else 143), SECONDS)

    def _create_socket(self, timeout: float | None) -> socket.socket:
        private = f"{self.host}:{self.port}" in self.source.allowed
        address = public_address(self.host, self.port, private)
        opened = socket.create_connection((address, self.port), timeout)
        if not self.secure:
            return opened
        return ssl.create_default_context().wrap_socket(opened, server_hostname=self.host)


def mails(source: Source, known: Known) -> Look:
    """Mails that came since; the first time those of the source's days."""
    secret = password(source)
    try:
        box = _Mailbox(source)
    except (OSError, imaplib.IMAP4.error, EOFError) as e:
        raise ContactlineError(f"{source.host} can't be reached: {str(e)[:120]}") from e
    try:
        if not box.secure and "STARTTLS" in box.capabilities:
            box.starttls(ssl.create_default_context())
        elif not box.secure and not source.private:
            raise ContactlineError(f"{source.host} offers no encryption; give imaps://")
        box.login(source.user, secret)
        return _new(box, source, known)
    except imaplib.IMAP4.error as e:
        raise ContactlineError(f"{source.host} refuses: {str(e)[:120]}") from e
    except (OSError, EOFError) as e:
        raise ContactlineError(f"{source.host} can't be read: {str(e)[:120]}") from e
    finally:
        try:
            box.logout()
        except (OSError, EOFError, imaplib.IMAP4.error):
            box.shutdown()


def _new(box: Any, source: Source, known: Known) -> Look:
    name = source.mailbox.replace("\\", "\\\\").replace('"', '\\"')
    done, said = box.select(f'"{name}"', readonly=True)
    if done != "OK":
        raise ContactlineError(f"{source.host}: no mailbox {source.mailbox}")
    (valid,) = box.response("UIDVALIDITY")[1] or [b""]
    era = (valid or b"").decode("ascii", "replace")
    old_era, _, last = known.cursor.partition(":")
    first = int(last) + 1 if last.isdigit() and old_era == era else 1
    asked = f"UID {first}:*"
    if first == 1:
        day = today_utc() - timedelta(days=source.days)
        asked = f"SINCE {day.day}-{MONTHS[day.month - 1]}-{day.year}"
    _, said = box.uid("SEARCH", asked)
    # "n:*" always holds the last mail, whatever its number
    numbers = sorted(n for n in map(int, (said[0] or b"").split()) if n >= first)[:AT_ONCE]
    out = Look(known)
    for n in numbers:
        raw, too_large = _mail(box, n)
        where = f"{source.url}/{source.mailbox}#{n}"
        if too_large:
            out.failed.append(Failure(where, f"a mail of more than {MOST_BYTES // 1_000_000} MB"))
        elif raw:
            (item,) = finished([of_mail(raw, where, source.given)], source.given, today_utc())
            if isinstance(item, Failure):
                out.failed.append(item)
            else:
                key = entry_key(source.name, era, str(n))
                out.found.append(Found(key, where, item.title, item))
        out.known = Known(cursor=f"{era}:{n}")
    return out


def _mail(box: Any, n: int) -> tuple[bytes, bool]:
    """(the mail, whether it is too large); nothing where it is gone meanwhile."""
    _, said = box.uid("FETCH", str(n), "(RFC822.SIZE)")
    size = re.search(rb"RFC822\.SIZE (\d+)", b" ".join(x for x in said if isinstance(x, bytes)))
    if size and int(size[1]) > MOST_BYTES:
        return b"", True
    _, said = box.uid("FETCH", str(n), "(BODY.PEEK[])")
    return next((bytes(x[1]) for x in said if isinstance(x, tuple)), b""), False
