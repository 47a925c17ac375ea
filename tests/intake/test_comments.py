from contactline.intake.comments import split_pasted

ARTICLE = (
    "Army takes town\n\nThe army took the town on Monday, officials said. Fighting went on near "
    "the river.\n\nThe rebels hold the hill.\n\n"
)
PASTED = ARTICLE + (
    "Reader One\n\nThe army will take Xalpha next, mark my words.\n\n\nReader Two\n\n"
    "No it will not.\n\n"
    "Reader One\n\nI found my mistake, it runs through Alpha, not Xalpha.\n\n\n"
    "Nobody said that this would be easy. It is not.\n\nReader Three\n\nPeace now.\n"
)


def test_comments_are_kept_apart_in_order_with_their_authors() -> None:
    end, comments = split_pasted(PASTED)
    assert PASTED[:end].endswith("The rebels hold the hill.")
    assert [c.author for c in comments] == [
        "Reader One",
        "Reader Two",
        "Reader One",
        "",
        "Reader Three",
    ]
    assert [c.order for c in comments] == [0, 1, 2, 3, 4]
    for c in comments:
        assert PASTED[c.start : c.end] == c.text


def test_a_correction_points_at_the_comment_it_corrects() -> None:
    _, comments = split_pasted(PASTED)
    assert [c.corrects for c in comments] == [None, None, 0, None, None]


def test_an_article_without_comments_is_all_article() -> None:
    assert split_pasted(ARTICLE) == (len(ARTICLE), [])


def test_headings_are_not_authors() -> None:
    text = ARTICLE + (
        "Background\n\nThe war began in 2011.\n\nAftermath\n\nThe town was rebuilt.\n\n"
        "Reactions\n\nThe UN welcomed it.\n"
    )
    assert split_pasted(text)[0] == len(text)


def test_a_heading_that_announces_comments() -> None:
    end, comments = split_pasted(ARTICLE + "3 Comments\n\nReader One\n\nGood.\n")
    assert (ARTICLE + "x")[:end].endswith("hill.") and comments
