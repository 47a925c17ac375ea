"""The settings an answer is given under: the picture's and the prospects', changed by a file of
one's own.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

from contactline.model import ContactlineError
from contactline.picture.settings import Settings, checked
from contactline.prospects.settings import ProspectSettings


@dataclass(frozen=True, slots=True)
class Rules:
    """Every number of the picture by section, and of prospects under `prospects.`."""

    picture: Settings = field(default_factory=Settings)
    prospects: ProspectSettings = field(default_factory=ProspectSettings)

    @classmethod
    def of(cls, sections: Mapping[str, Any]) -> Rules:
        """The defaults with some numbers changed.

        Raises ContactlineError for a name there is none of.
        """
        picture = {k: v for k, v in sections.items() if k != "prospects"}
        return cls(Settings.load(picture), _prospects(sections.get("prospects", {})))

    @classmethod
    def read(cls, file: Path) -> Rules:
        """From a TOML file. Raises ContactlineError with one line that says what is wrong in it."""
        try:
            sections = tomllib.loads(file.read_text(encoding="utf-8"))
        except OSError as e:
            raise ContactlineError(f"{file} can't be read: {e.strerror}") from e
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as e:
            raise ContactlineError(f"{file} is no TOML: {e}") from e
        try:
            return cls.of(sections)
        except ContactlineError as e:
            raise ContactlineError(f"{file}: {e}") from e

    def public(self) -> dict[str, Any]:
        """Every number as `section.name`, as `--why` prints them."""
        return self.picture.public() | {
            f"prospects.{k}": v for k, v in self.prospects.public().items()
        }


def _prospects(sections: Any) -> ProspectSettings:
    known = {f.name: f for f in fields(ProspectSettings)}
    made: dict[str, Any] = {}
    for name, given in sections.items() if isinstance(sections, Mapping) else [(sections, None)]:
        if name not in known or not isinstance(given, Mapping):
            raise ContactlineError(
                f"no section of settings is called prospects.{name}; "
                f"there are {', '.join('prospects.' + k for k in known)}"
            )
        factory: Any = known[name].default_factory
        made[name] = factory(
            **{k: checked(factory, f"prospects.{name}", k, _whole(v)) for k, v in given.items()}
        )
    return ProspectSettings(**made)


def _whole(value: Any) -> Any:
    """TOML knows lists; settings are tuples, so that nobody changes them afterwards."""
    return tuple(value) if isinstance(value, list) else value
