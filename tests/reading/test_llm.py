"""The language-model reader against a real HTTP server that speaks the protocol and misbehaves."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contactline.cli.asking import Asker
from contactline.model import KINDS, MODALITIES, ContactlineError, Report
from contactline.reading.llm import LanguageModelReader, windows

TEXT = (
    "The Syrian army captured Mayadin on Saturday. Islamic State still holds Abu Kamal, "
    "officials said. Nothing else happened."
)
REPORT = Report(TEXT, len(TEXT), source="Wire", published=date(2017, 10, 14))
GOOD = {
    "quote": "The Syrian army captured Mayadin on Saturday.",
    "kind": "control",
    "aspect": "gains",
    "actor": "The Syrian army",
    "other": None,
    "place": "Mayadin",
    "modality": "stated",
    "said_by": None,
    "condition": None,
}


class Server:
    """Answers from a list of (status, body); the last one again and again."""

    def __init__(self, answers: list[tuple[int, Any]]) -> None:
        self.answers, self.seen, self.headers = list(answers), [], []  # type: ignore[var-annotated]
        outer = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                outer.seen.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
                outer.headers.append(dict(self.headers))
                status, body = outer.answers.pop(0) if len(outer.answers) > 1 else outer.answers[0]
                if status == 0:  # hang up
                    self.connection.close()
                    return
                content = body if isinstance(body, str) else json.dumps(body)
                raw = (
                    json.dumps(
                        {
                            "id": "x",
                            "object": "chat.completion",
                            "created": 1,
                            "model": "m",
                            "choices": [
                                {
                                    "index": 0,
                                    "finish_reason": "stop",
                                    "message": {"role": "assistant", "content": content},
                                }
                            ],
                        }
                    )
                    if status == 200
                    else json.dumps({"error": {"message": "no"}})
                )
                self.send_response(status)
                self.send_header("content-type", "application/json")
                self.end_headers()
                self.wfile.write(raw.encode())

            def log_message(self, *a: Any) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.http.server_port}/v1"


@pytest.fixture
def serve() -> Iterator[Any]:
    made: list[Server] = []

    def make(*answers: tuple[int, Any]) -> Server:
        made.append(Server(list(answers)))
        return made[-1]

    yield make
    for s in made:
        s.http.shutdown()


def reader(server: Server, tmp_path: Path, **more: Any) -> LanguageModelReader:
    return LanguageModelReader(
        Asker("m", server.url, folder=tmp_path / "cache", wait=0.01, **more), "m"
    )


def test_a_good_answer_becomes_claims_with_offsets(
    serve: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    server = serve((200, {"claims": [GOOD]}))
    r = reader(server, tmp_path)
    (c,) = r.read(REPORT).claims
    assert (c.kind, c.aspect, c.quote) == ("control", "gains", GOOD["quote"]) and TEXT[
        c.start : c.end
    ] == c.quote
    assert (
        c.place
        and TEXT[c.place.start : c.place.end] == "Mayadin"
        and c.valid_from == date(2017, 10, 14)
    )
    assert {k.lower(): v for k, v in server.headers[0].items()}[
        "authorization"
    ] == "Bearer sk-secret" and server.seen[0]["response_format"]["type"] == "json_schema"
    assert not any("sk-secret" in p.read_text() for p in (tmp_path / "cache").iterdir())
    again = reader(server, tmp_path)
    assert again.read(REPORT).claims == [c] and len(server.seen) == 1, (
        "the second reading comes from the cache"
    )


@pytest.mark.parametrize(
    "bad",
    [
        {"quote": "The army captured Aleppo on Sunday."},
        {"quote": ""},
        {"kind": "gossip"},
        {"aspect": "besieged"},
        {"modality": "rumoured"},
        {"actor": "The Russian navy"},
        {"place": "Atlantis"},
        {"actor": None, "place": None},
        {"quote": None},
        {"actor": 7},
    ],
)
def test_inventions_are_dropped_and_counted(
    serve: Any, tmp_path: Path, bad: dict[str, Any]
) -> None:
    r = reader(serve((200, {"claims": [GOOD | bad, GOOD]})), tmp_path)
    assert len(r.read(REPORT).claims) == 1 and sum(r.tally.dropped.values()) == 1


@pytest.mark.parametrize(
    "first", [(429, ""), (500, ""), (0, ""), (200, "no json at all"), (200, '{"claims": [')]
)
def test_a_fault_is_tried_again(serve: Any, tmp_path: Path, first: tuple[int, Any]) -> None:
    server = serve(first, (200, {"claims": [GOOD]}))
    assert len(reader(server, tmp_path).read(REPORT).claims) == 1 and len(server.seen) == 2


def test_a_server_that_never_answers_rightly_costs_one_window_not_the_report(
    serve: Any, tmp_path: Path
) -> None:
    r = reader(serve((200, "nonsense")), tmp_path)
    assert r.read(REPORT).claims == [] and r.tally.failed == 1


@pytest.mark.parametrize("status", [401, 403, 404, 400])
def test_a_refusal_is_said_in_one_line_without_the_key(
    serve: Any, tmp_path: Path, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-secret")
    with pytest.raises(ContactlineError) as e:
        reader(serve((status, "")), tmp_path).read(REPORT)
    assert "sk-secret" not in str(e.value) and "\n" not in str(e.value)


def test_the_budget_ends_the_asking(serve: Any, tmp_path: Path) -> None:
    with pytest.raises(ContactlineError, match="budget"):
        reader(serve((500, "")), tmp_path, budget=2).read(REPORT)


def test_nobody_there(tmp_path: Path) -> None:
    r = LanguageModelReader(Asker("m", "http://127.0.0.1:9/v1", folder=tmp_path, wait=0.01), "m")
    with pytest.raises(ContactlineError, match="no language model answers"):
        r.read(REPORT)


words = st.sampled_from(
    [
        "The Syrian army",
        "Mayadin",
        "Islamic State",
        "Aleppo",
        "a dragon",
        "Abu Kamal",
        "",
        "Nothing else happened.",
        None,
        TEXT[:45],
        TEXT[46:99],
        "captured Mayadin",
    ]
)
nonsense = st.fixed_dictionaries(
    {
        "quote": words,
        "kind": st.sampled_from(sorted(KINDS)),
        "aspect": st.sampled_from([None, *sorted({a for v in KINDS.values() for a in v})]),
        "actor": words,
        "other": words,
        "place": words,
        "modality": st.sampled_from(sorted(MODALITIES)),
        "said_by": words,
        "condition": words,
    }
)


@settings(max_examples=200, deadline=None)
@given(st.lists(nonsense, max_size=6))
def test_grammatical_nonsense_never_gets_in(rows: list[dict[str, Any]]) -> None:
    r = LanguageModelReader(lambda m, s: json.dumps({"claims": rows}), "nonsense")
    for c in r.read(REPORT).claims:
        assert TEXT[c.start : c.end] == c.quote
        for role in (c.actor, c.other, c.place):
            assert role is None or TEXT[role.start : role.end] == role.text
        assert c.said_by is None or c.said_by in c.quote


@given(st.integers(0, 40_000))
@settings(max_examples=30, deadline=None)
def test_windows_cover_every_character(n: int) -> None:
    rng = random.Random(n)
    text = "".join(rng.choice(["word ", "end. ", "\n\n"]) for _ in range(n // 5))
    covered = 0
    for at, piece in windows(text):
        assert text[at : at + len(piece)] == piece and at <= covered
        covered = max(covered, at + len(piece))
    assert covered == len(text)
