import contactline


def test_public_names_are_pinned() -> None:
    assert contactline.__all__ == [
        "Claim",
        "ContactlineError",
        "DrawnPicture",
        "Ledger",
        "OpenLedger",
        "Picture",
        "Report",
        "Rows",
        "Settings",
        "Tools",
        "ingest",
        "open_ledger",
        "picture_on",
        "read",
        "read_text",
    ]


def test_every_public_name_is_there() -> None:
    for name in contactline.__all__:
        assert getattr(contactline, name) is not None
