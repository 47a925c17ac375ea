from datetime import date
from pathlib import Path

import pytest

from contactline.intake.files import Failure, Given, read_paths
from contactline.model import Report

ROOT = Path(__file__).parent.parent.parent


def one(path: Path, **given: object) -> Report | Failure:
    return next(iter(read_paths([path], Given(**given), date(2026, 1, 1))))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("empty.txt", b"", "empty file"),
        ("blank.txt", b" \n\n ", "no text"),
        ("binary.txt", b"\x7fELF\0\0\1\2" * 50, "binary"),
        ("cut.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog", "damaged"),
        (
            "page.html",
            b"<!doctype html><html><body><nav><a href='/'>Home</a></nav></body></html>",
            "no article",
        ),
        ("broken.html", b"<html><<<>>><p", "no article"),
        ("feed.xml", b"<rss version='2.0'><channel><title>x</title></channel></rss>", "no entries"),
        ("huge.txt", b"word " * 5_000_000, "larger than 20 MB"),
        (
            "future.txt",
            b"12 March 2031 - Wire\n\nThe army took the town of Alpha on Monday.",
            "dated in the future",
        ),
        ("pack.zip", b"PK\3\4", "damaged"),
    ],
)
def test_bad_files_give_one_clear_line(tmp_path: Path, name: str, raw: bytes, reason: str) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    got = one(path)
    assert isinstance(got, Failure) and reason in got.reason and "\n" not in got.reason


def test_one_bad_file_does_not_end_the_batch(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes(b"")
    (tmp_path / "b.txt").write_text(
        "The army holds the town and the road to it, officials said on Monday in the capital."
    )
    got = list(read_paths([tmp_path]))
    assert [type(x) for x in got] == [Failure, Report]


def test_a_report_without_a_date_is_kept_without_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("The army holds the town and the road to it.")
    got = one(tmp_path / "a.txt")
    assert isinstance(got, Report) and got.published is None
    given = one(tmp_path / "a.txt", published=date(2017, 1, 2))
    assert (
        isinstance(given, Report)
        and given.published == date(2017, 1, 2)
        and given.date_basis == "given"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_encodings(tmp_path: Path, encoding: str) -> None:
    text = (
        "Les forces armées tiennent la ville. The army – it is said – holds “Alpha” and the road "
        "to Béta, in the north of the country.\n" * 4
    )
    (tmp_path / "a.txt").write_bytes(text.encode(encoding, "replace"))
    got = one(tmp_path / "a.txt")
    assert isinstance(got, Report) and "Béta" in got.text


def test_a_foreign_report_is_kept_unread(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(
        "Die Armee hat die Stadt am Montag eingenommen, sagte ein Sprecher. Die Kämpfe gehen "
        "weiter, und niemand weiß, wie lange noch."
    )
    got = one(tmp_path / "a.txt")
    assert isinstance(got, Report) and got.language == "de" and "not read" in got.unread


def test_the_offsets_of_a_text_file_are_its_own(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_bytes("One.\r\nTwo – three and the rest of it.\r\n".encode())
    got = one(tmp_path / "a.txt")
    assert isinstance(got, Report) and got.text == (tmp_path / "a.txt").read_text()


def test_the_bundled_reports_carry_outlet_and_date() -> None:
    got = list(read_paths([ROOT / "demo" / "reports"]))
    assert len(got) >= 12 and all(isinstance(r, Report) and r.published and r.source for r in got)
    assert {r.media_type for r in got if isinstance(r, Report)} == {
        "text/plain",
        "text/html",
        "application/pdf",
        "application/rss+xml",
    }


def test_comments_of_a_page_keep_author_order_and_parent() -> None:
    got = one(ROOT / "demo" / "reports" / "2017-09-24-northern-post-conoco.html")
    assert isinstance(got, Report)
    assert [(c.author, c.parent, c.corrects) for c in got.comments] == [
        ("Reader A", None, None),
        ("Reader B", 0, None),
        ("Reader B", None, 1),
    ]
    assert "Qamishli by spring" not in got.text


def test_a_date_is_never_taken_from_a_script_or_a_comment(tmp_path: Path) -> None:
    body = (
        "<p>"
        + (
            "The army took the town of Alpha after a week of fighting, and the road to Beta was "
            "opened. "
        )
        * 4
        + "</p>"
    )
    (tmp_path / "a.html").write_text(
        "<html><head><title>T</title><script>var "
        f"d='2025-05-05'</script></head><body><article><h1>T</h1>{body}</article><div "
        "class='comment'><span class='comment-author'>R</span><p class='comment-text'>I said so "
        "on 2024-01-01.</p></div></body></html>"
    )
    got = one(tmp_path / "a.html")
    assert isinstance(got, Report) and got.published is None and len(got.comments) == 1


def test_hostile_html_gives_text_only(tmp_path: Path) -> None:
    body = (
        "The army took the town of Alpha after a week of fighting, and the road to Beta was opened "
        "again. " * 4
    )
    (tmp_path / "a.html").write_text(
        f"<html><body><article><p>{body}<script>alert(1)</script><img src=x "
        "onerror=alert(2)></p></article>" + "<div>" * 500 + "</body></html>"
    )
    got = one(tmp_path / "a.html")
    assert isinstance(got, Failure) or ("alert" not in got.text and "Alpha" in got.text)


def test_json_lines(tmp_path: Path) -> None:
    (tmp_path / "a.jsonl").write_text(
        '{"id":"x","date":"2017-01-02","source":"S","text":"The army holds the town, it was said '
        'in the capital."}\nnot json\n{"text":3}\n'
    )
    got = list(read_paths([tmp_path / "a.jsonl"]))
    assert (
        isinstance(got[0], Report) and got[0].published == date(2017, 1, 2) and got[0].source == "S"
    )
    assert [type(x) for x in got[1:]] == [Failure, Failure]
