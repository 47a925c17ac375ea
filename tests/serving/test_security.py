"""What OWASP's ASVS asks of the web part at level 2, item by item: docs/security.md names them."""

from __future__ import annotations

import asyncio
import base64
import socket
import threading
import time
from collections.abc import Iterator
from datetime import date

import httpx
import pytest
import uvicorn
from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP
from fastapi.testclient import TestClient

from contactline.ledger.accounts import Accounts
from contactline.ledger.store import Ledger
from contactline.model import ContactlineError
from contactline.serving.app import create_app
from contactline.serving.patience import MOST_HEAD, PatientProtocol, patient
from contactline.serving.security import HEADERS
from contactline.serving.tries import Counts, Tries, network
from tests.ledger.test_store import put
from tests.makers import claim, report

WORD = {"ann": "correct horse 1", "rev": "battery staple 2", "boss": "paperclip 3333"}
ROLE = {"ann": "reader", "rev": "reviewer", "boss": "admin"}


@pytest.fixture(scope="module")
def with_people(tmp_path_factory: pytest.TempPathFactory) -> Ledger:
    ledger = Ledger.open(str(tmp_path_factory.mktemp("people") / "l.db"))
    r = report()
    put(ledger, r, [claim(in_report=r)])
    for name, role in ROLE.items():
        Accounts(ledger).add(name, WORD[name], role)
    return ledger


@pytest.fixture
def ledger(with_people: Ledger) -> Iterator[Ledger]:
    """The people as they were at first, whatever a test made of them."""
    yield with_people
    accounts = Accounts(with_people)
    for u in accounts.users():
        name = str(u["name"])
        if name not in ROLE:
            continue
        if u["closed_at"]:
            accounts.reopen(name)
        if u["role"] != ROLE[name]:
            accounts.set_role(name, ROLE[name])
        if u["second"]:
            accounts.set_second(name, None)
    if accounts.check("ann", WORD["ann"]) is None:
        accounts.set_password("ann", WORD["ann"])


def client_of(ledger: Ledger, **more: object) -> TestClient:
    return TestClient(create_app(ledger, single=False, **more))  # type: ignore[arg-type]


def another(c: TestClient) -> TestClient:
    return TestClient(c.app, base_url=str(c.base_url))


def sign_in(c: TestClient, name: str, password: str = "", code: str = "") -> httpx.Response:
    given = {"name": name, "password": password or WORD[name.lower()], "code": code}
    r = c.post("/api/v1/session", json=given)
    if r.status_code == 200:
        c.headers["x-csrf-token"] = r.json()["csrf"]
    return r


def code_of(key: str, ahead: int = 0) -> str:
    made = TOTP(base64.b32decode(key), 6, SHA1(), 30)
    return made.generate(int(time.time()) + 30 * ahead).decode()


# -- passwords (V2.1), names (V2.1, V5.1) ----------------------------------------------------------


@pytest.mark.parametrize(
    "password", ["short one 1", "aaaaaaaaaaaaaaaa", "carla's word", "x" * 1025]
)
def test_weak_passwords_are_refused(ledger: Ledger, password: str) -> None:
    with pytest.raises(ContactlineError, match="password"):
        Accounts(ledger).add("carla", password, "reader")


@pytest.mark.parametrize("name", ["ANN", "Ann", "ａｎｎ", "аnn", "ann\u200b", "", "a b", "x" * 65])
def test_names_that_pass_for_anothers_are_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(ContactlineError, match="user"):
        Accounts(ledger).add(name, "long enough 99", "admin")


def test_passwords_are_kept_with_argon2id_of_some_memory() -> None:
    from argon2 import PasswordHasher, Type

    usual = PasswordHasher()
    assert usual.type is Type.ID and usual.memory_cost >= 19_456 and usual.time_cost >= 2


def test_a_changed_password_ends_the_other_sessions_and_tokens(ledger: Ledger) -> None:
    c = client_of(ledger)
    one, two, script = c, another(c), another(c)
    assert sign_in(one, "ANN").status_code == 200, "names are folded"
    assert sign_in(two, "ann").status_code == 200
    token = one.post("/api/v1/tokens", json={"label": "x"}).json()["token"]
    script.headers["authorization"] = f"Bearer {token}"
    assert script.get("/api/v1/meta").status_code == 200
    new = {"password": "wrong", "new": "another horse 7"}
    assert one.put("/api/v1/password", json=new).status_code == 401
    new["password"] = WORD["ann"]
    assert one.put("/api/v1/password", json=new | {"new": "short"}).status_code == 400
    assert one.put("/api/v1/password", json=new).status_code == 200
    assert one.get("/api/v1/meta").status_code == 200
    assert two.get("/api/v1/meta").status_code == script.get("/api/v1/meta").status_code == 401
    assert sign_in(two, "ann").status_code == 401
    assert sign_in(two, "ann", "another horse 7").status_code == 200


# -- guessing (V2.2) -------------------------------------------------------------------------------


def test_a_stranger_locks_nobody_out_and_a_flood_wipes_nothing() -> None:
    now = [0.0]
    tries = Tries(clock=lambda: now[0])
    for _ in range(5):
        tries.fail("boss", "203.0.113.9")
    assert tries.blocked("boss", "203.0.113.9", lambda: False)
    assert tries.blocked("BOSS", "203.0.113.9", lambda: True)
    assert not tries.blocked("boss", "198.51.100.1", lambda: False), "others sign in as ever"
    for i in range(30_000):
        tries.fail(f"nobody {i}", f"10.{i >> 16 & 255}.{i >> 8 & 255}.{i & 255}")
    assert tries.blocked("boss", "203.0.113.9", lambda: False), "a flood wiped it"
    for i in range(20):
        tries.fail(f"name {i}", "203.0.113.77")
    assert tries.blocked("somebody else", "203.0.113.77", lambda: False), "one address, many names"
    assert not tries.blocked("somebody else", "203.0.113.77", lambda: True), "behind one proxy"
    for i in range(100):
        tries.fail("boss", f"192.0.2.{i}")
    assert tries.blocked("boss", "198.51.100.1", lambda: False), "guessed at from everywhere"
    assert not tries.blocked("boss", "198.51.100.1", lambda: True), "where it was used before"
    now[0] += 1900
    assert not tries.blocked("boss", "203.0.113.9", lambda: False)


def test_counts_are_never_too_small_and_fade() -> None:
    now = [0.0]
    counts = Counts(100, lambda: now[0])
    for i in range(3000):
        counts.add(f"k{i % 1000}")
    assert all(counts.of(f"k{i}") >= 3 for i in range(1000))
    assert sum(counts.of(f"k{i}") > 3 for i in range(1000)) < 10
    now[0] = 100.0
    counts.of("k1")
    now[0] = 150.0
    assert 1.4 < counts.of("k1") <= 3
    now[0] = 300.0
    assert counts.of("k1") == 0


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("2001:db8::1", "2001:db8::ffff", True),
        ("2001:db8:0:1::1", "2001:db8::1", False),
        ("::ffff:192.0.2.1", "192.0.2.1", True),
        ("192.0.2.1", "192.0.2.2", False),
        ("", "", True),
    ],
)
def test_an_address_is_a_network_as_far_as_one_person_has_it(
    one: str, two: str, same: bool
) -> None:
    assert (network(one) == network(two)) == same


# -- second factor (V2.8) --------------------------------------------------------------------------


def test_a_second_factor_is_set_up_asked_for_and_taken_off(ledger: Ledger) -> None:
    c = client_of(ledger, second=True)
    assert sign_in(c, "rev").status_code == 200
    other = another(c)
    sign_in(other, "rev")
    decide = {"action": "accept", "subject": "x"}
    refused = c.post("/api/v1/decisions", json=decide)
    assert refused.status_code == 403 and "second factor" in refused.json()["detail"]
    assert c.get("/api/v1/meta").status_code == 200, "until then a reader"
    word = {"password": WORD["rev"]}
    made = c.post("/api/v1/second-factor", json=word).json()
    assert made["address"].startswith("otpauth://totp/contactline:rev?") and not made["kept"]
    key = made["key"]
    wrong = "000000" if code_of(key) != "000000" else "111111"
    keep = word | {"key": key}
    assert c.post("/api/v1/second-factor", json=keep | {"code": wrong}).status_code == 400
    weak = word | {"key": "MFRGG", "code": "123456"}
    assert c.post("/api/v1/second-factor", json=weak).status_code == 400
    first = code_of(key, -1)
    assert c.post("/api/v1/second-factor", json=keep | {"code": first}).json()["kept"]
    assert other.get("/api/v1/meta").status_code == 401, "opened without it"
    assert c.post("/api/v1/decisions", json=decide).status_code == 404
    late = another(c)
    assert "code" in sign_in(late, "rev").json()["detail"]
    assert sign_in(late, "rev", code=first).status_code == 401, "a code is good once"
    assert sign_in(late, "rev", code=wrong).status_code == 401
    now = code_of(key)
    assert sign_in(late, "rev", code=now).status_code == 200
    assert sign_in(another(c), "rev", code=now).status_code == 401
    gone = {"name": "rev", "password": WORD["rev"], "code": code_of(key, 1)}
    done = late.request("DELETE", "/api/v1/second-factor", json=gone)
    assert done.status_code == 200 and sign_in(another(c), "rev").status_code == 200
    assert ledger.verify() == []


def test_an_admin_takes_off_a_second_factor_that_was_lost(ledger: Ledger) -> None:
    from contactline.ledger.accounts import new_key

    Accounts(ledger).set_second("ann", new_key())
    c = client_of(ledger)
    assert sign_in(c, "ann").status_code == 401
    sign_in(c, "boss")
    assert c.patch("/api/v1/users/ann", json={"second_factor": False}).status_code == 200
    assert sign_in(another(c), "ann").status_code == 200


# -- sessions and tokens (V3) ----------------------------------------------------------------------


def test_tokens_are_listed_revoked_and_make_no_tokens(ledger: Ledger) -> None:
    c = client_of(ledger)
    sign_in(c, "boss")
    made = c.post("/api/v1/tokens", json={"label": "nightly", "days": 5}).json()["token"]
    script = another(c)
    script.headers["authorization"] = f"Bearer {made}"
    assert script.get("/api/v1/users").status_code == 200
    for path, given in (
        ("tokens", {"label": "more"}),
        ("users", {"name": "eve", "password": "long enough 99", "role": "admin"}),
        ("second-factor", {"password": WORD["boss"]}),
    ):
        assert script.post(f"/api/v1/{path}", json=given).status_code == 403, path
    assert script.patch("/api/v1/users/ann", json={"role": "admin"}).status_code == 403
    assert script.get("/api/v1/sessions").status_code == 403
    listed = c.get("/api/v1/sessions").json()["sessions"]
    token = next(s for s in listed if s["label"] == "nightly")
    assert token["kind"] == "token" and token["user"] == "boss" and not token["this"]
    assert 4 <= (date.fromisoformat(token["expires_at"][:10]) - date.today()).days <= 6
    sign_in(other := another(c), "ann")
    assert other.delete(f"/api/v1/sessions/{token['id']}").status_code == 404, "another's"
    mine = other.get("/api/v1/sessions").json()["sessions"]
    assert {s["user"] for s in mine} == {"ann"} and any(s["this"] for s in mine)
    assert c.delete("/api/v1/sessions/%25").status_code == 404
    assert c.delete(f"/api/v1/sessions/{token['id']}").status_code == 200
    assert script.get("/api/v1/users").status_code == 401


def test_a_session_that_asks_nothing_ends(ledger: Ledger) -> None:
    c = client_of(ledger, idle=0.2)
    sign_in(c, "ann")
    assert c.get("/api/v1/meta").status_code == 200
    time.sleep(0.3)
    assert c.get("/api/v1/meta").status_code == 401


def test_over_https_the_cookie_is_the_hosts_alone_and_browsers_stay_with_https(
    ledger: Ledger,
) -> None:
    c = TestClient(create_app(ledger, single=False, secure=True), base_url="https://testserver")
    r = sign_in(c, "ann")
    cookie = r.headers["set-cookie"]
    assert cookie.startswith("__Host-contactline_session=")
    assert all(x in cookie.lower() for x in ("secure", "httponly", "samesite=strict", "path=/"))
    for path in ("/api/v1/meta", "/", "/api/v1/nothing"):
        answer = c.get(path)
        assert answer.headers["strict-transport-security"].startswith("max-age=31536000")
        assert all(k in answer.headers for k in HEADERS)
    assert "strict-transport-security" not in client_of(ledger).get("/").headers


# -- who may what (V4) -----------------------------------------------------------------------------


def test_users_are_closed_reopened_and_given_other_roles(ledger: Ledger) -> None:
    c = client_of(ledger)
    sign_in(c, "boss")
    sign_in(ann := another(c), "ann")
    queue = {"action": "accept", "subject": "x"}
    assert ann.post("/api/v1/decisions", json=queue).status_code == 403
    assert c.patch("/api/v1/users/ann", json={"role": "reviewer"}).status_code == 200
    assert ann.post("/api/v1/decisions", json=queue).status_code == 404, "at once"
    assert ann.patch("/api/v1/users/ann", json={"role": "admin"}).status_code == 403
    assert c.patch("/api/v1/users/ann", json={"closed": True}).status_code == 200
    assert ann.get("/api/v1/meta").status_code == 401 and sign_in(ann, "ann").status_code == 401
    assert c.patch("/api/v1/users/ann", json={"closed": False}).status_code == 200
    assert sign_in(ann, "ann").status_code == 200
    for change in ({"role": "reader"}, {"closed": True}):
        last = c.patch("/api/v1/users/boss", json=change)
        assert last.status_code == 400 and "last admin" in last.json()["detail"]
    assert c.patch("/api/v1/users/nobody", json={"role": "reader"}).status_code == 400
    assert c.patch("/api/v1/users/ann", json={}).status_code == 400
    log = c.get("/api/v1/audit").json()["audit"]
    assert any(x["what"] == "user changed" and "closed" in x["subject"] for x in log)
    assert ledger.verify() == []


DEEP = '{"text": ' + "[" * 20_000 + "]" * 20_000 + "}"


def test_the_door_stands_before_the_parser(ledger: Ledger) -> None:
    c = client_of(ledger)
    for path in ("decisions", "try", "reports", "tokens", "users"):
        for body in ("{", DEEP, "\x00", '{"action": 1}'):
            r = c.post(
                f"/api/v1/{path}", content=body, headers={"content-type": "application/json"}
            )
            assert r.status_code == 401, (path, body[:9])
    big = c.post("/api/v1/session", content="[" * 5000)
    assert big.status_code == 413
    sign_in(c, "rev")
    r = c.post("/api/v1/try", content=DEEP, headers={"content-type": "application/json"})
    assert 400 <= r.status_code < 500


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"origin": "https://evil.example"}, 403),
        ({"origin": "null"}, 403),
        ({"origin": "http://testserver.evil.example"}, 403),
        ({"sec-fetch-site": "cross-site"}, 403),
        ({"sec-fetch-site": "same-site"}, 403),
        ({"origin": "http://testserver"}, 200),
        ({"sec-fetch-site": "same-origin", "origin": "https://outside.example"}, 200),
        ({}, 200),
    ],
)
def test_other_sites_sign_nobody_in(ledger: Ledger, headers: dict[str, str], status: int) -> None:
    given = {"name": "ann", "password": WORD["ann"]}
    assert client_of(ledger).post("/api/v1/session", json=given, headers=headers).status_code == (
        status
    )


# -- slow and greedy clients (V12, V13) ------------------------------------------------------------


class Hurried(PatientProtocol):
    head_seconds, body_seconds, most_of_one, most = 0.4, 0.8, 8, 400


@pytest.fixture(scope="module")
def port(with_people: Ledger) -> Iterator[int]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        found = int(s.getsockname()[1])
    more = patient(False) | {"http": Hurried}
    config = uvicorn.Config(
        create_app(with_people), host="127.0.0.1", port=found, log_level="critical", **more
    )
    server = uvicorn.Server(config)
    threading.Thread(target=server.run, daemon=True).start()
    while not server.started:
        time.sleep(0.02)
    yield found
    server.should_exit = True


def ended(port: int, *parts: bytes, pause: float = 0.0, within: float = 4.0) -> bytes:
    """What a client gets that sends these parts and then waits until it is hung up on."""
    with socket.create_connection(("127.0.0.1", port), timeout=within) as s:
        out = b""
        try:
            for p in parts:
                s.sendall(p)
                time.sleep(pause)
            while piece := s.recv(65536):
                out += piece
        except (ConnectionError, BrokenPipeError):
            pass
        return out


def test_half_requests_are_hung_up_on(port: int) -> None:
    assert ended(port) == b""
    assert ended(port, b"GET / HT") == b""
    drip = [b"GET / HTTP/1.1\r\n", *(f"X-{i}: a\r\n".encode() for i in range(40))]
    assert ended(port, *drip, pause=0.1) == b""
    body = b"POST /api/v1/try HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
    begun = time.monotonic()
    ended(port, body, b"{", pause=0.05)
    assert time.monotonic() - begun < 4


def test_long_request_lines_and_headers_are_refused(port: int) -> None:
    long = b"a" * (MOST_HEAD + 1000)
    line = b"GET /" + long + b" HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
    assert ended(port, line)[9:12] in (b"400", b"414")
    many = b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: " + long + b"\r\n\r\n"
    assert ended(port, many)[9:12] in (b"400", b"431")
    assert ended(port, b"GET /" + b"a" * 300 + line[5 + len(long) :])[9:12] == b"200"


def test_one_address_takes_no_more_than_its_connections(port: int) -> None:
    held = [socket.create_connection(("127.0.0.1", port)) for _ in range(20)]
    time.sleep(0.15)
    try:
        dropped = 0
        for s in held:
            s.settimeout(0.01)
            try:
                dropped += s.recv(1) == b""
            except TimeoutError:
                pass
            except ConnectionError:
                dropped += 1
        assert dropped >= 12
    finally:
        for s in held:
            s.close()
    time.sleep(0.2)
    assert httpx.get(f"http://127.0.0.1:{port}/api/v1/meta").status_code == 200


def test_a_proxy_is_believed_only_where_it_is_named() -> None:
    from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

    seen: list[str] = []

    async def app(scope: dict, receive: object, send: object) -> None:  # type: ignore[type-arg]
        seen.append(scope["client"][0])

    proxied = ProxyHeadersMiddleware(app, trusted_hosts="10.0.0.1")  # type: ignore[arg-type]
    for peer in ("10.0.0.1", "192.0.2.7"):
        scope = {
            "type": "http",
            "client": (peer, 1),
            "scheme": "http",
            "headers": [(b"x-forwarded-for", b"6.6.6.6, 203.0.113.5")],
        }
        asyncio.run(proxied(scope, None, None))  # type: ignore[arg-type]
    assert seen == ["203.0.113.5", "192.0.2.7"]


# -- what is kept in memory, and days far out ------------------------------------------------------


def test_what_is_kept_is_bounded_in_bytes() -> None:
    from contactline.questions.recent import Recent, weight

    kept: Recent[list[str]] = Recent(100, 1_000_000)
    for n in range(50):
        kept.get(n, lambda n=n: [f"{n} {i} " + "x" * 100 for i in range(1000)])  # type: ignore[misc]
    assert kept.bytes <= 1_000_000 and 2 <= len(kept) < 10
    assert kept.get(49, list) != [], "the last one is kept"
    assert kept.get("huge", lambda: ["x" * 100] * 9) and weight(["y" * 10**6]) > 10**6
    assert len(kept.get("too large", lambda: ["z" * 2_000_000])) == 1
    assert kept.bytes <= 1_000_000


def test_days_of_another_age_take_no_longer(tmp_path: object) -> None:
    from datetime import timedelta

    from contactline.questions.analysis import Analysis

    store = Ledger.open(f"{tmp_path}/l.db")
    day = date(2016, 1, 1)
    for n in range(60):
        on = day + timedelta(days=n * 9)
        r = report(text=f"The army took Alpha {n}.", on=on)
        put(store, r, [claim("control", "gains", in_report=r, valid_from=on, valid_to=on)])
    for year in (1001, 2999):
        odd = date(year, 3, 1)
        r = report(text=f"The army took Beta in {year}.", on=date(2017, 1, 1))
        put(store, r, [claim("fight", None, "Army", "Beta", "Rebels", r, valid_from=odd)])
    analysis = Analysis(store)
    begun = time.process_time()
    analysis.risk(date(2999, 6, 1), 30)
    analysis.risk(date(2017, 6, 1), 30)
    analysis.turning_points(date(1001, 1, 1), date(2999, 1, 1))
    assert time.process_time() - begun < 10
