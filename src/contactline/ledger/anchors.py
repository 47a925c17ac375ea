"""Signed tree heads, and proofs that hold without the ledger.

An anchor is a small JSON file: the head of a ledger's log as one line of canonical JSON, and an
Ed25519 signature (RFC 8032) over that line. Kept elsewhere, it shows later that the log still
begins as it did.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import platformdirs
import sqlalchemy as sa
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import (
    Ed25519PrivateKey,
    Ed25519PublicKey,
)

from contactline.ledger import asked, log, logged
from contactline.ledger import tables as t
from contactline.ledger.chain import BACKWARDS
from contactline.ledger.merkle import (
    Peaks,
    consistency,
    consistent,
    inclusion,
    leaf_hash,
    root,
    root_of_inclusion,
)
from contactline.ledger.rows import packed
from contactline.ledger.store import Ledger
from contactline.ledger.verify import Verified
from contactline.model import ContactlineError

MOST_FILE = 20_000_000  # bytes of an anchor or a proof


@dataclass(frozen=True, slots=True)
class Anchor:
    """A head as somebody signed it. `stamps` are time stamps of others over the signed line."""

    id: str
    size: int
    root: str
    at: str
    peaks: tuple[bytes, ...]
    signed: str
    signature: bytes
    public: bytes
    stamps: tuple[tuple[str, bytes], ...] = ()
    since: Mapping[str, Any] | None = None

    @property
    def signer(self) -> str:
        """The public key, as people compare it."""
        return self.public.hex()

    @property
    def sha256(self) -> str:
        """What a time stamp is asked for: the hash of the signed line."""
        return hashlib.sha256(self.signed.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return {
            "contactline": "anchor",
            "head": self.signed,
            "signature": base64.b64encode(self.signature).decode(),
            "public_key": base64.b64encode(self.public).decode(),
            "sha256": self.sha256,
            "timestamps": [
                {"name": n, "content": base64.b64encode(x).decode()} for n, x in self.stamps
            ],
        } | ({"since": self.since} if self.since else {})


# -- keys ----------------------------------------------------------------------------------------


def key_file() -> Path:
    return Path(
        os.environ.get("CONTACTLINE_KEY")
        or Path(platformdirs.user_config_dir("contactline")) / "anchor.key"
    )


def private_key(path: Path) -> tuple[Ed25519PrivateKey, bool]:
    """(key, whether it was made now). Raises ContactlineError for a file that is none."""
    try:
        if path.exists():
            found = serialization.load_pem_private_key(path.read_bytes(), None)
            if not isinstance(found, Ed25519PrivateKey):
                raise ContactlineError(f"{path} is no Ed25519 key")
            return found, False
        path.parent.mkdir(parents=True, exist_ok=True)
        made = Ed25519PrivateKey.generate()
        raw = made.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        # nobody else may read it, from the first byte on
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as f:
            f.write(raw)
        return made, True
    except OSError as e:
        raise ContactlineError(f"the key {path}: {e.strerror}; give another with --key") from e
    except (ValueError, TypeError) as e:
        raise ContactlineError(
            f"{path} is no Ed25519 key in PEM without a password; give another with --key"
        ) from e


# -- anchors -------------------------------------------------------------------------------------


def anchor(ledger: Ledger, key: Ed25519PrivateKey, since: Anchor | None = None) -> Anchor:
    """Signs the log's head as it is now; with `since`, also proves that it goes on from there."""
    with ledger.engine.connect() as c:
        head = log.head(c)
        last = c.execute(
            sa.select(t.log.c.peaks).order_by(t.log.c.position.desc()).limit(1)
        ).scalar()
        if head is None or last is None:
            raise ContactlineError("the ledger has no log; open it with this version first")
        proof = None
        if since:
            leaves = _leaves(c, head.size)
            if since.id != head.id or not 0 < since.size <= head.size:
                raise ContactlineError("the older anchor is not of this ledger's beginning")
            proof = {
                "size": since.size,
                "root": since.root,
                "path": [h.hex() for h in consistency(leaves, since.size)],
            }
    body = {
        "at": logged.form(head.at),
        "log": head.id,
        "peaks": [h.hex() for h in Peaks.unpack(head.size, bytes(last)).hashes],
        "root": head.root,
        "size": head.size,
    }
    signed = packed(body)
    public = key.public_key().public_bytes(
        serialization.Encoding.Raw, serialization.PublicFormat.Raw
    )
    found = _anchor_of(signed, key.sign(signed.encode()), public)
    return found if proof is None else replace(found, since=proof)


def stamped(a: Anchor, name: str, content: bytes) -> Anchor:
    """With a time stamp over the signed line (an RFC 3161 token, an OpenTimestamps proof).

    Raises ContactlineError where the token does not hold that line's hash.
    """
    if bytes.fromhex(a.sha256) not in content:
        raise ContactlineError(
            f"{name} is no time stamp of this anchor: it does not hold the hash {a.sha256}"
        )
    return replace(a, stamps=(*a.stamps, (name, content)))


def _anchor_of(signed: str, signature: bytes, public: bytes) -> Anchor:
    body = json.loads(signed)
    size, top = body["size"], body["root"]
    peaks = tuple(bytes.fromhex(h) for h in body["peaks"])
    if type(size) is not int or not isinstance(top, str) or size < 1:
        raise ValueError("size or root")
    if Peaks(size, peaks).root.hex() != top:
        raise ValueError("the peaks are not of the root")
    return Anchor(str(body["log"]), size, top, str(body["at"]), peaks, signed, signature, public)


def read_json(path: Path) -> dict[str, Any]:
    """Raises ContactlineError with what to do."""
    try:
        if path.stat().st_size > MOST_FILE:
            raise ContactlineError(f"{path} is no anchor or proof of this program: it is too large")
        found = json.loads(path.read_text(encoding="utf-8"))
    except OSError as e:
        raise ContactlineError(f"{path}: {e.strerror}") from e
    except (ValueError, RecursionError) as e:
        raise ContactlineError(f"{path} is no anchor or proof of this program") from e
    if not isinstance(found, dict):
        raise ContactlineError(f"{path} is no anchor or proof of this program")
    return found


def read_anchor(path: Path, signer: str = "") -> Anchor:
    """An anchor whose signature holds, by `signer`'s public key where one is given (hex).

    Raises ContactlineError for a file that is none, or was altered.
    """
    d = read_json(path)
    try:
        if d.get("contactline") != "anchor":
            raise ValueError
        public = base64.b64decode(d["public_key"], validate=True)
        signature = base64.b64decode(d["signature"], validate=True)
        found = _anchor_of(d["head"], signature, public)
        Ed25519PublicKey.from_public_bytes(public).verify(signature, d["head"].encode())
        stamps = tuple(
            (str(x["name"]), base64.b64decode(x["content"], validate=True))
            for x in d.get("timestamps", ())
        )
    except InvalidSignature as e:
        raise ContactlineError(
            f"{path}: its signature does not hold; the anchor was altered"
        ) from e
    except (ValueError, TypeError, KeyError, AttributeError, binascii.Error) as e:
        raise ContactlineError(f"{path} is no anchor of this program, or was altered") from e
    if signer and signer.strip().lower() != found.signer:
        raise ContactlineError(
            f"{path} is signed by another key: {found.signer}, not {signer.strip().lower()}"
        )
    for name, content in stamps:
        found = stamped(found, name, content)
    return replace(found, since=d.get("since"))


def against(found: Verified, a: Anchor) -> list[str]:
    """What of a checked ledger is not as it was when it was anchored; a line each."""
    if not found.size:
        return ["the log is empty: it is not the one that was anchored"]
    if found.id != a.id:
        return ["this is another ledger than the one anchored, or its log was written anew"]
    if found.size < a.size:
        return [
            f"the ledger was rolled back or cut: it has {found.size} entries, and had {a.size} "
            f"when anchored ({a.at[:16]})"
        ]
    wrong = []
    if root([e.leaf for e in found.entries[: a.size]]).hex() != a.root:
        low = 0
        for n, h in zip(_sizes(a.size), a.peaks, strict=True):
            if root([e.leaf for e in found.entries[low : low + n]]) != h:
                wrong.append(
                    f"the log was written anew between entry {low} and {low + n - 1}: it is not "
                    f"what was anchored {a.at[:16]}"
                )
            low += n
    limit = _time(a.at)
    for e in found.entries[a.size :]:
        at = _time(e.at)
        if at is None or (limit is not None and at < limit - BACKWARDS):
            wrong.append(
                f"entry {e.position} of the log ({e.what}) was dated back: it says {e.at[:16]}, "
                f"but is not in the log anchored {a.at[:16]}"
            )
    return wrong


def _time(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None


def _sizes(size: int) -> list[int]:
    """Of the full subtrees, largest first."""
    return [1 << n for n in range(size.bit_length() - 1, -1, -1) if size >> n & 1]


# -- proofs --------------------------------------------------------------------------------------


def prove(ledger: Ledger, key: str, size: int | None = None) -> dict[str, Any]:
    """That a claim, as its newest reading has it, and its report stand in the log of `size` entries
    (all, when None). Raises ContactlineError where it does not.
    """
    with ledger.engine.connect() as c:
        former = c.scalar(sa.select(t.former_ids.c.claim_id).where(t.former_ids.c.id == key))
        newest = asked.newest(None)
        row = c.execute(
            sa.select(t.claims, *(x for x in t.resolutions.c if x.name not in ("claim_id",)))
            .join(t.resolutions, t.resolutions.c.claim_id == t.claims.c.id)
            .join(newest, newest.c.seq == t.resolutions.c.seq)
            .where(t.claims.c.id == (former or key))
        ).first()
        if row is None:
            raise ContactlineError(f"no claim {key} in the ledger's newest readings")
        claim = dict(row._mapping)
        found = c.execute(sa.select(t.reports).where(t.reports.c.id == claim["report_id"])).one()
        report = dict(found._mapping)
        head = log.head(c)
        size = size if size is not None else head.size if head else 0
        entries = c.execute(
            sa.select(t.log).where(t.log.c.position < size).order_by(t.log.c.position)
        ).all()
    if not size or len(entries) < size:
        raise ContactlineError(
            f"the log has {len(entries)} entries, the anchor {size}: the ledger was rolled back, "
            "or the anchor is of another"
        )
    leaves = [_leaf(e) for e in entries]
    proofs = {}
    for kind, mine in (("claim", claim), ("report", report)):
        proofs[kind] = _proof(kind, mine, entries, leaves)
    return {
        "contactline": "proof",
        "log": entries[0].what.removeprefix(log.BEGUN).strip(),
        "size": size,
        "root": root(leaves).hex(),
        **proofs,
    }


def _proof(
    kind: str, row: Mapping[str, Any], entries: Sequence[Any], leaves: list[bytes]
) -> dict[str, Any]:
    wanted = logged.item(kind, row)
    for n, e in enumerate(entries):
        if f"{kind} {wanted.key} " not in e.items:
            continue
        items = logged.parse(e.items)
        if wanted in items:
            index = items.index(wanted)
            return {
                "data": logged.data(kind, row).decode("utf-8", "surrogatepass"),
                "index": index,
                "items": len(items),
                "item_path": [h.hex() for h in inclusion([i.hash for i in items], index)],
                "entry": {"position": n, "at": logged.form(e.at), "what": e.what},
                "path": [h.hex() for h in inclusion(leaves, n)],
            }
    raise ContactlineError(
        f"{logged.called(kind, wanted.key)} is not in the log up to the anchor, or was altered; "
        "take a newer anchor, and see: contactline verify"
    )


def check_proof(d: Mapping[str, Any], a: Anchor) -> dict[str, Any]:
    """The claim and the report that a proof shows to have stood in the anchored log.

    Raises ContactlineError where it shows nothing.
    """
    try:
        if d.get("contactline") != "proof":
            raise ValueError
        if d["size"] != a.size:
            raise ContactlineError(
                f"the proof is for {d['size']} entries, the anchor has {a.size}; make it anew "
                "with: contactline prove CLAIM OUT --anchor FILE"
            )
        shown = {k: _shown(k, d[k], a) for k in ("claim", "report")}
        if shown["claim"]["report_id"] != shown["report"]["id"]:
            raise ContactlineError("the proof's report is not its claim's: it was altered")
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as e:
        raise ContactlineError("this is no proof of this program, or it was altered") from e
    return shown


def _shown(kind: str, p: Mapping[str, Any], a: Anchor) -> dict[str, Any]:
    said, columns = json.loads(p["data"])
    entry = p["entry"]
    top = root_of_inclusion(
        leaf_hash(p["data"].encode("utf-8", "surrogatepass")),
        p["index"],
        p["items"],
        [bytes.fromhex(h) for h in p["item_path"]],
    )
    found = top and root_of_inclusion(
        leaf_hash(logged.leaf_data(entry["position"], entry["at"], entry["what"], top)),
        entry["position"],
        a.size,
        [bytes.fromhex(h) for h in p["path"]],
    )
    if said != kind or found is None or found.hex() != a.root:
        raise ContactlineError(
            f"the proof does not lead to the anchor: its {kind} was altered, or it is of another "
            "ledger"
        )
    return {**columns, "logged_at": entry["at"]}


def check_growth(new: Anchor, old: Anchor) -> None:
    """That an anchor's log begins with an older one's, by the proof that it carries.

    Raises ContactlineError where it does not.
    """
    proof = new.since or {}
    try:
        if new.id != old.id:
            raise ContactlineError("the two anchors are of two ledgers")
        holds = (
            new.root == old.root
            if new.size == old.size
            else (
                proof["size"] == old.size
                and consistent(
                    old.size,
                    new.size,
                    bytes.fromhex(old.root),
                    bytes.fromhex(new.root),
                    [bytes.fromhex(h) for h in proof["path"]],
                )
            )
        )
    except (ValueError, TypeError, KeyError) as e:
        raise ContactlineError(
            "the newer anchor carries no proof since the older; make it with: contactline anchor "
            "OUT --since OLD"
        ) from e
    if not holds:
        raise ContactlineError("the newer anchor's log does not begin with the older one's")


def _leaf(e: Any) -> bytes:
    top = root([i.hash for i in logged.parse(e.items)])
    return leaf_hash(logged.leaf_data(e.position, e.at, e.what, top))


def _leaves(c: sa.Connection, size: int) -> list[bytes]:
    q = sa.select(t.log).where(t.log.c.position < size).order_by(t.log.c.position)
    return [_leaf(e) for e in c.execute(q)]
