"""Which reports are left out of training, for calibration."""


def held(index: int, hold: int, of: int = 5) -> bool:
    """Every fifth (or `of`-th) report, beginning with the `hold`-th; none for 0."""
    return hold > 0 and index % of == hold - 1


OWN = "sentences_*.txt"  # our sentences in other languages, a file or two a language
HELD_OWN = 12  # every twelfth of them is left out of training, for calibration
