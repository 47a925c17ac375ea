"""Pages: what is the article, what is left out, and that time grows with the page only."""

import time
from collections.abc import Callable
from datetime import date

import pytest

from contactline.intake.comments import split_pasted
from contactline.intake.formats.pdf import pdf_text
from contactline.intake.language import detect, language_of
from contactline.intake.pages import read_page

PARAS = "".join(
    f"<p>The army took the village of Alpha {i} after a week of fighting, "
    "officials said in the capital.</p>"
    for i in range(6)
)


def page(body: str, head: str = "") -> bytes:
    return (
        f"<!doctype html><html><head><title>T</title>{head}</head><body>{body}</body></html>"
    ).encode()


@pytest.mark.parametrize(
    ("noise", "kind"),
    [
        ('<nav><a href="/">Home page of ours</a></nav>', "navigation"),
        (
            '<aside><h3>More</h3><a href="/x">Rebels take the town of Beta</a></aside>',
            "related links",
        ),
        ('<div class="related-stories"><a href="/x">Rebels take Beta</a></div>', "related links"),
        ('<p><strong>READ MORE: <a href="/x">Rebels take Beta</a></strong></p>', "related links"),
        ('<p><a href="/x">Rebels take the town of Beta from the army</a></p>', "related links"),
        (
            '<ul><li><a href="/a">Rebels take Beta</a></li>'
            '<li><a href="/b">War in Beta</a></li></ul>',
            "related links",
        ),
        (
            "<figure><img src='x'><figcaption>Rebels in Beta in 2016</figcaption></figure>",
            "captions",
        ),
        ('<p class="wp-caption-text">Rebels in Beta in 2016</p>', "captions"),
        ('<div class="cookie-banner"><p>We use cookies in Beta.</p></div>', "notices"),
        ("<p>Sign up to our newsletter from Beta</p>", "notices"),
        ("<p>Advertisement</p>", "advertisements"),
        ('<div class="ad-slot">Buy Beta now</div>', "advertisements"),
        ('<p class="byline">By Jane Beta</p>', "bylines"),
        ("<p hidden>Beta is hidden</p>", "hidden text"),
        ('<div style="display: none">Beta is hidden</div>', "hidden text"),
    ],
)
def test_what_is_left_out_is_counted_by_what_it_is(noise: str, kind: str) -> None:
    first, _, rest = PARAS.partition("</p>")
    got = read_page(page(f"<article><h1>Army takes Alpha</h1>{first}</p>{noise}{rest}</article>"))
    assert "Beta" not in got.text and "Advertisement" not in got.text
    assert got.left_out.get(kind, 0) > 0
    assert got.text.count("officials said") == 6 and got.text.startswith("Army takes Alpha")


@pytest.mark.parametrize(
    "wrap",
    [
        '<article class="post category-comment"><span class="author">J</span>{}</article>',
        '<div class="discussion"><span class="author">J</span>{}</div>',
        '<section class="opinion comment"><span class="author">J</span><h1>T</h1>{}</section>',
        '<div id="comments-on-the-war"><span class="username">J</span>{}</div>',
        '<div class="related">{}</div>',
        '<div class="modal">{}</div>',
        '<form method="post">{}</form>',
        "<table><tr><td>{}</td></tr></table>",
        "<aside>{}</aside>",
        '<div class="comment"><span class="comment-author">J</span>{}</div>',
    ],
)
def test_most_of_a_page_is_never_dropped(wrap: str) -> None:
    got = read_page(page(wrap.format(PARAS)))
    assert got.text.count("officials said") == 6 and not got.comments


def test_lines_broken_by_br_and_words_in_bold() -> None:
    got = read_page(
        page(
            "<div>The <b>army</b> took <a href='/'>Alpha</a> on Monday, it said in the capital."
            "<br><br>Beta is quiet.<br>Gamma is not.</div>"
        )
    )
    assert (
        got.text
        == "The army took Alpha on Monday, it said in the capital.\n\nBeta is quiet.\nGamma is not."
    )


@pytest.mark.parametrize(
    ("head", "body", "day", "basis"),
    [
        ('<meta name="pubdate" content="2023-08-24">', "", date(2023, 8, 24), "page metadata"),
        (
            '<script type="application/ld+json">{"@type":"NewsArticle",'
            '"datePublished":"2023-08-25T01:00:00+03:00"}</script>',
            "",
            date(2023, 8, 25),
            "page metadata",
        ),
        (
            '<script type="application/ld+json">{"@type":"ItemList",'
            '"datePublished":"2019-01-01"}</script>',
            "",
            None,
            "",
        ),
        ('<meta property="article:modified_time" content="2023-08-24">', "", None, ""),
        (
            '<link rel="canonical" href="https://e.org/2023/08/24/army">',
            "",
            date(2023, 8, 24),
            "address",
        ),
        (
            "",
            '<time class="published" datetime="2023-08-24">24 August</time>',
            date(2023, 8, 24),
            "page metadata",
        ),
        (
            "",
            '<p class="byline">By Jane Example, 24 August 2023</p>',
            date(2023, 8, 24),
            "dateline",
        ),
        (
            "",
            (
                '<aside><time datetime="2019-01-01">1 January 2019</time>'
                '<a href="/x">Old news</a></aside>'
            ),
            None,
            "",
        ),
        (
            "",
            (
                '<ul><li><time datetime="2019-01-01"></time>'
                '<a href="/x">Old news of ours</a></li></ul>'
            ),
            None,
            "",
        ),
    ],
)
def test_a_pages_own_day(head: str, body: str, day: date | None, basis: str) -> None:
    got = read_page(page(f"<article><h1>Army takes Alpha</h1>{body}{PARAS}</article>", head))
    assert (got.meta.published, got.meta.basis) == (day, basis)


def test_pdf_columns_are_read_one_after_the_other() -> None:
    from fpdf import FPDF

    made = FPDF()
    made.set_auto_page_break(False)
    names = [f"{chr(65 + k)}lpha" for k in range(26)]
    want = []
    for n in range(3):
        made.add_page()
        made.set_font("Helvetica", size=9)
        made.set_xy(15, 8)
        made.cell(0, 5, "SITUATION REPORT - Example Monitor")
        made.set_xy(15, 285)
        made.cell(0, 5, f"Page {n + 1} of 3")
        columns = [
            [
                f"w{n}x{c}x{i} the army holds {names[(n * 60 + c * 30 + i) % 26]} in"
                for i in range(30)
            ]
            for c in (0, 1)
        ]
        for i in range(30):
            for c in (0, 1):  # stored line by line across the page
                made.set_xy(15 + 95 * c, 30 + 6 * i)
                made.cell(85, 5, columns[c][i])
        want += [line.split()[0] for column in columns for line in column]
    text, _, left = pdf_text(bytes(made.output()))
    assert [w for w in text.split() if w.startswith("w") and "x" in w] == want
    # five words above and four below on each of three pages
    assert "SITUATION" not in text and "Page" not in text and left == {"headers and footers": 3 * 9}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("M23 rebels seize Bunagana", "en"),
        ("Russian forces captured Pokrovsk.", "en"),
        ("Siversk", "en"),
        ("RSF attack El Fasher", "en"),
        ("Die Armee hat die Stadt am Montag eingenommen, sagte ein Sprecher.", "de"),
        ("L'armée a repris la ville de Kidal aux rebelles", "fr"),
        ("سيطر الجيش على المدينة", "ar"),
        ("نیروهای ارتش شهر را گرفتند", "fa"),
        ("Силы обороны отошли от города", "ru"),
        ("Сили оборони відійшли від міста", "uk"),
        ("ВСУ отошли из Угледара", "ru"),
        ("Под Мариуполем стреляют, есть раненые", "ru"),
        ("Напруга в Північній Мітровиці зростає.", "uk"),
        ("ССО влучили дроном у С-400 під Євпаторією, є відео.", "uk"),
        ("Българската армия се изтегли от базата в Стара Загора", "bg"),
        ("Војска Србије повукла се из села", "sr"),
        ("Армія зайшла ў горад", "be"),
        ("12 345", "und"),
    ],
)
def test_language(text: str, code: str) -> None:
    assert detect(text) == code
    assert language_of(text, "en") == ("en", "")


def grows(make: Callable[[int], object], run: Callable[[object], object], n: int) -> None:
    def seconds(k: int) -> float:
        value = make(k)
        begun = time.process_time()
        run(value)
        return time.process_time() - begun

    seconds(n // 4)
    small, large = seconds(n), seconds(4 * n)
    assert large < small * 4**1.25 + 0.3, (small, large)


@pytest.mark.parametrize(
    ("make", "n"),
    [
        (lambda n: "Jane Example\n\n" * n, 2_000),
        (
            lambda n: "\n\n".join(
                f"Reader {chr(65 + i % 26)}\n\nI think you are wrong." for i in range(n)
            ),
            1_000,
        ),
        (lambda n: "a\n" + " " * n + "b", 50_000),
        (lambda n: ", " * n, 50_000),
        (lambda n: "Comments\n\n" * n, 2_000),
        (lambda n: "a-" * n, 50_000),
    ],
)
def test_pasted_text_takes_time_with_its_length_only(make: Callable[[int], str], n: int) -> None:
    grows(make, lambda t: split_pasted(str(t)), n)


@pytest.mark.parametrize(
    ("make", "n"),
    [
        (
            lambda n: page(
                PARAS
                + "".join(
                    f'<div class="comment"><span class="author">R</span><p>typo {i}</p></div>'
                    for i in range(n)
                )
            ),
            1_000,
        ),
        (
            lambda n: page(
                PARAS + '<div class="comment"><span class="author">R</span><p>x</p>' * n
            ),
            200,
        ),
        (lambda n: page(PARAS + "<div>" * n), 2_000),
        (lambda n: page(PARAS + "<p>" + "Alpha Beta " * n + "</p>"), 5_000),
        (lambda n: page(PARAS + '<p><a href="/">x y</a></p>' * n), 1_000),
    ],
)
def test_pages_take_time_with_their_length_only(make: Callable[[int], bytes], n: int) -> None:
    grows(make, lambda raw: read_page(bytes(raw)), n)  # type: ignore[call-overload]
