"""What leaves the app as a file: the picture of a day as GeoJSON, GeoPackage or CSV, the same as
`contactline export`.
"""

from __future__ import annotations

import tempfile
from datetime import timedelta
from pathlib import Path
from typing import Literal

from fastapi import APIRouter, Response

from contactline.publishing.export import EVENT_DAYS, export
from contactline.serving.security import Reader
from contactline.serving.views import Asked, Day, days

router = APIRouter(tags=["views"])
TYPE = {
    "geojson": "application/geo+json",
    "gpkg": "application/geopackage+sqlite3",
    "csv": "text/csv; charset=utf-8",
}


@router.get("/download/{kind}", response_class=Response)
def download(
    desk: Asked,
    _: Reader,
    kind: Literal["geojson", "gpkg", "csv"],
    on: Day = None,
    known: Day = None,
) -> Response:
    """The places, ground and lines of a day as a file, with the column names of `contactline
    export`.
    """
    day, at = days(desk, on, known)
    stage, picture = desk.stage(at), desk.picture(day, at)
    name = f"contactline-{day.isoformat()}.{kind}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        events = desk.ask(lambda a: a.events(day - timedelta(days=EVENT_DAYS), day, at))
        export(path, picture, stage.claims, stage.sides.names, stage.shapes, events=events)
        content = path.read_bytes() if path.exists() else b""
    return Response(
        content,
        media_type=TYPE[kind],
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )
