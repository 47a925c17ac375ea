"""Which reports are left out of training, for calibration."""


def held(index: int, hold: int) -> bool:
    """Every fifth report, beginning with the `hold`-th; none for 0."""
    return hold > 0 and index % 5 == hold - 1
