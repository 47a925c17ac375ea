"""contactline reads reports about a war and keeps the picture of who holds what, with the sentence
behind every fact.
"""

from importlib import import_module, metadata
from typing import Any

_HOME = {
    "Claim": "contactline.model",
    "ContactlineError": "contactline.model",
    "DrawnPicture": "contactline.library",
    "Ledger": "contactline.ledger.store",
    "OpenLedger": "contactline.library",
    "Picture": "contactline.model",
    "Report": "contactline.model",
    "Rows": "contactline.library",
    "Settings": "contactline.picture.settings",
    "Tools": "contactline.pipeline",
    "ingest": "contactline.pipeline",
    "open_ledger": "contactline.library",
    "picture_on": "contactline.picture.build",
    "read": "contactline.pipeline",
    "read_text": "contactline.library",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Loaded when asked for, so that `contactline --help` does not wait for the reader."""
    if name == "__version__":
        return metadata.version("contactline")
    if name not in _HOME:
        raise AttributeError(f"module 'contactline' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
