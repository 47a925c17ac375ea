"""How a ledger is addressed, without loading a database's library."""

from __future__ import annotations

DEFAULT = "sqlite:///contactline.ledger.db"


def address(url: str) -> str:
    """A path stands for a SQLite file there; postgresql:// uses psycopg 3."""
    if url.startswith(("postgresql://", "postgres://")):
        return "postgresql+psycopg://" + url.split("://", 1)[1]
    return url if "://" in url else f"sqlite:///{url}"
