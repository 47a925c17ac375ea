"""What is done with the map and the lists: drawing, measuring, deciding several, the tour; one page
through all of it.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest


@pytest.fixture(scope="module")
def walked(browser: object, shown: str) -> Iterator[object]:
    context = browser.new_context(  # type: ignore[attr-defined]
        viewport={"width": 1440, "height": 900},
        bypass_csp=True,
        permissions=["clipboard-read", "clipboard-write"],
    )
    p = context.new_page()
    p.faults = []
    p.on("pageerror", lambda e: p.faults.append(str(e)))
    p.goto(f"{shown}/#on=2017-11-20&feed=365")
    p.wait_for_selector(".feed .event")
    p.wait_for_function("performance.getEntriesByName('contactline-day').length > 0")
    yield p
    assert p.faults == []
    context.close()


def on_screen(p: object, *points: tuple[float, float]) -> list[tuple[float, float]]:
    return [  # type: ignore[no-any-return]
        tuple(
            p.evaluate(  # type: ignore[attr-defined]
                "([x, y]) => { const m = window.contactline.map.gl, q = m.project([x, y]), "
                "r = m.getContainer().getBoundingClientRect(); "
                "return [q.x + r.left, q.y + r.top]; }",
                list(at),
            )
        )
        for at in points
    ]


def test_an_area_is_drawn_by_hand_a_distance_measured_a_point_copied(walked: object) -> None:
    p = walked
    every = p.locator(".feed .event").count()
    told = p.evaluate(
        "async () => (await fetch('api/v1/events?first=2016-11-20&last=2017-11-20')).json()"
    )["events"]
    west, south, east, north = 37.6, 34.4, 41.4, 36.6
    p.click(".feed-filters summary")
    p.click("button:has-text('Draw an area')")
    for x, y in on_screen(p, (west, north), (east, north), (east, south), (west, south)):
        p.mouse.click(x, y)
        p.wait_for_timeout(400)
    p.keyboard.press("Enter")
    p.wait_for_function("location.hash.includes('area=')")
    inside = [
        e
        for e in told
        if e["lat"] is not None and west < e["lon"] < east and south < e["lat"] < north
    ]
    assert p.locator(".feed .event").count() == len(inside) and 0 < len(inside) < every
    p.click("button:has-text('Take the area away')")
    p.wait_for_function(f"document.querySelectorAll('.feed .event').length === {every}")
    # by keyboard alone: a point is set in the middle of the map, and Escape gives up
    p.focus("button:has-text('Draw an area')")
    p.keyboard.press("Enter")
    p.keyboard.press("Space")
    assert p.evaluate("window.contactline.map.onPoint !== null")
    p.keyboard.press("Escape")
    assert p.evaluate("window.contactline.map.onPoint === null")
    assert p.evaluate("document.activeElement.textContent") == "Draw an area"
    # a degree along a meridian is 111.2 km
    p.click(".measure")
    for x, y in on_screen(p, (39.5, 34.5), (39.5, 35.5)):
        p.mouse.click(x, y)
        p.wait_for_timeout(400)
    km = float(p.inner_text(".toast").split()[0])
    assert abs(km - 111.2) < 3
    p.keyboard.press("Enter")
    p.click(".measure")
    p.mouse.click(*on_screen(p, (39.5, 34.5))[0], button="right")
    p.wait_for_selector(".toast:has-text('copied')")
    lat, lon = map(float, p.evaluate("navigator.clipboard.readText()").split(", "))
    assert abs(lat - 34.5) < 0.05 and abs(lon - 39.5) < 0.05


def test_the_tour_asks_four_questions(walked: object) -> None:
    p = walked
    p.click("button[aria-label='A tour in four steps']")
    p.wait_for_selector(".tour:has-text('Who holds it?')")
    p.click(".tour .main")
    p.wait_for_selector(".panel.open .claim blockquote[lang=en]")
    p.click(".tour .main")
    p.wait_for_selector(".legend:has-text('What changed from')")
    p.click(".tour .main")
    p.wait_for_selector(".panel.open button:has-text('What if')")
    p.click(".tour button:has-text('Done')")
    p.wait_for_function("!document.querySelector('.tour')")
    assert "cmp=" not in p.url


def test_sources_ties_and_several_claims_at_once(walked: object, shown: str) -> None:
    p = walked
    p.goto(f"{shown}/#on=2017-11-20&view=sources")
    p.wait_for_selector(".page .interval[aria-label*='–']")
    p.click("button:has-text('what it got wrong') >> nth=0")
    p.wait_for_selector(".panel.open .claim blockquote")
    p.goto(f"{shown}/#on=2017-11-20&view=network")
    p.wait_for_selector(".network .tie")
    both = p.locator(".network .tie").count()
    p.select_option(".page select[aria-label=Ties]", "-1")
    assert 0 < p.locator(".network .tie").count() < both
    assert p.locator(".network .tie.friendly").count() == 0
    p.goto(f"{shown}/#on=2017-11-20&view=review")
    p.wait_for_selector(".queued")
    first = p.inner_text(".queued >> nth=0 >> blockquote")
    p.focus(".queued >> nth=0")
    p.keyboard.press("x")
    p.check(".queued >> nth=1 >> [data-do=choose]")
    p.wait_for_selector(".many:has-text('2 chosen')")
    p.click("button:has-text('Accept all')")
    p.wait_for_function("document.querySelectorAll('.page .row button').length === 2")
    assert first in p.inner_text(".page section:has(.row)")


@pytest.mark.parametrize("view", ["map", "sectors"])
def test_at_400_percent_everything_is_reached_by_scrolling(
    browser: object, shown: str, view: str
) -> None:
    """1440 by 900 at 400% is a window of 360 by 225."""
    p = browser.new_page(viewport={"width": 360, "height": 225})  # type: ignore[attr-defined]
    p.goto(f"{shown}/#on=2017-11-20&view={view}")
    p.wait_for_selector(".page table" if view == "sectors" else ".map canvas")
    assert p.evaluate("document.documentElement.scrollWidth") <= 360
    tall = p.evaluate("document.querySelector('main').getBoundingClientRect().height")
    assert tall >= 300 and p.evaluate("document.documentElement.scrollHeight") > 400
    p.close()
