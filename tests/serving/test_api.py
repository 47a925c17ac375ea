"""The API as a client sees it, over real HTTP."""

from __future__ import annotations

import httpx
import pytest

from tests.serving.conftest import PASSWORDS, signed_in

DAY = {"on": "2017-11-20"}
XSS = '<script>document.title="gone"</script><img src=x onerror=alert(1)>'


def test_the_map_of_a_day_is_packed_by_the_grounds_order(client: httpx.Client) -> None:
    ground, day = client.get("/ground").json(), client.get("/map", params=DAY).json()
    n = len(ground["places"])
    assert n > 200 and n == len(ground["cells"]) == len(day["holder"]) == len(day["sure"]) == len(
        day["status"]
    ) == len(day["basis"])
    at = {p[1]: i for i, p in enumerate(ground["places"])}
    assert "Syrian Democratic Forces" in day["sides"][day["holder"][at["Raqqa"]]]["name"]


@pytest.mark.parametrize(
    "path",
    [
        "meta",
        "ground",
        "map",
        "lines",
        "sectors",
        "network",
        "prospects",
        "sources",
        "turning-points?on=2017-11-20",
        "risk?on=2017-11-20",
        "whatif?without=ISIS&on=2017-11-20",
        "queue",
        "decisions",
        "reports",
        "changes?first=2017-09-15&last=2017-11-20",
        "search?q=Raqqa",
        "events?first=2017-09-15&last=2017-11-20",
        "marks?on=2017-11-20",
    ],
)
def test_every_view_has_its_json(client: httpx.Client, path: str) -> None:
    r = client.get(f"/{path}")
    assert r.status_code == 200 and r.headers["content-type"] == "application/json"


def test_a_what_if_gives_both_maps_and_takes_one_assumption_at_a_time(client: httpx.Client) -> None:
    told = client.get("/whatif", params={"holds": "Raqqa=ISIS", **DAY}).json()
    assert told["sentences"][0].startswith("If ISIS") or "Raqqa" in told["sentences"][0]
    for where in told["maps"].values():
        drawn = client.get("/" + where)
        assert (
            drawn.status_code == 200
            and drawn.headers["content-type"].startswith("image/svg+xml")
            and drawn.text.startswith("<svg xmlns=")
        )
    gone = client.get("/whatif", params={"without": "ISIS", **DAY}).json()
    points = gone["answer"]
    assert {"ground", "lines"} <= {p["section"] for p in points}
    assert [p["sentence"] for p in points] == gone["sentences"][1:] and points[0]["claims"]
    assert client.get("/whatif", params={"without": "ISIS", "ends": "Idlib"}).status_code == 400
    assert client.get("/whatif", params={"without": "Qwrtz Front"}).status_code == 400


def test_risk_tells_its_skill_and_no_figure_without_one(client: httpx.Client) -> None:
    d = client.get("/risk", params=DAY).json()
    assert d["shown"] is False and d["places"] == [] and d["skill"]["cases"] >= 0


def test_turning_points_rest_on_claims(client: httpx.Client) -> None:
    d = client.get("/turning-points", params=DAY).json()
    assert d["points"] and all(
        p["claims"] and p["text"] and d["first"] <= p["on"] <= d["last"] for p in d["points"]
    )


@pytest.mark.parametrize("words", ["al-Bukamal", "Abu Kamal", "Albu Kamal", "البوكمال"])
def test_one_town_under_all_its_spellings(client: httpx.Client, words: str) -> None:
    assert client.get("/search", params={"q": words}).json()["places"][0]["id"] == "place:gn174448"


def test_a_place_says_who_says_so(client: httpx.Client) -> None:
    found = client.get("/search", params={"q": "Raqqa"}).json()["places"][0]
    d = client.get("/place", params={"id": found["id"], **DAY}).json()
    assert d["place"]["holder"] == "Syrian Democratic Forces" and d["history"] and d["parameters"]
    first = d["for"][0]
    report = client.get("/report", params={"id": first["report"]}).json()
    assert report["text"][first["start"] : first["end"]] == first["quote"]


def test_a_rejected_claim_leaves_the_picture_and_its_undoing_brings_it_back(
    client: httpx.Client,
) -> None:
    place = client.get("/search", params={"q": "Raqqa"}).json()["places"][0]["id"]
    before = client.get("/place", params={"id": place, **DAY}).json()
    made = [
        client.post("/decisions", json={"action": "reject", "subject": c["id"]}).json()["id"]
        for c in before["for"]
    ]
    without = client.get("/place", params={"id": place, **DAY})
    assert (
        without.status_code == 404
        or without.json()["place"]["probability"] < before["place"]["probability"]
    )
    for key in made:
        assert client.post(f"/decisions/{key}/undo", json={}).status_code == 200
    after = client.get("/place", params={"id": place, **DAY}).json()
    assert after["place"]["probability"] == before["place"]["probability"]


def test_a_correction_renames_the_party(client: httpx.Client) -> None:
    place = client.get("/search", params={"q": "Raqqa"}).json()["places"][0]["id"]
    c = client.get("/place", params={"id": place, **DAY}).json()["for"][0]
    assert (
        client.post(
            "/decisions",
            json={
                "action": "correct",
                "subject": c["id"],
                "correction": {"actor": "Hayat Tahrir al-Sham"},
            },
        ).status_code
        == 200
    )
    assert (
        client.get("/claims", params={"ids": c["id"]}).json()["claims"][0]["actor"]["name"]
        == "Hayat Tahrir al-Sham"
    )
    assert (
        client.post(
            "/decisions",
            json={"action": "correct", "subject": c["id"], "correction": {"aspect": "flies"}},
        ).status_code
        == 400
    )


def test_a_draft_is_read_before_it_is_stored(client: httpx.Client) -> None:
    draft = {
        "text": (
            "Syrian government forces captured the city of Raqqa from the Syrian Democratic "
            "Forces on Tuesday, the army said."
        ),
        "source": "Draft",
        "date": "2017-12-20",
    }
    tried = client.post("/try", json=draft).json()
    assert tried["claims"] and any(p["name"] == "Raqqa" for p in tried["places"])
    n = client.get("/meta").json()["counts"]["reports"]
    assert client.post("/reports", json=draft).json()["stored"] == 1
    assert client.post("/reports", json=draft).json()["stored"] == 0
    assert client.get("/meta").json()["counts"]["reports"] == n + 1


def test_hostile_markup_stays_text(client: httpx.Client) -> None:
    done = client.post(
        "/reports",
        json={
            "text": f"{XSS} The army holds Aleppo, a spokesman said. {XSS}",
            "source": XSS,
            "date": "2017-11-01",
        },
    )
    assert done.status_code == 200
    r = client.get("/report", params={"id": done.json()["ids"][0]})
    assert (
        r.headers["content-type"] == "application/json"
        and r.headers["x-content-type-options"] == "nosniff"
    )
    assert (
        "script-src 'self'" in r.headers["content-security-policy"]
        and "unsafe" not in r.headers["content-security-policy"]
    )


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("map?on=yesterday", 400),
        ("map?on=99999-01-01", 400),
        ("map?on=0001-01-01", 400),
        ("place?id=../../etc/passwd", 404),
        ("report?id='; DROP TABLE reports;--", 404),
        ("reports?q=' OR 1=1 --", 200),
        ("changes?first=2017-01-02&last=2017-01-01", 400),
        ("reports?page=-1", 422),
        ("events?first=2017-01-02&last=2017-01-01", 400),
        ("event?id=none", 404),
        ("claims?ids=%00", 200),
        ("search?q=%F0%9F%92%A3", 200),
        ("place?id=" + "x" * 400, 422),
        ("nothing", 404),
    ],
)
def test_bad_questions_get_a_plain_answer(client: httpx.Client, path: str, status: int) -> None:
    r = client.get(f"/{path}")
    assert r.status_code == status and (status == 200 or r.json()["detail"])


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:1/",
        "http://localhost/",
        "http://169.254.169.254/latest/meta-data/",
        "http://[::1]/",
        "http://10.0.0.1/",
        "file:///etc/passwd",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://user:pass@example.org/",
        "ftp://example.org/",
        "http://[::ffff:127.0.0.1]/",
        "http://nowhere.invalid/",
    ],
)
def test_private_addresses_are_never_fetched(client: httpx.Client, url: str) -> None:
    assert client.post("/try", json={"url": url}).status_code == 400


def test_too_much_is_refused(client: httpx.Client) -> None:
    assert (
        client.post(
            "/try", content=b"x" * 26_000_000, headers={"content-type": "application/json"}
        ).status_code
        == 413
    )
    assert client.post("/try", json={"text": "a", "url": "http://example.org"}).status_code == 400
    assert client.post("/try", json={"file": "!!!", "name": "../../x"}).status_code == 400


@pytest.mark.parametrize(
    "path", ["/../../../../etc/passwd", "/..%2f..%2fpyproject.toml", "/assets/../../app.py", "/%00"]
)
def test_no_way_out_of_the_folder(address: str, path: str) -> None:
    r = httpx.get(address + path)
    assert (
        r.status_code in (200, 404, 503)
        and "root:" not in r.text
        and "create_app" not in r.text
        and "[project]" not in r.text
    )


def test_other_sites_and_other_hosts_are_turned_away(address: str) -> None:
    assert httpx.get(f"{address}/api/v1/meta", headers={"host": "evil.example"}).status_code == 421
    assert (
        httpx.post(
            f"{address}/api/v1/decisions", json={"action": "accept", "subject": "x"}
        ).status_code
        == 403
    )
    assert (
        httpx.post(
            f"{address}/api/v1/decisions",
            json={"action": "accept", "subject": "x"},
            headers={"sec-fetch-site": "cross-site", "x-csrf-token": "y"},
        ).status_code
        == 403
    )


def test_roles(team: str) -> None:
    assert httpx.get(f"{team}/api/v1/meta").status_code == 401
    ann, rev, boss = (signed_in(team, n) for n in ("ann", "rev", "boss"))
    assert (
        ann.get("/meta").status_code == 200
        and ann.post("/decisions", json={"action": "accept", "subject": "x"}).status_code == 403
    )
    claim = ann.get("/queue").json()["queue"][0]["id"]
    assert rev.post("/decisions", json={"action": "accept", "subject": claim}).status_code == 200
    assert rev.get("/audit").status_code == 403 and rev.get("/users").status_code == 403
    log = boss.get("/audit").json()["audit"]
    assert any(x["what"] == "review accept" and x["user_name"] == "rev" for x in log)
    assert (
        boss.post("/users", json={"name": "new", "password": "short", "role": "reader"}).status_code
        == 400
    )
    assert (
        boss.post(
            "/users", json={"name": "new", "password": "long enough 99", "role": "reader"}
        ).status_code
        == 200
    )
    assert rev.get("/decisions").json()["decisions"][0]["author"] == "rev"


def test_sessions_end_and_cookies_are_kept_from_scripts(team: str) -> None:
    c = httpx.Client(base_url=f"{team}/api/v1")
    r = c.post("/session", json={"name": "ann", "password": PASSWORDS["ann"]})
    cookie = r.headers["set-cookie"].lower()
    assert "httponly" in cookie and "samesite=strict" in cookie
    assert c.delete("/session").status_code == 403, "no CSRF token"
    assert c.delete("/session", headers={"x-csrf-token": r.json()["csrf"]}).status_code == 200
    c.cookies.set("contactline_session", r.cookies.get("contactline_session") or "")
    assert c.get("/meta").status_code == 401


def test_tokens_work_and_expire(team: str, ledger_copy: object) -> None:
    from contactline.ledger.accounts import Accounts, Who

    ann = signed_in(team, "ann")
    token = ann.post("/tokens", json={"label": "script"}).json()["token"]
    assert (
        httpx.get(f"{team}/api/v1/map", headers={"authorization": f"Bearer {token}"}).status_code
        == 200
    )
    old, _ = Accounts(ledger_copy).open(Who("ann", "reader"), "token", days=-1)  # type: ignore[arg-type]
    for bad in (old, "nonsense"):
        assert (
            httpx.get(f"{team}/api/v1/map", headers={"authorization": f"Bearer {bad}"}).status_code
            == 401
        )


def test_guessing_is_slowed_down(team: str) -> None:
    c = httpx.Client(base_url=f"{team}/api/v1")
    codes = [
        c.post("/session", json={"name": "boss", "password": f"guess {i}"}).status_code
        for i in range(7)
    ]
    assert codes[:5] == [401] * 5 and codes[5:] == [429] * 2
    assert (
        c.post("/session", json={"name": "boss", "password": PASSWORDS["boss"]}).status_code == 429
    )
