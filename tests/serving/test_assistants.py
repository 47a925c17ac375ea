"""A real client of the Model Context Protocol talks to the real command over its pipes."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import anyio
from mcp import Client, StdioServerParameters, stdio_client

APP = "https://maps.example.org"


def talk(url: str, what: Callable[[Client], Awaitable[Any]]) -> Any:
    async def main() -> Any:
        async with Client(
            stdio_client(
                StdioServerParameters(
                    command=sys.executable,
                    args=["-m", "contactline", "mcp", "--ledger", url, "--app-url", APP],
                    env=dict(os.environ),
                )
            )
        ) as client:
            return await what(client)

    # in a thread of its own: a browser test's loop may still stand in this one
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(anyio.run, main).result()


def test_every_tool_reads_only_and_answers_with_sentences(demo_db: Path) -> None:
    async def what(c: Client) -> dict[str, Any]:
        tools = (await c.list_tools()).tools
        assert {t.name for t in tools} >= {
            "overview",
            "who_holds",
            "picture",
            "changes",
            "relations",
            "prospects",
            "what_if",
            "claims",
            "events",
            "evidence",
            "search",
            "read",
        }
        assert all(t.annotations and t.annotations.read_only_hint and t.description for t in tools)

        async def ask(name: str, **given: Any) -> dict[str, Any]:
            r = await c.call_tool(name, given)
            assert not r.is_error, r.content
            return dict(r.structured_content or {})

        holds = await ask("who_holds", place="Raqqa", on="2017-10-25")
        return {
            "overview": await ask("overview"),
            "holds": holds,
            "picture": await ask("picture", on="2017-11-20"),
            "changes": await ask("changes", first="2017-09-15", last="2017-11-20"),
            "ties": await ask("relations", on="2017-11-20"),
            "prospects": await ask("prospects", on="2017-11-20"),
            "whatif": await ask("what_if", kind="without", what="Islamic State", on="2017-11-20"),
            "claims": await ask("claims", words="raqqa", most=5),
            "events": await ask("events", first="2017-10-01", last="2017-11-20", kind="capture"),
            "there": await ask("events", first="2017-09-01", last="2017-11-20", place="Raqqa"),
            "evidence": await ask("evidence", claims=[holds["for"][0]["claim"], "nonsense"]),
            "search": await ask("search", words="euphra army", last="2017-11-20"),
            "read": await ask(
                "read", text="The army seized Palmyra on Monday.", published="2016-03-29"
            ),
        }

    said = talk(str(demo_db), what)
    assert said["overview"]["counts"]["reports"] >= 10
    assert (
        said["holds"]["holder"]
        and said["holds"]["for"]
        and all(x["quote"] for x in said["holds"]["for"])
    )
    assert said["picture"]["sectors"] and all(s["why"] for s in said["picture"]["sectors"])
    assert said["changes"]["changes"] and said["ties"]["ties"] and said["whatif"]["sentences"]
    assert {"told", "state", "outcome", "quote", "voices"} <= set(
        said["prospects"]["expectations"][0]
    )
    assert (
        all("raqqa" in x["quote"].lower() for x in said["claims"]["claims"])
        and said["claims"]["claims"]
    )
    assert said["read"]["claims"][0]["quote"] in "The army seized Palmyra on Monday."
    assert said["holds"]["link"].startswith(f"{APP}/#on=2017-10-25&sel=place%3Agn")
    assert {e["kind"] for e in said["events"]["events"]} == {"capture"}
    for e in (*said["events"]["events"], *said["there"]["events"]):
        assert e["quote"] and e["sources"] and e["claims"] and "sel=event%3A" in e["link"]
    assert {e["place"] for e in said["there"]["events"]} == {"Raqqa"}
    (found,) = said["evidence"]["evidence"]
    assert found["quote"] in found["around"] or " ".join(found["quote"].split()) in found["around"]
    assert found["report"]["title"] and said["evidence"]["not_found"] == ["nonsense"]
    assert f"sel=report%3A{found['report']['id']}%3A{found['claim']}" in found["link"]
    assert said["search"]["count"] == len(said["search"]["reports"]) > 0
    for r in said["search"]["reports"]:
        assert any(w in r["quote"].lower() for w in ("euphra", "army"))
    json.dumps(said)


BAD = [
    ("who_holds", {"place": "Xyzzyville-on-Nowhere"}, "no place goes by"),
    ("who_holds", {"place": "Raqqa", "on": "yesterday"}, "must be a day"),
    ("changes", {"first": "2017-11-20", "last": "2017-09-15"}, "the first before the last"),
    ("what_if", {"kind": "without", "what": "The Martians of Nowhere"}, "Martians"),
    ("events", {"first": "2017-11-20", "last": "2017-09-15"}, "the first not after the last"),
    ("evidence", {"claims": ["nothing"]}, "no claim has the id nothing"),
    ("relations", {"party": "The Martians of Nowhere"}, "no tie"),
]


def test_what_cannot_be_answered_is_one_line(demo_db: Path) -> None:
    async def what(c: Client) -> list[Any]:
        return [await c.call_tool(tool, given) for tool, given, _ in BAD]

    for (tool, _, says), r in zip(BAD, talk(str(demo_db), what), strict=True):
        text = r.content[0].text
        assert says in text and "Traceback" not in text and (r.is_error or tool == "what_if"), (
            tool,
            text,
        )
