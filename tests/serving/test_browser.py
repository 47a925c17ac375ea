"""The app in headless Chromium on the demo's ledger and on the seed article."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from contactline.intake.files import Given
from contactline.ledger.store import Ledger
from contactline.pipeline import Tools, ingest
from contactline.serving.app import create_app
from tests.serving.conftest import PASSWORDS, ROOT, serve

AXE = ROOT / "web/node_modules/axe-core/axe.min.js"
SEED = ROOT.parent / "shared/eval/seed"


@pytest.fixture
def page(browser: object) -> Iterator[object]:
    context = browser.new_context(viewport={"width": 1440, "height": 900}, bypass_csp=True)  # type: ignore[attr-defined]
    p = context.new_page()
    p.faults = []
    p.on("pageerror", lambda e: p.faults.append(str(e)))
    p.on(
        "request",
        lambda r: (
            p.faults.append(r.url)
            if not r.url.startswith(("http://127.0.0.1", "blob:", "data:"))
            else None
        ),
    )
    yield p
    assert p.faults == []
    context.close()


def ready(p: object) -> None:
    p.wait_for_function(
        "performance.getEntriesByName('contactline-day').length > 0", timeout=20_000
    )  # type: ignore[attr-defined]


def test_who_held_deir_ezzor_and_who_says_so_in_three_steps(page: object, shown: str) -> None:
    p = page
    p.goto(shown)
    ready(p)
    p.fill("input.day >> nth=0", "2017-09-20")  # one: the day
    p.dispatch_event("input.day >> nth=0", "change")
    p.fill("[role=combobox]", "Deir Ezzor")  # two: the place
    p.wait_for_selector("#found li[aria-selected=true]")
    p.press("[role=combobox]", "Enter")  # three: its panel
    p.wait_for_selector(".panel .claim blockquote")
    assert "Deir Ezzor" in p.inner_text(".panel h2") and "Syrian government" in p.inner_text(
        ".panel .holder"
    )
    assert p.inner_text(".panel .claim .source").strip()
    assert "sel=place" in p.url and "on=2017-09-20" in p.url


def test_a_link_shows_the_same_again(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-10-20&sel=place:gn172955")
    ready(p)
    p.wait_for_selector(".panel .claim")
    title = p.inner_text(".panel h2")
    p.reload()
    p.wait_for_selector(".panel .claim")
    assert (
        p.inner_text(".panel h2") == title and p.input_value("input.day >> nth=0") == "2017-10-20"
    )


def test_the_slider_steps_by_keyboard_and_the_map_follows(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-10-01")
    ready(p)
    p.focus("input.range")
    p.keyboard.press("ArrowRight")
    p.wait_for_function("location.hash.includes('on=2017-10-02')")
    p.keyboard.press("Shift+ArrowRight")
    p.wait_for_function("location.hash.includes('on=2017-10-09')")
    p.click(".play")
    p.wait_for_function("!location.hash.includes('on=2017-10-09')")
    p.click(".play")


def test_difference_view_and_as_known(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&cmp=2017-09-15")
    ready(p)
    p.wait_for_function("document.querySelector('.legend')?.innerText.includes('changed hands')")
    p.goto(f"{shown}/#on=2017-10-30&known=2017-10-05&sel=place:gn172955")
    p.reload()
    p.wait_for_selector(".panel h2")
    assert "2017-10-18" not in p.inner_text(".panel-body")


def test_a_claim_opens_its_report_with_the_passage_lit(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-10-20&sel=place:gn172955")
    ready(p)
    p.wait_for_selector(".panel .claim")
    quote = p.inner_text(".panel .claim blockquote >> nth=0")
    p.click(".panel .claim .source button >> nth=0")
    p.wait_for_selector("mark.lit")
    assert p.inner_text("mark.lit").split() == quote.split() and p.locator("mark").count() > 1


def test_comments_are_folded_and_abuse_behind_a_notice(
    page: object, browser: object, tmp_path: Path, tools: Tools
) -> None:
    html = (
        '<html><head><title>Army holds Aleppo</title><meta property="article:published_time" '
        'content="2017-11-01"></head><body><article><h1>Army holds Aleppo</h1>'
        + (
            "<p>The Syrian army holds Aleppo, officials said in a long statement about the city "
            "and its many suburbs.</p>"
        )
        * 4
        + (
            '</article><section id="comments" class="comments"><div class="comment"><span '
            'class="comment-author">A</span><p class="comment-text">You idiots, they should all '
            'be shot.</p></div><div class="comment"><span class="comment-author">B</span><p '
            'class="comment-text">The date in the second line is '
            "wrong.</p></div></section></body></html>"
        )
    )
    (tmp_path / "a.html").write_text(html)
    ledger = Ledger.open(str(tmp_path / "l.db"))
    ingest(ledger, [tmp_path / "a.html"], tools, Given())
    key = next(iter(ledger.reports()))["id"]
    assert len(ledger.report(key).comments) == 2  # type: ignore[union-attr]
    url, server = serve(create_app(ledger))
    p = page
    p.goto(f"{url}/#sel=report:{key}:")
    p.wait_for_selector(".comments summary")
    assert not p.is_visible(".comment")
    p.click(".comments > summary")
    assert p.is_visible("text=The date in the second line is wrong.") and not p.is_visible(
        "text=should all be shot"
    )
    p.click(".abusive summary")
    assert p.is_visible("text=should all be shot")
    server.should_exit = True


@pytest.mark.parametrize(
    ("view", "says"),
    [
        ("sectors", "Syrian Democratic Forces"),
        ("network", "Blocs"),
        ("prospects", "open"),
        ("changes", "From"),
        ("reports", "Example"),
        ("sources", "Example Wire"),
        ("review", "Accept"),
        ("add", "Read it"),
    ],
)
def test_every_view_opens(page: object, shown: str, view: str, says: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&view={view}")
    p.wait_for_function(
        f"document.querySelector('.page')?.innerText.includes({json.dumps(says)})", timeout=20_000
    )


def test_review_and_its_undo_move_the_picture(page: object, address: str) -> None:
    p = page
    p.goto(f"{address}/#on=2017-10-20&sel=place:gn172955")
    ready(p)
    p.wait_for_selector(".panel .claim")
    before = p.inner_text(".panel .holder")
    for _ in range(3):
        p.wait_for_timeout(150)
        if (
            p.locator(
                ".panel details:has-text('speaks for') .claim .review button:has-text('Reject')"
            ).count()
            == 0
        ):
            break
        p.locator(
            ".panel details:has-text('speaks for') .claim .review button:has-text('Reject')"
        ).first.click()
        p.wait_for_function(
            f"document.querySelector('.panel .holder')?.innerText !== {json.dumps(before)} || "
            "document.querySelector('.panel .error')",
            timeout=10_000,
        )
        break
    assert p.inner_text(".panel-body") and before not in p.inner_text(".panel-body")[:400]
    p.goto(f"{address}/#on=2017-10-20&view=review")
    p.reload()
    p.wait_for_selector(".page .row button:has-text('Undo')")
    p.click(".page .row button:has-text('Undo') >> nth=0")
    p.wait_for_selector(".row.undone")


def test_a_pasted_report_shows_on_the_map_before_it_is_stored(page: object, address: str) -> None:
    p = page
    p.goto(f"{address}/#on=2017-11-20&view=add")
    p.wait_for_selector("form.add")
    p.fill(
        "form.add textarea",
        "Syrian government forces captured the town of Azaz from the rebels on Monday, the army "
        "said.",
    )
    p.fill("form.add input[type=date]", "2017-12-18")
    p.click("form.add button[type=submit]")
    p.wait_for_selector("text=Nothing is stored yet", timeout=30_000)
    assert "Azaz" in p.inner_text(".page")
    p.click("text=Store it")
    p.wait_for_selector("text=Stored.")


def test_hostile_markup_never_runs(page: object, address: str) -> None:
    p = page
    p.goto(f"{address}/#on=2017-11-20&view=add")
    p.wait_for_selector("form.add")
    evil = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>'
    p.fill(
        "form.add textarea", f"{evil} The army captured Azaz from rebels {evil}, officials said."
    )
    p.fill("form.add input[aria-label=Outlet]", evil)
    p.click("form.add button[type=submit]")
    p.wait_for_selector("text=Store it", timeout=30_000)
    p.click("text=Store it")
    p.wait_for_selector("text=Stored.")
    p.goto(f"{address}/#view=reports")
    p.reload()
    p.wait_for_selector(".page .row")
    p.click(".page .row button >> nth=0")
    p.wait_for_selector(".panel .text")
    assert p.evaluate("window.hacked") is None


def test_sign_in(page: object, team: str) -> None:
    p = page
    p.goto(team)
    p.fill("input[name=name]", "ann")
    p.fill("input[type=password]", "wrong password")
    p.click("button[type=submit]")
    p.wait_for_selector("text=the name or the password is wrong")
    p.fill("input[type=password]", PASSWORDS["ann"])
    p.click("button[type=submit]")
    ready(p)
    assert p.locator("nav button:has-text('Review')").count() == 0


@pytest.mark.parametrize(
    "view",
    ["map", "sectors", "network", "prospects", "changes", "reports", "sources", "review", "add"],
)
def test_axe_finds_nothing_serious(page: object, shown: str, view: str) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed (make build)")
    p = page
    p.goto(f"{shown}/#on=2017-11-20&view={view}&sel=place:gn172955")
    ready(p)
    p.wait_for_selector(".panel .claim")
    p.wait_for_timeout(400)
    p.add_script_tag(path=str(AXE))
    found = p.evaluate("axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa']})")
    assert [
        (v["id"], v["nodes"][0]["html"][:200])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ] == []


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_nothing_is_wider_than_the_window(
    browser: object, shown: str, width: int, height: int
) -> None:
    p = browser.new_page(viewport={"width": width, "height": height})  # type: ignore[attr-defined]
    for view in ("map", "sectors", "prospects", "sources"):
        p.goto(f"{shown}/#on=2017-11-20&view={view}")
        p.wait_for_timeout(700)
        assert p.evaluate("document.documentElement.scrollWidth") <= width
    p.close()


def test_the_seed_articles_picture(browser: object, tmp_path: Path, tools: Tools) -> None:
    if not SEED.is_dir():
        pytest.skip("the seed article is not here")
    text = next(p for p in SEED.iterdir() if p.suffix == ".txt")
    ledger = Ledger.open(str(tmp_path / "seed.db"))
    ingest(ledger, [text], tools, Given(date(2017, 11, 20), "seed"))
    url, server = serve(create_app(ledger))
    p = browser.new_page()  # type: ignore[attr-defined]
    p.goto(f"{url}/#on=2017-11-20&view=sectors")
    p.wait_for_selector(".page table", timeout=20_000)
    assert "Syrian Democratic Forces" in p.inner_text(".page")
    p.close()
    server.should_exit = True


def test_without_webgl_the_other_views_go_on(browser: object, shown: str) -> None:
    context = browser.new_context(bypass_csp=True)  # type: ignore[attr-defined]
    context.add_init_script(
        "HTMLCanvasElement.prototype.getContext = (o => function (k, ...a) { return "
        "String(k).startsWith('webgl') ? null : o.call(this, k, ...a); "
        "})(HTMLCanvasElement.prototype.getContext)"
    )
    p = context.new_page()
    p.goto(f"{shown}/#on=2017-11-20")
    p.wait_for_selector("text=can't draw the map")
    p.goto(f"{shown}/#on=2017-11-20&view=sectors")
    p.wait_for_selector(".page table")
    context.close()


def test_told_ground_is_strongest_and_what_is_not_known_is_blank(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20")
    ready(p)
    legend = p.inner_text(".legend")
    for words in ("told of the place", "said of an area", "inferred", "not known (blank)"):
        assert words in legend
    drawn = p.evaluate(
        """async () => {
          const m = window.contactline.map, d = m.day, least = {};
          d.basis.split('').forEach((b, i) => {
            const o = m.gl.getFeatureState({source: 'cells', id: i}).o ?? 0;
            const k = d.holder[i] < 0 ? 'nobody' : b;
            (least[k] ??= []).push(o);
          });
          const ends = ([k, v]) => [k, [Math.min(...v), Math.max(...v)]];
          return Object.fromEntries(Object.entries(least).map(ends));
        }"""
    )
    assert drawn["nobody"] == [0, 0]
    # what several hold together has both colours, and lands and areas their names
    assert p.locator(".legend .together").count() == p.evaluate(
        "window.contactline.map.day.sides.filter(s => s.id.includes('+')).length"
    )
    p.wait_for_function(
        "window.contactline.map.named.some(n => n[0] === 'Syria' && n[3])"
        " && window.contactline.map.named.some(n => n[0] === 'Raqqa' && !n[3])"
    )
    assert drawn["c"][0] > drawn["1"][1] > 0.14 >= drawn.get("n", [0, 0.14])[1]
    p.check(".legend label:has-text('Only what is told') input")
    p.wait_for_function("location.hash.includes('told=1')")
    shown = p.evaluate(
        "(m => m.day.basis.split('').filter((b, i) => b === 'n' && m.gl.getFeatureState({source: "
        "'cells', id: i}).o > 0).length)(window.contactline.map)"
    )
    assert shown == 0


def test_every_party_of_the_network_has_its_panel(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&view=network")
    p.wait_for_selector(".page table button")
    names = p.evaluate(
        "[...new Set([...document.querySelectorAll('.node')].map(n => "
        "n.getAttribute('aria-label')))]"
    )
    assert len(names) > 2
    for n in names:
        r = p.evaluate(
            "async n => (await fetch('api/v1/actor?on=2017-11-20&id=' + "
            "encodeURIComponent('actor:' + n))).status",
            n,
        )
        assert (n, r) == (n, 200)
    p.click(".page table button >> nth=0")
    p.wait_for_selector(".panel button:has-text('What if')")


def test_the_compared_map_marks_what_the_changes_tell_and_says_from_whom(
    page: object, shown: str
) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&cmp=2017-09-15")
    ready(p)
    d = p.evaluate(
        "async () => (await fetch('api/v1/changes?first=2017-09-15&last=2017-11-20')).json()"
    )
    ground = p.evaluate("async () => (await fetch('api/v1/ground')).json()")
    on_map = {x[0] for x in ground["places"]}
    assert {ground["places"][m["place"]][0] for m in d["moves"]} == {
        c["place_id"] for c in d["changes"] if c["place_id"] in on_map
    }
    assert len([m for m in d["marks"] if m != "-"]) == len(d["moves"]) > 0
    p.wait_for_selector(".legend .moved")
    taken = next(m for m in d["moves"] if m["mark"] == "g")
    assert taken["from"][0]["name"] in p.inner_text(".legend")
    assert taken["to"][0]["name"] in p.inner_text(".legend")


def test_the_link_keeps_the_maps_place_and_the_hidden_sides(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&at=40.000,35.000,8.00&hide=sdf")
    ready(p)
    assert p.evaluate("window.contactline.map.where()") == "40.000,35.000,8.00"
    box = p.locator(".legend li:has-text('Syrian Democratic Forces') input[type=checkbox]").first
    assert not box.is_checked()
    p.click(".maplibregl-ctrl-zoom-in")
    p.wait_for_function("!location.hash.includes('8.00')")
    assert "at=" in p.url


def test_data_and_picture_leave_the_app(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20")
    ready(p)
    p.click(".share > summary")
    with p.expect_download() as got:
        p.click(".share a:has-text('GeoJSON')")
    data = json.loads(Path(got.value.path()).read_text())
    assert {f["properties"]["layer"] for f in data["features"]} >= {"place", "ground"}
    with p.expect_download() as got:
        p.click(".share button:has-text('PNG')")
    png = Path(got.value.path()).read_bytes()
    assert png.startswith(b"\x89PNG") and len(png) > 20_000
    assert "GeoNames" in p.inner_text(".credit") and "Natural Earth" in p.inner_text(".credit")
    p.goto(f"{shown}/#on=2017-11-20&view=sectors")
    p.wait_for_selector(".page table")
    p.click(".share > summary")
    with p.expect_download() as got:
        p.click(".share button:has-text('table')")
    assert "Syrian Democratic Forces" in Path(got.value.path()).read_text("utf-8-sig")


def test_an_empty_ledger_says_how_to_begin(page: object, tmp_path: Path) -> None:
    url, server = serve(create_app(Ledger.open(str(tmp_path / "none.db"))))
    p = page
    p.goto(url)
    p.wait_for_selector(".first h2")
    p.click(".first button:has-text('Add a report')")
    p.wait_for_selector("form.add")
    assert not p.is_visible(".first")
    server.should_exit = True


def test_the_map_opened_after_another_view_shows_the_war_and_titles_follow(
    page: object, shown: str
) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&view=sectors")
    ready(p)
    p.wait_for_function("document.title === 'Sectors · contactline'")
    p.click("nav button:has-text('Map')")
    p.wait_for_function("document.title === 'contactline'")
    west, east = p.evaluate(
        "(b => [b.getWest(), b.getEast()])(window.contactline.map.gl.getBounds())"
    )
    assert 20 < west < east < 55


def test_escape_gives_the_focus_back(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&view=network")
    p.wait_for_selector(".page table button")
    p.focus(".page table button >> nth=0")
    p.keyboard.press("Enter")
    p.wait_for_selector(".panel.open h2")
    p.wait_for_function("document.activeElement.matches('.panel')")
    p.keyboard.press("Escape")
    assert p.evaluate("document.activeElement.matches('.page table button')")


def test_on_a_phone_more_days_are_reached_and_the_place_is_seen(
    browser: object, shown: str
) -> None:
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)  # type: ignore[attr-defined]
    p = context.new_page()
    p.goto(f"{shown}/#on=2017-11-20&sel=place:gn172955")
    ready(p)
    p.wait_for_selector(".panel .claim")
    p.wait_for_timeout(900)
    y = p.evaluate(
        "(m => m.gl.project([m.spot.lon, m.spot.lat]).y + "
        "m.gl.getContainer().getBoundingClientRect().top)(window.contactline.map)"
    )
    assert 0 < y < p.evaluate("document.querySelector('.panel').getBoundingClientRect().top")
    assert not p.is_visible("label:has-text('Compare with')")
    p.click(".more-days")
    assert p.is_visible("label:has-text('Compare with')")
    assert p.is_visible("label:has-text('As known on')")
    # a long page scrolls by itself and never lies over the days
    p.goto(f"{shown}/#on=2017-11-20&view=sectors")
    p.wait_for_selector(".page table")
    p.click(".more-days", timeout=5000)
    context.close()


def test_a_draft_outlives_a_look_at_another_view(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#view=add")
    p.fill("form.add textarea", "The army holds Azaz.")
    p.click("nav button:has-text('Sources')")
    p.wait_for_selector(".page table")
    p.click("nav button:has-text('Add a report')")
    p.wait_for_selector("form.add")
    assert p.input_value("form.add textarea") == "The army holds Azaz."


SIZES = [(1440, 900), (390, 844)]


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_events_beside_the_map_are_filtered_and_walked_through(
    browser: object, shown: str, width: int, height: int
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": height}, bypass_csp=True
    )
    p = context.new_page()
    p.goto(f"{shown}/#on=2017-11-20" + ("" if width > 1000 else "&feed=0"))
    ready(p)
    if width < 1000:
        assert not p.is_visible(".feed")
        p.click(".feed-open")
    p.wait_for_selector(".feed .event")
    p.select_option(".feed-head select", "365")
    p.wait_for_function("location.hash.includes('feed=365')")
    p.wait_for_function("document.querySelectorAll('.feed .event').length > 3")
    told = p.evaluate(
        "async () => (await fetch('api/v1/events?first=2016-11-20&last=2017-11-20')).json()"
    )
    assert {"clash", "capture"} <= {e["kind"] for e in told["events"]}
    # a kind taken out is gone from the list and from the link
    p.click(".chip[data-kind=capture]")
    p.wait_for_function("location.hash.includes('nokind=capture')")
    assert p.get_attribute(".chip[data-kind=capture]", "aria-pressed") == "false"
    p.click(".chip[data-kind=capture]")
    # one party's
    p.click(".feed-filters summary")
    party = told["events"][0]["parties"][0]
    p.select_option(f".feed-filters select[aria-label='{'Party'}']", party)
    p.wait_for_function("location.hash.includes('party=')")
    theirs = [e for e in told["events"] if party in e["parties"]]
    assert p.locator(".feed .event").count() == len(theirs)
    p.select_option(".feed-filters select[aria-label='Party']", "")
    p.click(".feed-filters summary")
    # to the map and the quote, and on with the arrow keys
    p.click(".feed .event >> nth=0")
    p.wait_for_selector(".panel .claim blockquote")
    assert told["events"][0]["id"] in p.url
    if width > 1000:
        p.focus(".feed .event[aria-current=true]")
        p.keyboard.press("ArrowDown")
    else:
        p.click(".panel button:has-text('Older')")
    p.wait_for_function(f"location.hash.includes('{told['events'][1]['id']}')")
    place = json.dumps(told["events"][1]["place"] or "")
    p.wait_for_function(f"document.querySelector('.panel h2')?.innerText.includes({place})")
    if width > 1000:
        assert p.evaluate("document.activeElement.matches('.feed .event[aria-current=true]')")
    assert p.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


def test_sieges_roads_and_agreements_are_layers_with_a_legend(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&feed=0")
    ready(p)
    m = p.evaluate("async () => (await fetch('api/v1/marks?on=2017-11-20')).json()")
    assert m["roads"] or m["agreements"] or m["sieges"]
    for words, key in (
        ("Sieges", "sieges"),
        ("Roads and crossings", "roads"),
        ("Agreements in force", "agreements"),
    ):
        p.wait_for_selector(f".legend label:has-text('{words} ({len(m[key])})')")
    drawn = "window.contactline.map.gl.getSource('marks').serialize().data.features.length"
    n = p.evaluate(drawn)
    assert n > 0
    for words in ("Sieges", "Roads and crossings", "Agreements in force", "Contact lines"):
        p.uncheck(f".legend label:has-text('{words}') input")
    p.wait_for_function("location.hash.includes('off=agreements%2Clines%2Croads%2Csieges')")
    p.wait_for_function(f"{drawn} === 0")


def test_the_map_is_shown_within_another_page_where_its_site_is_allowed(
    page: object, shown: str
) -> None:
    import httpx

    p = page
    p.goto(f"{shown}/embed#on=2017-11-20&at=40.000,35.000,6.00")
    ready(p)
    p.wait_for_selector(".caption:has-text('2017-11-20')")
    assert p.locator("header").count() == 0 and p.locator(".time").count() == 0
    assert p.evaluate("window.contactline.map.where()") == "40.000,35.000,6.00"
    assert "GeoNames" in p.inner_text(".credit")
    answer = httpx.get(f"{shown}/embed")
    assert "frame-ancestors 'self'" in answer.headers["content-security-policy"]
    assert "x-frame-options" not in answer.headers
    assert httpx.get(shown).headers["x-frame-options"] == "DENY"


def test_a_printed_map_is_one_picture_with_its_legend(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20")
    ready(p)
    p.evaluate("dispatchEvent(new Event('beforeprint'))")
    p.emulate_media(media="print")
    assert p.is_visible(".on-paper img") and not p.is_visible(".map")
    said = p.inner_text(".on-paper")
    assert "2017-11-20" in said and "GeoNames" in said and "told of the place" in said
    assert p.evaluate("document.querySelector('.on-paper img').src.length") > 20_000


def test_the_events_shown_leave_as_a_table(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&feed=365")
    ready(p)
    p.wait_for_selector(".feed .event")
    n = p.locator(".feed .event").count()
    p.click(".share > summary")
    with p.expect_download() as got:
        p.click(".share button:has-text('events shown (GeoJSON)')")
    data = json.loads(Path(got.value.path()).read_text())
    assert len(data["features"]) == n and data["features"][0]["properties"]["quote"]


@pytest.mark.parametrize(
    ("words", "party"), [("ISIS", "Islamic State"), ("daesh", "Islamic State")]
)
def test_a_party_is_found_by_any_of_its_names(client: object, words: str, party: str) -> None:
    found = client.get("/search", params={"q": words}).json()["actors"]  # type: ignore[attr-defined]
    assert found[0]["name"] == party and found[0]["match"].lower() == words.lower()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_search_finds_days_reports_and_what_was_looked_for_lately(
    browser: object, shown: str, width: int, height: int
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": height}, bypass_csp=True
    )
    p = context.new_page()
    p.goto(f"{shown}/#on=2017-11-20&view=sources")
    p.wait_for_selector(".page table")
    box = "header [role=combobox]"
    p.fill(box, "daesh")
    p.wait_for_selector("#found li:has-text('Islamic State')")
    p.click("#found li:has-text('Islamic State')")
    p.wait_for_selector(".panel.open h2:has-text('Islamic State')")
    p.keyboard.press("Escape")
    p.fill(box, "memorandum")
    p.wait_for_selector("#found li .of:has-text('Report')")
    assert "memorandum" in p.inner_text("#found")
    p.click("#found li:has(.of:has-text('Report')) >> nth=0")
    p.wait_for_selector(".panel .text")
    p.keyboard.press("Escape")
    p.fill(box, "18 October 2017")
    p.wait_for_selector("#found li:has-text('2017-10-18')")
    p.press(box, "Enter")
    p.wait_for_function("location.hash.includes('on=2017-10-18')")
    p.evaluate("document.activeElement.blur()")
    p.focus(box)
    p.wait_for_selector("#found li:has-text('Islamic State')")
    assert p.locator("#found li").count() == 3
    assert p.evaluate("document.documentElement.scrollWidth") <= width
    context.close()


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_a_claim_is_put_right_with_the_effect_seen_first_and_taken_back_where_it_was_done(
    browser: object, address: str, width: int, height: int
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": height}, bypass_csp=True
    )
    p = context.new_page()
    p.goto(f"{address}/#on=2017-10-20&sel=place:gn172955")
    p.wait_for_selector(".panel .claim")
    p.click(".panel .claim button:has-text('Correct') >> nth=0")
    p.wait_for_selector("form.correct")
    p.fill("form.correct input[aria-label=Party]", "Hayat")
    p.wait_for_selector("form.correct li:has-text('Hayat Tahrir al-Sham')")
    p.press("form.correct input[aria-label=Party]", "Enter")
    assert p.input_value("form.correct input[aria-label=Party]") == "Hayat Tahrir al-Sham"
    p.fill("form.correct input[aria-label=Place]", "Idlib")
    p.wait_for_selector("form.correct li:has-text('Idlib')")
    p.press("form.correct input[aria-label=Place]", "Enter")
    kinds = p.locator("form.correct select[aria-label=Kind] option").all_inner_texts()
    assert {"control", "fight", "strike"} <= set(kinds)
    p.click("form.correct button:has-text('See the effect')")
    p.wait_for_selector("form.correct [role=status] li:has-text('Idlib')")
    p.wait_for_selector("form.correct [role=status] li:has-text('→')")
    assert (
        p.evaluate("async () => (await (await fetch('api/v1/decisions')).json()).decisions") == []
    )
    p.click("form.correct button[type=submit]")
    p.wait_for_selector(".panel .decided button:has-text('Undo')")
    p.click(".panel .decided button:has-text('Undo')")
    p.wait_for_function("!document.querySelector('.panel .decided')")
    made = p.evaluate("async () => (await (await fetch('api/v1/decisions')).json()).decisions")
    assert [d["action"] for d in made] == ["undo", "correct"]
    context.close()


def test_the_queue_is_worked_through_by_keys(page: object, address: str) -> None:
    p = page
    p.goto(f"{address}/#on=2017-11-20&view=review")
    p.wait_for_selector(".queued")
    p.focus(".queued >> nth=0")
    p.keyboard.press("j")
    assert (
        p.evaluate("[...document.querySelectorAll('.queued')].indexOf(document.activeElement)") == 1
    )
    p.keyboard.press("k")
    p.keyboard.press("a")
    p.wait_for_selector(".queued >> nth=0 >> text=Accepted")
    assert (
        p.evaluate("[...document.querySelectorAll('.queued')].indexOf(document.activeElement)") == 1
    )
    p.keyboard.press("r")
    p.wait_for_selector(".queued >> nth=1 >> text=Rejected")
    p.keyboard.press("k")
    p.keyboard.press("u")
    p.wait_for_function(
        "document.querySelectorAll('.queued')[1].querySelector('[data-do=reject]') !== null"
    )
    p.keyboard.press("c")
    p.wait_for_selector("form.correct")


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_interface_in_arabic_reads_from_right_to_left(
    browser: object, shown: str, width: int, height: int
) -> None:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": width, "height": height}, bypass_csp=True, locale="ar-SY"
    )
    p = context.new_page()
    p.goto(f"{shown}/#on=2017-11-20&sel=place:gn172955")
    ready(p)
    p.wait_for_selector(".panel .claim")
    assert p.evaluate("[document.documentElement.dir, document.documentElement.lang]") == [
        "rtl",
        "ar",
    ]
    assert "الخريطة" in p.inner_text("nav")
    if width > 1000:
        left, right = p.evaluate(
            "['.panel', '.feed'].map(s => document.querySelector(s).getBoundingClientRect().left)"
        )
        assert left < right
    for view in ("map", "sectors", "review"):
        p.goto(f"{shown}/#on=2017-11-20&view={view}")
        p.wait_for_timeout(500)
        assert p.evaluate("document.documentElement.scrollWidth") <= width
    p.click(".language")
    p.wait_for_function("document.documentElement.dir === 'ltr'")
    context.close()


def test_every_word_of_the_interface_stands_in_both_languages() -> None:
    files = [ROOT / "web/src/strings" / f"{x}.ts" for x in ("en", "ar")]
    keys = [re.findall(r"^  (\w+):", f.read_text(), re.M) for f in files]
    assert sorted(keys[0]) == sorted(keys[1]) and len(keys[0]) > 150


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_serious_in_the_feed_a_correction_and_an_event(
    browser: object, shown: str, theme: str
) -> None:
    if not AXE.exists():
        pytest.skip("axe-core is not installed (make build)")
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 1440, "height": 900}, bypass_csp=True, color_scheme=theme
    )
    p = context.new_page()
    p.goto(f"{shown}/#on=2017-11-20&feed=365")
    ready(p)
    p.wait_for_selector(".feed .event")
    p.click(".feed-filters summary")
    p.click(".feed .event >> nth=0")
    p.wait_for_selector(".panel .claim")
    p.click(".panel .claim button:has-text('Correct') >> nth=0")
    p.wait_for_selector("form.correct")
    p.add_script_tag(path=str(AXE))
    found = p.evaluate(
        "axe.run(document, {runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
    )
    assert [
        (v["id"], v["nodes"][0]["html"][:200])
        for v in found["violations"]
        if v["impact"] in ("serious", "critical")
    ] == []
    context.close()


def test_the_time_axis_has_dates_and_a_place_a_hover_card(page: object, shown: str) -> None:
    p = page
    p.goto(f"{shown}/#on=2017-11-20&at=39.0,35.95,7.0&feed=0")
    ready(p)
    p.wait_for_selector(".axis span")
    assert "2017" in p.inner_text(".axis")
    where = p.evaluate(
        "(m => { const g = m.ground.places.find(x => x[1] === 'Raqqa'), "
        "q = m.gl.project([g[3], g[2]]), r = m.gl.getContainer().getBoundingClientRect(); "
        "return [q.x + r.left, q.y + r.top]; })"
        "(window.contactline.map)"
    )
    p.wait_for_timeout(500)
    p.mouse.move(where[0] - 30, where[1] - 30)
    p.mouse.move(*where, steps=4)
    p.wait_for_selector(".hover-card:has-text('Raqqa')")
    assert "Syrian Democratic Forces" in p.inner_text(".hover-card")
