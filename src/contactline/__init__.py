"""contactline reads reports about a war and keeps the picture of who holds what, with the sentence
behind every fact.
"""

from importlib import import_module, metadata
from typing import Any

_HOME = {
    "Claim": "contactline.model",
    "ContactlineError": "contactline.model",
    "Ledger": "contactline.ledger.store",
    "Picture": "contactline.model",
    "Report": "contactline.model",
    "Settings": "contactline.picture.settings",
    "Tools": "contactline.pipeline",
    "ingest": "contactline.pipeline",
    "picture_on": "contactline.picture.build",
    "read": "contactline.pipeline",
}
__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    """Loaded when asked for, so that `contactline --help` does not wait for the reader."""
    if name == "__version__":
        return metadata.version("contactline")
    if name not in _HOME:
        raise AttributeError(f"module 'contactline' has no attribute {name!r}")
    return getattr(import_module(_HOME[name]), name)
