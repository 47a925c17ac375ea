"""Looking at sources on servers of our own that misbehave: what is asked, what is never asked, what
is found.
"""

from __future__ import annotations

import gzip
import os
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from contactline.intake import web
from contactline.intake.files import today_utc
from contactline.intake.follow.found import Known, canonical
from contactline.intake.follow.looking import look, reports_at
from contactline.intake.follow.manners import Forbidden, Later, Manners, retry_after, utc
from contactline.intake.follow.plan import Plan, Source, plan_of, read_plan, seconds
from contactline.intake.sources import Failure
from contactline.intake.web import PrivateAddress
from contactline.model import ContactlineError, Report
from tests.intake.samples import MORE, SENTENCE, page, rss
from tests.servers import Mail, Web, cut, says


@pytest.fixture
def server() -> Iterator[Web]:
    w = Web()
    yield w
    w.close()


def source(server: Web, kind: str = "feed", path: str = "/feed", **more: Any) -> Source:
    return Source("wire", kind, server.base + path, private=True, outlet="Wire", **more)


def manners(pause: float = 0.0, **more: Any) -> Manners:
    return Manners(pause, **more)


# -- the file -----------------------------------------------------------------------------------


def plan(**one: Any) -> Plan:
    row = {"name": "wire", "kind": "feed", "url": "https://example.org/rss"} | one
    return plan_of({"sources": [{k: v for k, v in row.items() if v is not None}]}, Path("/x"))


def test_a_source_with_all_that_is_said_of_it(tmp_path: Path) -> None:
    file = tmp_path / "sources.toml"
    file.write_text(
        'contact = "desk@example.org"\ninterval = "1h"\n[[sources]]\nname = "wire"\n'
        'kind = "feed"\nurl = "https://example.org/rss"\noutlet = "Example Wire"\n'
        'zone = "Europe/Kyiv"\nlanguage = "en"\ninterval = "90s"\n'
        '[[sources]]\nname = "desk"\nkind = "folder"\npath = "in"\n'
    )
    p = read_plan(file)
    a, b = p.sources
    assert (a.interval, a.given.source, a.given.zone) == (90, "Example Wire", "Europe/Kyiv")
    assert (b.interval, b.path) == (3600, tmp_path / "in")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"kind": "gopher"}, "kind is one of"),
        ({"url": "ftp://example.org/"}, "url is an address"),
        ({"url": "https://a:b@example.org/"}, "without a password"),
        ({"url": "https://example.org:99999/"}, "url is an address"),
        ({"intervall": 5}, "no such setting as intervall"),
        ({"interval": "soon"}, "give a time as"),
        ({"interval": 0}, "give a time as"),
        ({"zone": "Kyiv/Europe"}, "zone"),
        ({"links": "("}, "no regular expression"),
        ({"full": "yes"}, "true or false"),
        ({"name": None}, "give it a name"),
        ({"kind": "folder", "url": None}, "give the path"),
        ({"kind": "mailbox", "url": "imaps://example.org"}, "give its user"),
        ({"copies": "maybe"}, "skip or read"),
    ],
)
def test_a_wrong_file_is_one_line(change: dict[str, Any], says: str) -> None:
    with pytest.raises(ContactlineError, match=says) as e:
        plan(**change)
    assert "\n" not in str(e.value)


def test_times_and_addresses() -> None:
    assert [seconds(x, "") for x in (30, "90s", "15m", "2h", "1d")] == [30, 90, 900, 7200, 86400]
    assert canonical("HTTP://E.org/a?utm_source=x&id=2#top") == "http://e.org/a?id=2"
    assert retry_after("120") == timedelta(seconds=120)
    assert retry_after("Wed, 21 Oct 2015 07:28:00 GMT") == timedelta(0)
    assert retry_after("soon") is None


# -- feeds --------------------------------------------------------------------------------------


def test_a_feed_is_asked_for_only_if_it_changed(server: Web) -> None:
    server.gives("/feed", rss(), "application/rss+xml", etag='"v1"', last_modified="yesterday")
    m = manners()
    first = look(source(server), Known(), m)
    (found,) = first.found
    assert found.report and SENTENCE in found.report.text and found.report.source == "Wire"
    assert first.known == Known('"v1"', "yesterday")
    again = look(source(server), first.known, m)
    assert again.unchanged and again.known == first.known
    path, headers = server.asked[-1]
    assert path == "/feed" and headers["if-none-match"] == '"v1"'
    assert headers["if-modified-since"] == "yesterday"
    assert headers["user-agent"].startswith("contactline/")


def test_an_entry_keeps_its_key_whatever_its_id(server: Web) -> None:
    def feed(guid: str) -> str:
        return (
            "<rss version='2.0'><channel><title>W</title><item><title>Army takes the town</title>"
            f"<guid>{guid}</guid><link>https://e.org/a?utm_source={guid}</link>"
            f"<description>{SENTENCE}</description></item></channel></rss>"
        )

    keys = set()
    for guid in ("1", "2"):
        server.gives("/feed", feed(guid), "application/rss+xml")
        keys.add(look(source(server), Known(), manners()).found[0].key)
    assert len(keys) == 1


def test_a_feed_that_is_cut_is_asked_for_whole_again(server: Web) -> None:
    server.pages["/feed"] = cut(rss())
    with pytest.raises(ContactlineError, match="can't be read"):
        look(source(server), Known(), manners())
    # cut by the server itself, without a length that tells
    server.gives("/feed", rss()[:-30], "application/rss+xml", etag='"v1"')
    assert look(source(server), Known(), manners()).known == Known()


def test_a_page_in_a_feeds_place_is_no_feed(server: Web) -> None:
    server.gives("/feed", "<html><body>Log in</body></html>")
    with pytest.raises(ContactlineError, match="no feed"):
        look(source(server), Known(), manners())


def test_a_slow_server_is_given_up(server: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "SECONDS", 0.3)
    given_up = threading.Event()
    waited: list[bool] = []
    server.pages["/feed"] = lambda h: waited.append(given_up.wait(60))
    with pytest.raises(ContactlineError, match="can't be read"):
        look(source(server), Known(), manners())
    assert not waited  # the server was still at it
    given_up.set()


# -- manners ------------------------------------------------------------------------------------


def test_a_host_that_asks_for_rest_is_left_alone_also_by_the_next_process(server: Web) -> None:
    server.pages["/feed"] = says(429, Retry_After="120")
    kept = {}
    m = manners(keep=lambda h: kept.update({h.name: h}))
    with pytest.raises(Later) as e:
        look(source(server), Known(), m)
    left = (e.value.until - utc()).total_seconds()
    assert 100 < left <= 120
    n = len(server.asked)
    for another in (m, manners(hosts=dict(kept))):
        with pytest.raises(Later):
            look(source(server), Known(), another)
        with pytest.raises(Later):
            reports_at(source(server), f"{server.base}/a", another, None)
    assert len(server.asked) == n


def test_what_robots_txt_forbids_is_not_asked_for(server: Web) -> None:
    server.gives("/robots.txt", "User-agent: *\nDisallow: /*?print\nAllow: /feed", "text/plain")
    server.gives("/feed", rss(), "application/rss+xml")
    server.gives("/a?print", page())
    m = manners()
    assert look(source(server), Known(), m).found
    with pytest.raises(Forbidden):
        reports_at(source(server), f"{server.base}/a?print", m, None)
    assert "/a?print" not in server.paths() and server.paths().count("/robots.txt") == 1


def test_without_a_robots_txt_that_can_be_had_nothing_is_asked(server: Web) -> None:
    server.pages["/robots.txt"] = says(500)
    with pytest.raises(ContactlineError, match=r"robots\.txt"):
        look(source(server), Known(), manners())
    assert server.paths() == ["/robots.txt"]


def test_two_requests_to_a_host_are_apart(server: Web) -> None:
    server.gives("/feed", rss(), "application/rss+xml")
    server.gives("/robots.txt", "User-agent: *\nCrawl-delay: 0.4", "text/plain")
    m = manners(0.1)
    begun = time.monotonic()
    for _ in range(3):
        look(source(server), Known(), m)
    assert time.monotonic() - begun >= 0.8


def test_a_redirect_to_a_private_address_is_refused(server: Web) -> None:
    other = Web()
    other.gives("/feed", rss(), "application/rss+xml")
    server.pages["/feed"] = says(302, Location=f"{other.base}/feed")
    server.pages["/a"] = says(302, Location="http://169.254.169.254/latest")
    for at in ("/feed", "/a"):
        with pytest.raises(PrivateAddress):
            reports_at(source(server), server.base + at, manners(), None)
    # and its own host is private too, unless the file says that this one may be
    with pytest.raises(PrivateAddress):
        look(Source("wire", "feed", f"{server.base}/feed"), Known(), manners())
    assert other.asked == []
    other.close()


# -- pages, sitemaps, addresses -----------------------------------------------------------------


def test_the_links_of_a_page(server: Web) -> None:
    server.gives(
        "/news",
        "<html><body><a href='/about'>About us</a>"
        "<a href='a1?utm_medium=x'>Army takes the town of Saraqib</a>"
        "<a href='/a1#more'>Army takes the town of Saraqib again</a>"
        "<a href='https://other.example/x'>Something that stands elsewhere altogether</a></body>",
    )
    s = source(server, "page", "/news")
    assert [x.address for x in look(s, Known(), manners()).found] == [f"{server.base}/a1"]
    s = source(server, "page", "/news", links="/about$|other")
    found = [x.address for x in look(s, Known(), manners()).found]
    assert found == [f"{server.base}/about", "https://other.example/x"]
    with pytest.raises(ContactlineError, match="no link"):
        look(source(server, "page", "/news", links="/zzz"), Known(), manners())


def test_a_sitemap_of_sitemaps_back_to_the_oldest_day(server: Web) -> None:
    new, old = today_utc().isoformat(), (today_utc() - timedelta(days=90)).isoformat()
    ns = "xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'"
    server.gives(
        "/map",
        f"<sitemapindex {ns}><sitemap><loc>{server.base}/new.gz</loc><lastmod>{new}</lastmod>"
        f"</sitemap><sitemap><loc>{server.base}/old</loc><lastmod>{old}</lastmod></sitemap>"
        "</sitemapindex>",
        "application/xml",
    )
    urls = f"<urlset {ns}><url><loc>{server.base}/news/1</loc><lastmod>{new}T01:00:00Z</lastmod>"
    urls += f"</url><url><loc>{server.base}/news/2</loc><lastmod>{old}</lastmod></url>"
    urls += f"<url><loc>{server.base}/shop/3</loc></url></urlset>"
    server.gives("/new.gz", gzip.compress(urls.encode()), "application/gzip")
    found = look(source(server, "sitemap", "/map", links="/news/"), Known(), manners()).found
    assert [x.address for x in found] == [f"{server.base}/news/1"]
    assert "/old" not in server.paths()


@pytest.mark.parametrize(
    "body",
    [b"<html></html>", b"<urlset>", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>"],
)
def test_what_is_no_sitemap_is_one_line(server: Web, body: bytes) -> None:
    server.gives("/map", body, "application/xml")
    with pytest.raises(ContactlineError, match="sitemap") as e:
        look(source(server, "sitemap", "/map"), Known(), manners())
    assert "\n" not in str(e.value)


def test_what_stands_at_an_address(server: Web) -> None:
    server.gives("/2023/08/24/a", page(), "text/html; charset=utf-8")
    (r,) = reports_at(source(server), f"{server.base}/2023/08/24/a", manners(), None)
    assert isinstance(r, Report) and SENTENCE in r.text and MORE in r.text
    assert r.url.endswith("/2023/08/24/a") and str(r.published) == "2023-08-24"
    (gone,) = reports_at(source(server), f"{server.base}/b", manners(), None)
    assert isinstance(gone, Failure) and "404" in gone.reason
    server.pages["/c"] = says(500)
    with pytest.raises(ContactlineError, match="500"):
        reports_at(source(server), f"{server.base}/c", manners(), None)


# -- folders and mail ---------------------------------------------------------------------------


def test_a_folders_files_are_new_when_they_change_and_rest(tmp_path: Path) -> None:
    s = Source("desk", "folder", path=tmp_path, pattern="*.txt")
    file = tmp_path / "a.txt"
    file.write_text(SENTENCE)
    (tmp_path / "b.csv").write_text("x")
    assert look(s, Known(), manners()).found == []  # it may still be written
    os.utime(file, (1, 1))
    os.utime(tmp_path / "b.csv", (1, 1))
    (one,) = look(s, Known(), manners()).found
    file.write_text(SENTENCE + MORE)
    os.utime(file, (2, 2))
    (two,) = look(s, Known(), manners()).found
    assert one.address == two.address == str(file) and one.key != two.key
    with pytest.raises(ContactlineError, match="no such"):
        look(Source("x", "folder", path=tmp_path / "nowhere"), Known(), manners())


def mail(subject: str) -> bytes:
    return (
        f"From: Wire <wire@example.org>\r\nDate: Thu, 24 Aug 2023 23:30:00 +0000\r\n"
        f"Subject: {subject}\r\n\r\n{SENTENCE}\r\n"
    ).encode()


def test_a_mailbox_is_read_from_where_it_was_left(monkeypatch: pytest.MonkeyPatch) -> None:
    box = Mail("desk", "secret")
    box.mails = {3: mail("one"), 5: mail("two")}
    monkeypatch.setenv("DESK_PASSWORD", "secret")
    s = Source(
        "mail",
        "mailbox",
        f"imap://127.0.0.1:{box.port}",
        private=True,
        user="desk",
        password_env="DESK_PASSWORD",
        zone="Europe/Kyiv",
    )
    first = look(s, Known(), manners())
    assert [x.report and x.report.title for x in first.found] == ["one", "two"]
    assert first.found[0].report and str(first.found[0].report.published) == "2023-08-25"
    assert first.known.cursor == "7:5"
    assert look(s, first.known, manners()).found == []
    box.mails[6] = mail("three")
    then = look(s, first.known, manners())
    assert [x.title for x in then.found] == ["three"] and then.known.cursor == "7:6"
    # the server numbers its mails anew: all are met again, under other keys
    box.valid = 8
    again = look(s, then.known, manners())
    assert len(again.found) == 3 and again.known.cursor == "8:6"
    assert not any(w.upper().startswith(("SELECT", "STORE", "UID STORE")) for w in box.said)
    monkeypatch.setenv("DESK_PASSWORD", "wrong")
    with pytest.raises(ContactlineError, match="refuses"):
        look(s, Known(), manners())
    monkeypatch.delenv("DESK_PASSWORD")
    with pytest.raises(ContactlineError, match="DESK_PASSWORD"):
        look(s, Known(), manners())
    with pytest.raises(PrivateAddress):
        monkeypatch.setenv("DESK_PASSWORD", "secret")
        look(
            Source("m", "mailbox", s.url, user="desk", password_env="DESK_PASSWORD"),
            Known(),
            manners(),
        )
    box.close()
