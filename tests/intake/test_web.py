"""Fetching from a server of our own: addresses as people write them, redirects, bounds, and what is
never reached.
"""

import http.server
import threading
from collections.abc import Iterator

import pytest

from contactline.intake import web
from contactline.intake.web import fetch, public_address
from contactline.model import ContactlineError


class Pages(http.server.BaseHTTPRequestHandler):
    seen: list[str] = []  # noqa: RUF012

    def do_GET(self) -> None:
        self.seen.append(self.path)
        if self.path == "/moved":
            self.send_response(302)
            self.send_header("Location", "/there")
            self.end_headers()
        elif self.path == "/away":
            self.send_response(302)
            self.send_header("Location", "http://10.0.0.1/")
            self.end_headers()
        elif self.path == "/round":
            self.send_response(302)
            self.send_header("Location", "/round")
            self.end_headers()
        elif self.path == "/gone":
            self.send_error(404)
        else:
            body = b"x" * 3000 if self.path == "/large" else b"<html>here</html>"
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def base() -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Pages)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()


def test_letters_beyond_ascii_are_asked_for_as_they_are(base: str) -> None:
    body, kind, _ = fetch(f"{base}/новости/Ma’arrat?q=é", private=True)
    assert (body, kind) == (b"<html>here</html>", "text/html")
    assert Pages.seen[-1] == "/%D0%BD%D0%BE%D0%B2%D0%BE%D1%81%D1%82%D0%B8/Ma%E2%80%99arrat?q=%C3%A9"


def test_a_redirect_is_followed_and_told(base: str) -> None:
    assert fetch(f"{base}/moved", private=True)[2] == f"{base}/there"


@pytest.mark.parametrize(
    ("path", "words"), [("/gone", "answered 404"), ("/round", "too many redirects")]
)
def test_what_goes_wrong_is_one_line(base: str, path: str, words: str) -> None:
    with pytest.raises(ContactlineError, match=words) as e:
        fetch(base + path, private=True)
    assert "\n" not in str(e.value)


def test_no_more_than_allowed_is_kept(base: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web, "MOST_BYTES", 1000)
    with pytest.raises(ContactlineError, match="sends more than"):
        fetch(f"{base}/large", private=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1/",
        "http://localhost/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://127.1/",
        "http://[::1]/",
        ("http://[::ffff:127.0.0.1]/"),
        "http://10.0.0.1/",
        ("http://169.254.169.254/latest"),
        "http://0.0.0.0/",
        "http://192.168.1.1:8080/",
    ],
)
def test_a_private_address_is_never_reached(url: str) -> None:
    with pytest.raises(ContactlineError):
        fetch(url)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://e.org/",
        "file:///etc/passwd",
        "e.org",
        "http://",
        "http://a:b@e.org/",
        "http://e.org:99999/",
    ],
)
def test_other_addresses_are_refused(url: str) -> None:
    with pytest.raises(ContactlineError):
        fetch(url)


def test_a_name_that_turns_private_after_the_check_is_not_reached(
    base: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rebinding: the address that was checked is the one that is connected to, whatever the name
    says next.
    """
    asked: list[str] = []

    def resolve(
        host: str, port: int, **_: object
    ) -> list[tuple[int, int, int, str, tuple[str, int]]]:
        asked.append(host)
        return [(2, 1, 6, "", ("127.0.0.1", port))]

    monkeypatch.setattr(web.socket, "getaddrinfo", resolve)
    with pytest.raises(ContactlineError, match="private"):
        fetch("http://rebound.example/")
    assert asked == ["rebound.example"]
    with pytest.raises(ContactlineError, match="private"):
        public_address("rebound.example", 80)
