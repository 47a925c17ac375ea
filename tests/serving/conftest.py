"""A real server on loopback over the demo's ledger, and a real browser."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import uvicorn
from argon2 import PasswordHasher

from contactline.ledger import accounts
from contactline.ledger.accounts import Accounts
from contactline.ledger.store import Ledger
from contactline.serving.app import WEB, create_app

# real, and cheap: tests sign in a hundred times
accounts.HASHER = PasswordHasher(time_cost=1, memory_cost=64, parallelism=1)
ROOT = Path(__file__).parent.parent.parent
PASSWORDS = {"ann": "correct horse 1", "rev": "battery staple 2", "boss": "paperclip 3333"}


def serve(app: object) -> tuple[str, uvicorn.Server]:
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        port = s.getsockname()[1]
    server = uvicorn.Server(uvicorn.Config(app, host="127.0.0.1", port=port, log_level="error"))  # type: ignore[arg-type]
    threading.Thread(target=server.run, daemon=True).start()
    for _ in range(200):
        if server.started:
            break
        time.sleep(0.05)
    return f"http://127.0.0.1:{port}", server


def copy_of(path: Path, to: Path) -> Ledger:
    for p in path.parent.glob(path.name + "*"):
        shutil.copy(p, to / p.name)
    return Ledger.open(str(to / path.name))


@pytest.fixture
def ledger_copy(demo_db: Path, tmp_path: Path) -> Ledger:
    return copy_of(demo_db, tmp_path)


@pytest.fixture
def address(ledger_copy: Ledger) -> Iterator[str]:
    """One local user, a ledger of its own."""
    url, server = serve(create_app(ledger_copy))
    yield url
    server.should_exit = True


@pytest.fixture(scope="module")
def shown(demo_db: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """As `address`, for tests that change nothing in the ledger: staged once a module."""
    url, server = serve(create_app(copy_of(demo_db, tmp_path_factory.mktemp("shown"))))
    yield url
    server.should_exit = True


@pytest.fixture
def team(ledger_copy: Ledger) -> Iterator[str]:
    people = Accounts(ledger_copy)
    for name, role in (("ann", "reader"), ("rev", "reviewer"), ("boss", "admin")):
        people.add(name, PASSWORDS[name], role)
    url, server = serve(create_app(ledger_copy, single=False))
    yield url
    server.should_exit = True


def signed_in(url: str, name: str) -> httpx.Client:
    c = httpx.Client(base_url=f"{url}/api/v1", timeout=60)
    r = c.post("/session", json={"name": name, "password": PASSWORDS[name]})
    assert r.status_code == 200, r.text
    c.headers["x-csrf-token"] = r.json()["csrf"]
    return c


@pytest.fixture
def client(address: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{address}/api/v1", timeout=60) as c:
        c.headers["x-csrf-token"] = c.get("/meta").json()["user"]["csrf"]
        yield c


@pytest.fixture(scope="session")
def browser() -> Iterator[object]:
    found = (
        shutil.which("chromium")
        or shutil.which("chromium-browser")
        or shutil.which("google-chrome")
    )
    if found is None:
        pytest.skip("no Chromium is installed (Debian package chromium)")
    if not (WEB / "index.html").exists():
        pytest.skip("the web app is not built (make build)")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as p:
        try:
            b = p.chromium.launch(
                executable_path=found,
                args=[
                    "--no-sandbox",
                    "--disable-dev-shm-usage",
                    "--enable-webgl",
                    "--ignore-gpu-blocklist",
                    "--use-gl=angle",
                    "--use-angle=swiftshader",
                ],
            )
        except Exception as e:
            pytest.skip(f"Chromium does not start here: {str(e).splitlines()[0][:120]}")
        page = b.new_page()
        able = page.evaluate("!!document.createElement('canvas').getContext('webgl2')")
        page.close()
        if not able:
            b.close()
            pytest.skip("this Chromium has no WebGL")
        yield b
        b.close()
