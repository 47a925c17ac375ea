"""Packages that few need are extras; where one is missing, the error says what to install."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from contactline.model.values import ContactlineError


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Imports inside it need the extra `name` of the package; `what` is what the user asked for.

    Raises ContactlineError with the command that installs it when a module is not there. A module
    that is there and broken raises its own ImportError: installing again would not mend it.
    """
    try:
        yield
    except ModuleNotFoundError as e:
        if (e.name or "").split(".")[0] == "contactline":
            raise
        raise ContactlineError(
            f"{what} needs {e.name}, which a plain install leaves out; "
            f"install it with: pip install 'contactline[{name}]'"
        ) from e
