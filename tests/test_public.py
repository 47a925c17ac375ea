import contactline


def test_public_names_are_pinned() -> None:
    assert contactline.__all__ == [
        "Claim",
        "ContactlineError",
        "Ledger",
        "Picture",
        "Report",
        "Settings",
        "Tools",
        "ingest",
        "picture_on",
        "read",
    ]


def test_every_public_name_is_there() -> None:
    for name in contactline.__all__:
        assert getattr(contactline, name) is not None
