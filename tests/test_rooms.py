"""A room knows only the rooms to its left, and reading, naming, picture and prospects touch neither
disk nor network.
"""

import ast
from pathlib import Path

import pytest

ROOMS = [
    "model",
    "language",
    "theatres",
    "intake",
    "reading",
    "naming",
    "ledger",
    "picture",
    "prospects",
    "questions",
    "publishing",
    "serving",
]
SOURCE = Path(__file__).parent.parent / "src" / "contactline"
FILES = sorted(
    p for p in SOURCE.rglob("*.py") if p.relative_to(SOURCE).parts[0].removesuffix(".py") in ROOMS
)


def imported(path: Path) -> set[str]:
    out = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module:
            out.add(node.module)
        elif isinstance(node, ast.Import):
            out |= {a.name for a in node.names}
    return out


@pytest.mark.parametrize("path", FILES, ids=lambda p: str(p.relative_to(SOURCE)))
def test_a_room_knows_only_rooms_to_its_left(path: Path) -> None:
    room = ROOMS.index(path.relative_to(SOURCE).parts[0].removesuffix(".py"))
    for module in imported(path):
        if module.startswith("contactline."):
            other = module.split(".")[1]
            if path.parent.name == "serving" and other in ("pipeline", "bounded"):
                continue  # the app runs the whole flow, as the commands do
            assert other in ROOMS and ROOMS.index(other) <= room, f"{path.name} imports {module}"


@pytest.mark.parametrize(
    "path",
    [p for p in FILES if p.relative_to(SOURCE).parts[0] in ("reading", "picture", "prospects")],
    ids=lambda p: p.name,
)
def test_pure_rooms_import_no_network_and_no_database(path: Path) -> None:
    assert not {m.split(".")[0] for m in imported(path)} & {
        "socket",
        "urllib",
        "http",
        "requests",
        "sqlalchemy",
        "sqlite3",
        "subprocess",
    }


def test_modules_stay_readable() -> None:
    sizes = {p: len(p.read_text().splitlines()) for p in SOURCE.rglob("*.py")}
    assert max(sizes.values()) <= 500, max(sizes, key=sizes.get)
