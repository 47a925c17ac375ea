"""Real servers on loopback: one of the web that misbehaves as told, and one of mail (IMAP)."""

from __future__ import annotations

import http.server
import re
import socketserver
import threading
from collections.abc import Callable
from typing import Any


class Web:
    """`pages`: path to a function of the request's handler. `asked`: (path, headers) in order."""

    def __init__(self) -> None:
        self.pages: dict[str, Callable[[Any], None]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.posted: list[str] = []
        self.takes = 200  # the status of what is posted
        web = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                web.asked.append((self.path, {k.lower(): v for k, v in self.headers.items()}))
                page = web.pages.get(self.path)
                self.close_connection = True
                if page is None:
                    answer(self, 404)
                else:
                    page(self)

            def do_POST(self) -> None:
                size = int(self.headers.get("Content-Length") or 0)
                web.posted.append(self.rfile.read(size).decode())
                self.close_connection = True
                answer(self, web.takes)

            def log_message(self, format: str, *args: object) -> None:
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self.server.server_port}"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()

    def paths(self) -> list[str]:
        return [p for p, _ in self.asked]

    def gives(self, path: str, body: str | bytes, kind: str = "text/html", **headers: str) -> None:
        """`etag` and `last_modified` are answered with 304 where the request names them."""
        raw = body.encode() if isinstance(body, str) else body

        def page(h: Any) -> None:
            same = (headers.get("etag") and h.headers.get("If-None-Match") == headers["etag"]) or (
                headers.get("last_modified")
                and h.headers.get("If-Modified-Since") == headers["last_modified"]
            )
            answer(h, 304 if same else 200, b"" if same else raw, kind, headers)

        self.pages[path] = page


def answer(
    h: Any, status: int, body: bytes = b"", kind: str = "text/html", headers: Any = None
) -> None:
    h.send_response(status)
    h.send_header("Content-Type", kind)
    h.send_header("Connection", "close")
    for k, v in (headers or {}).items():
        h.send_header(k.replace("_", "-"), v)
    h.send_header("Content-Length", str(len(body)))
    h.end_headers()
    h.wfile.write(body)


def says(status: int, **headers: str) -> Callable[[Any], None]:
    return lambda h: answer(h, status, headers=headers)


def cut(body: bytes, kind: str = "application/rss+xml") -> Callable[[Any], None]:
    """Promises the whole body and sends half of it."""

    def page(h: Any) -> None:
        h.send_response(200)
        h.send_header("Content-Type", kind)
        h.send_header("Content-Length", str(len(body)))
        h.end_headers()
        h.wfile.write(body[: len(body) // 2])

    return page


class Mail:
    """An IMAP server of one mailbox: `mails` by UID. `said`: the commands it was given."""

    def __init__(self, user: str, password: str) -> None:
        self.mails: dict[int, bytes] = {}
        self.valid = 7
        self.said: list[str] = []
        mail = self

        class Handler(socketserver.StreamRequestHandler):
            def send(self, text: str) -> None:
                self.wfile.write(text.encode() + b"\r\n")

            def handle(self) -> None:
                self.send("* OK ready")
                while raw := self.rfile.readline():
                    tag, _, words = raw.decode().strip().partition(" ")
                    mail.said.append(words)
                    if not self.one(tag, words):
                        return

            def one(self, tag: str, words: str) -> bool:
                name = words.split(" ")[0].upper()
                fine = "OK done"
                if name == "CAPABILITY":
                    self.send("* CAPABILITY IMAP4rev1")
                elif name == "LOGIN":
                    right = words.split(" ", 2)[1:] == [user, f'"{password}"']
                    fine = "OK in" if right else "NO wrong name or password"
                elif name in ("EXAMINE", "SELECT"):
                    self.send(f"* {len(mail.mails)} EXISTS")
                    self.send(f"* OK [UIDVALIDITY {mail.valid}] valid")
                elif words.upper().startswith("UID SEARCH"):
                    m = re.search(r"UID (\d+):\*", words)
                    first = int(m[1]) if m else 1
                    found = [n for n in sorted(mail.mails) if n >= first]
                    # as RFC 3501 has it: n:* holds the last mail, whatever its number
                    found = found or sorted(mail.mails)[-1:]
                    self.send("* SEARCH " + " ".join(map(str, found)))
                elif m := re.match(r"UID FETCH (\d+) \((RFC822\.SIZE|BODY\.PEEK\[\])\)", words):
                    raw = mail.mails.get(int(m[1]), b"")
                    if m[2] == "RFC822.SIZE":
                        self.send(f"* 1 FETCH (UID {m[1]} RFC822.SIZE {len(raw)})")
                    else:
                        self.send(f"* 1 FETCH (UID {m[1]} BODY[] {{{len(raw)}}}")
                        self.wfile.write(raw + b")\r\n")
                elif name == "LOGOUT":
                    self.send("* BYE")
                self.send(f"{tag} {fine}")
                return name != "LOGOUT"

        class Server(socketserver.ThreadingTCPServer):
            daemon_threads = True
            allow_reuse_address = True

        self.server = Server(("127.0.0.1", 0), Handler)
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
