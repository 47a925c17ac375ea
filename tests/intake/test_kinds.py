"""Every kind of file: read whole, cut in the middle, under a wrong name, too large."""

import io
import json
import os
import time
import zipfile
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given as drawn
from hypothesis import settings
from hypothesis import strategies as st

from contactline.intake.clean import clean
from contactline.intake.files import READERS, Failure, Given, read_paths
from contactline.intake.kinds import KNOWN
from contactline.intake.sources import MOST_BYTES
from contactline.model import Report
from tests.intake.samples import KINDS, MORE, SENTENCE, page, table, text

JUNK = ("PK\x03", "%PDF", "{\\rtf", "</", "<w:", "=3D", "WARC/", "PAR1", "endobj", "\x00", "VGhl")


def read(path: Path, given: Given = Given()) -> list[Report | Failure]:  # noqa: B008
    return list(read_paths([path], given, date(2026, 1, 1)))


def reports(found: list[Report | Failure]) -> list[Report]:
    return [r for r in found if isinstance(r, Report)]


def one_line(f: Failure) -> bool:
    return bool(f.reason) and "\n" not in f.reason and "Traceback" not in f.reason


def test_every_reader_has_a_sample_and_every_ending_a_reader() -> None:
    assert set(KNOWN.values()) <= set(READERS) | {"zip", "gzip", "xml"}


@pytest.mark.parametrize("name", KINDS)
def test_a_whole_file(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(KINDS[name]())
    found = read(path)
    assert [f.reason for f in found if isinstance(f, Failure) and not f.minor] == []
    got = reports(found)
    assert got and all(SENTENCE in r.text and MORE in r.text for r in got)
    assert {str(r.published) for r in got} == {"2023-08-24"} and all(r.date_basis for r in got)
    assert not any(j in r.text for r in got for j in JUNK)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("name", KINDS)
def test_a_file_cut_in_the_middle(tmp_path: Path, name: str, share: float) -> None:
    raw = KINDS[name]()
    path = tmp_path / name
    path.write_bytes(raw[: int(len(raw) * share)])
    found = read(path)
    assert found
    for item in found:
        if isinstance(item, Failure):
            assert one_line(item)
        else:  # what came before the cut, and no markup of it
            assert not any(j in item.text for j in JUNK)


@pytest.mark.parametrize("name", KINDS)
def test_a_file_under_a_wrong_name(tmp_path: Path, name: str) -> None:
    for other in ("wrong.txt", "wrong.pdf", "wrong.docx", "wrong.html", "wrong.zip"):
        path = tmp_path / other
        path.write_bytes(KINDS[name]())
        for item in read(path):
            if isinstance(item, Failure):
                assert one_line(item)
            else:
                assert not any(j in item.text for j in JUNK[:-1] if j != "</") or name in (
                    "a.jsonl",
                    "a.json",
                )


@pytest.mark.parametrize("name", KINDS)
def test_a_file_of_100_megabytes(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(KINDS[name]())
    os.truncate(path, 100_000_000)
    begun = time.perf_counter()
    found = read(path)
    assert found and all(one_line(f) for f in found if isinstance(f, Failure))
    for r in reports(found):  # what is read as it comes; zeros after it are no text of it
        assert SENTENCE in r.text and "\x00" not in r.text and len(r.text) < 1000
    assert time.perf_counter() - begun < 30


@pytest.mark.parametrize(
    ("name", "raw", "reason"),
    [
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "docx"),
        ("a.xlsx", b"PK\3\4" + b"\0" * 100, "CSV"),
        ("a.png", b"\x89PNG\r\n" + b"\0" * 100, "picture"),
        ("a.mp4", b"\0\0\0\x18ftypmp42" + b"\0" * 100, "video"),
        ("a.xyz", b"some words that nobody knows the kind of", r".xyz"),
        ("a.geojson", b'{"type": "FeatureCollection"}', "map"),
        ("settings.json", b'{"a": 1}', "neither"),
        ("a.xml", b"<?xml version='1.0'?><catalogue><book/></catalogue>", "no feed"),
        ("a.csv", b"a,b\n1,2\n", "--text-column"),
        ("a.7z", b"7z\xbc\xaf\x27\x1c" + b"\0" * 40, "unpack"),
        ("a.docx", b"only words in it, no package at all", "mislabelled"),
        ("a.pdf", b"only words in it, no PDF at all", "mislabelled"),
        ("a.zip", b"PK\3\4", "damaged"),
    ],
)
def test_what_is_not_read_is_refused_by_name(
    tmp_path: Path, name: str, raw: bytes, reason: str
) -> None:
    path = tmp_path / name
    path.write_bytes(raw)
    (f,) = read(path)
    assert isinstance(f, Failure) and reason in f.reason and one_line(f)


def test_devices_and_pipes_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.txt")
    for path in (Path("/dev/zero"), tmp_path / "pipe.txt"):
        (f,) = read(path)
        assert isinstance(f, Failure) and "devices" in f.reason


def test_links_that_lead_out_of_a_folder_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_bytes(text())
    folder = tmp_path / "reports"
    folder.mkdir()
    (folder / "in.txt").write_bytes(text())
    (folder / "out.txt").symlink_to(tmp_path / "secret.txt")
    (folder / "same.txt").symlink_to(folder / "in.txt")
    (folder / "up").symlink_to(tmp_path)
    found = read(folder)
    assert [Path(r.path).name for r in reports(found)] == ["in.txt", "same.txt"]
    assert ["leads out" in f.reason for f in found if isinstance(f, Failure)] == [True]


def test_a_saved_pages_folder_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "news.html").write_bytes(page())
    (tmp_path / "news_files").mkdir()
    (tmp_path / "news_files" / "ad.html").write_bytes(page())
    assert len(read(tmp_path)) == 1


def test_albums_are_one_report_and_pictures_none(tmp_path: Path) -> None:
    same = {"type": "message", "date": "2023-08-24T10:00:00", "from": "C", "photo": "x.jpg"}
    path = tmp_path / "result.json"
    path.write_text(
        json.dumps(
            {
                "name": "C",
                "messages": [
                    {**same, "id": 1, "text": SENTENCE},
                    {**same, "id": 2, "text": ""},
                    {**same, "id": 3, "text": MORE},
                    {"id": 4, "type": "service", "date": "2023-08-24T11:00:00", "text": ""},
                    {**same, "id": 5, "date": "2023-08-24T12:00:00", "text": ""},
                ],
            }
        )
    )
    found = read(path)
    assert [r.text for r in reports(found)] == [f"{SENTENCE}\n\n{MORE}"]
    assert [f.minor for f in found if isinstance(f, Failure)] == [True]


def test_a_column_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(table().replace(b"notes", b"what"))
    assert isinstance(read(path)[0], Failure)
    assert reports(read(path, Given(column="What")))


def test_a_bomb_in_a_package_is_refused(tmp_path: Path) -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as z:
        z.writestr("word/document.xml", b" " * 60_000_000)
        z.writestr("big.txt", b"word " * 5_000_000)
    for name in ("a.docx", "a.zip"):
        (tmp_path / name).write_bytes(out.getvalue())
        assert all(isinstance(f, Failure) and "MB" in f.reason for f in read(tmp_path / name))


def test_a_parquet_file_that_unpacks_to_much(tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    big = "word " * (MOST_BYTES // 5 + 10)
    pq.write_table(pa.table({"text": [big] * 40}), tmp_path / "a.parquet")
    found = read(tmp_path / "a.parquet")
    assert len(found) == 40 and all(isinstance(f, Failure) and "MB" in f.reason for f in found)


def test_one_bad_line_costs_only_itself(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(
        KINDS["a.jsonl"]()
        + b"[" * 100_000
        + b"\n"
        + b'{"text": "x'
        + b"y" * 100
        + b"\n"
        + KINDS["a.jsonl"]()
    )
    assert [isinstance(x, Report) for x in read(path)] == [True, False, False, True]


@pytest.mark.parametrize(
    ("raw", "want"),
    [
        ("Sara\u00adqib", "Saraqib"),
        ("Sara\u00ad\nqib", "Saraqib"),
        ("a\u200bb\ufeffc\u2060d\u200e", "abcd"),
        ("one\r\ntwo\rthree\u2028four\x0bfive", "one\ntwo\nthree\nfour\nfive"),
        ("nul\0here\x07", "nulhere"),
        ("half \ud800 pair", "half \ufffd pair"),
        ("می\u200cشود", "می\u200cشود"),
        ("a\u00a0b", "a\u00a0b"),
    ],
)
def test_what_nobody_sees_is_taken_out(raw: str, want: str) -> None:
    assert clean(raw) == want and clean(want) == want


@settings(max_examples=200, derandomize=True, deadline=None)
@drawn(st.text(alphabet=st.characters(), max_size=80))
def test_clean_text_stays_clean_and_can_be_stored(raw: str) -> None:
    once = clean(raw)
    assert clean(once) == once
    once.encode("utf-8")


@settings(max_examples=150, derandomize=True, deadline=None)
@drawn(st.sampled_from(sorted(set(KINDS) - {"a.pdf"})), st.data())
def test_bytes_changed_anywhere_give_reports_or_one_line(name: str, data: st.DataObject) -> None:
    import tempfile

    raw = bytearray(KINDS[name]())
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / name
        path.write_bytes(bytes(raw))
        for item in read(path):
            assert isinstance(item, Report) or one_line(item)
