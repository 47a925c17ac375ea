"""Who commented is a number; the article and what answers what stay."""

from __future__ import annotations

import string

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.intake.files import Given, read_paths
from contactline.intake.privacy import pseudonymised
from contactline.model import Comment, Report

ARTICLE = "The army took Alpha on Monday. "


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("Ann Lee is wrong", "Reader 1 is wrong"),
        ("ANN LEE, no!", "Reader 1, no!"),
        ("Ann, you err, Bob agrees", "Reader 1, you err, Reader 2 agrees"),
        ("Annual plans of Annapolis", "Annual plans of Annapolis"),
        ("@Bob see above", "@Reader 2 see above"),
    ],
)
def test_names_go_from_what_others_wrote(said: str, wanted: str) -> None:
    comments = (Comment("Ann Lee", "No.", 0), Comment("Bob", said, 1, 0, 40, 60))
    r = pseudonymised(Report(ARTICLE + "Ann Lee: No.", len(ARTICLE), comments=comments))
    assert [c.author for c in r.comments] == ["Reader 1", "Reader 2"]
    assert r.comments[1].text == wanted and r.comments[1].parent == 0
    assert r.text == ARTICLE and r.comments[1].start is None


def test_a_report_without_comments_stays_as_it_is() -> None:
    r = Report(ARTICLE, len(ARTICLE))
    assert pseudonymised(r) is r


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.lists(
        st.tuples(st.text(string.ascii_letters + " ()*[", max_size=9), st.text(max_size=30)),
        min_size=1,
        max_size=6,
    )
)
def test_no_name_of_three_letters_is_left(rows: list[tuple[str, str]]) -> None:
    comments = tuple(
        Comment(name, f"{text} {rows[0][0]} {text}", i) for i, (name, text) in enumerate(rows)
    )
    out = pseudonymised(Report(ARTICLE, len(ARTICLE), comments=comments))
    first = rows[0][0].strip()
    if len(first) >= 3 and first.isalpha() and first.casefold() not in "reader":
        assert all(f" {first.casefold()} " not in c.text.casefold() for c in out.comments)
    assert len(out.comments) == len(rows)


def test_it_is_asked_for_at_intake(tmp_path) -> None:  # type: ignore[no-untyped-def]
    page = (
        "<html><body><article><p>" + ARTICLE * 12 + "</p></article><section class='comments'>"
        "<div class='comment'><span class='author'>Ann Lee</span><p>I do not believe it.</p></div>"
        "<div class='comment'><span class='author'>Bob Roe</span><p>Ann is right here.</p></div>"
        "</section></body></html>"
    )
    (tmp_path / "a.html").write_text(page)
    plain, hidden = (
        next(iter(read_paths([tmp_path / "a.html"], Given(pseudonymise=p)))) for p in (False, True)
    )
    assert [c.author for c in plain.comments] == ["Ann Lee", "Bob Roe"]  # type: ignore[union-attr]
    assert [c.author for c in hidden.comments] == ["Reader 1", "Reader 2"]  # type: ignore[union-attr]
    assert hidden.comments[1].text == "Reader 1 is right here."  # type: ignore[union-attr]
