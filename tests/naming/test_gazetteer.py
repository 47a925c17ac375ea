from pathlib import Path

import pytest

from contactline.model import ContactlineError
from contactline.naming import gazetteer as g
from contactline.naming.index import Index
from contactline.pipeline import Tools


@pytest.mark.parametrize(
    "name", ["al-Bukamal", "Albu Kamal", "Abu Kamal", "Ālbū Kamāl", "البوكمال"]
)
def test_one_town_under_five_spellings(tools: Tools, name: str) -> None:
    assert tools.gazetteer.lookup(name)[0].place.geoname_id == 174448


@pytest.mark.parametrize(
    ("name", "want"),
    [
        ("Tall Rifat", "Tall Rif‘at"),
        ("Tel Rifaat", "Tall Rif‘at"),
        ("Tal Rif'at", "Tall Rif‘at"),
        ("Kiev", "Kyiv"),
        ("Bakhmut", "Bakhmut"),
        ("Artemivsk", "Bakhmut"),
    ],
)
def test_romanised_names(tools: Tools, name: str, want: str) -> None:
    assert want in [m.place.name for m in tools.gazetteer.lookup(name)][:2]


@pytest.mark.parametrize("name", ["", "??", "x" * 10_000, "\ud800", "Q" * 40, "\u202e\u0000"])
def test_names_that_are_none(tools: Tools, name: str) -> None:
    assert tools.gazetteer.lookup(name) == ()


def test_a_csv_is_added_with_its_broken_lines_counted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONTACTLINE_CACHE", str(tmp_path / "cache"))
    (tmp_path / "mine.csv").write_text(
        "name,lat,lon,country,aliases\nZuzuville,10.5,20.5,TD,Zuzu|Zuzutown\nNull Island,0,0,,\n"
        "Bad,abc,2,,\nFar,95,10,,\n"
    )
    assert g.add_file(tmp_path / "mine.csv") == (1, 3)
    (folder,) = (tmp_path / "cache" / "added").iterdir()
    found = g.Gazetteer([Index(folder)]).lookup("Zuzutown")
    assert (
        found[0].place.name == "Zuzuville"
        and found[0].place.source == "mine.csv"
        and found[0].how == "alternate name"
    )


def test_a_geonames_dump_is_added(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONTACTLINE_CACHE", str(tmp_path / "cache"))
    row = [
        "700001",
        "Zuzuhrad",
        "Zuzuhrad",
        "Zuzugrad,Зузуград",
        "48.1",
        "37.2",
        "P",
        "PPL",
        "UA",
        "",
        "05",
        "",
        "",
        "",
        "1200",
        "",
        "100",
        "Europe/Kyiv",
        "2020-01-01",
    ]
    (tmp_path / "UA.txt").write_text("\t".join(row) + "\nbroken\tline\n", encoding="utf-8")
    assert g.add_file(tmp_path / "UA.txt") == (1, 1)


def test_a_file_without_places_says_what_to_give(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("a,b\n1,2\n")
    with pytest.raises(ContactlineError, match="name, lat, lon"):
        g.add_file(tmp_path / "x.csv")
