"""Commands about evidence: verify, anchor, prove, check-proof."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from contactline.cli.common import (
    LEDGER,
    Format,
    LedgerOption,
    Quiet,
    check_format,
    open_ledger,
    print_json,
    progress,
    say,
)
from contactline.model import ContactlineError

Signer = Annotated[
    str,
    typer.Option(
        "--signer", help="The public key (hex) that must have signed it, as `anchor` printed it."
    ),
]
Key = Annotated[
    Path | None,
    typer.Option(
        "--key",
        envvar="CONTACTLINE_KEY",
        help="The file of the Ed25519 key to sign with (PEM). Made when it is not there.",
    ),
]


def register(app: typer.Typer) -> None:
    @app.command()
    def verify(
        anchor: Annotated[
            list[Path] | None,
            typer.Option(
                "--anchor", help="An anchor of this ledger kept elsewhere; may be given again."
            ),
        ] = None,
        signer: Signer = "",
        ledger: LedgerOption = LEDGER,
        format: Format = "text",
        quiet: Quiet = False,
    ) -> None:
        """Check the whole ledger against its log, and say what was altered since it was stored."""
        from contactline.ledger.anchors import against, read_anchor
        from contactline.naming.additions import added

        check_format(format)
        anchors = [read_anchor(p, signer) for p in anchor or ()]
        store = open_ledger(ledger, quiet)
        with progress("verifying", quiet) as step:
            found = store.check(lambda n: step(), added())
        wrongs = [*found.wrong, *(w for a in anchors for w in against(found, a))]
        unchecked = list(found.unchecked)
        if not anchors:
            unchecked.append(
                "whether the log was written anew whole, or an older copy put in its place: give "
                "--anchor FILE"
            )
        elif not signer:
            unchecked.append(f"whose key signed the anchor ({anchors[0].signer}): give --signer")
        if format != "text":
            print_json(
                {
                    "wrong": wrongs,
                    "unchecked": unchecked,
                    "withdrawn": found.withdrawn,
                    "entries": found.size,
                    "root": found.root,
                    "anchored": max((a.size for a in anchors), default=0),
                }
            )
            raise typer.Exit(1 if wrongs else 0)
        for line in wrongs:
            print(line)
        try:
            n = store.counts()
            what = f"{n['reports']} reports, {n['claims']} claims, {n['decisions']} decisions: "
        except Exception:  # a file so damaged that it can't be counted was told of above
            what = ""
        say(
            what + ("all as they were stored" if not wrongs else f"{len(wrongs)} altered"),
            quiet,
        )
        for report in found.withdrawn:
            say(f"withdrawn by order: report {report}", quiet)
        for line in unchecked:
            say(f"not checked: {line}", quiet)
        if wrongs:
            raise typer.Exit(1)

    @app.command("anchor")
    def anchor_(
        out: Annotated[Path, typer.Argument(help="The file to write; keep it elsewhere.")],
        key: Key = None,
        since: Annotated[
            Path | None,
            typer.Option("--since", help="An older anchor: the new one proves that it goes on."),
        ] = None,
        line: Annotated[
            Path | None,
            typer.Option("--line", help="Also write the signed line, to have it time-stamped."),
        ] = None,
        stamp: Annotated[
            Path | None,
            typer.Option(
                "--stamp",
                help="Attach a time stamp (RFC 3161 or OpenTimestamps) to the anchor OUT.",
            ),
        ] = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Sign how the ledger stands, to check it against later.

        The key is made at first use.
        """
        from contactline.ledger import anchors as a

        if stamp:
            try:
                made = a.stamped(a.read_anchor(out), stamp.name, stamp.read_bytes())
            except OSError as e:
                raise ContactlineError(f"{stamp}: {e.strerror}") from e
            _write(out, made.as_json())
            say(f"{out}: the time stamp {stamp.name} is attached", quiet)
            return
        if out.exists():
            raise ContactlineError(f"{out} is there already; an anchor is never overwritten")
        older = a.read_anchor(since) if since else None
        where = key or a.key_file()
        private, made_now = a.private_key(where)
        made = a.anchor(open_ledger(ledger, quiet), private, older)
        _write(out, made.as_json())
        if line:
            _put(line, made.signed)
        if made_now:
            say(f"a key was made: {where}; who has it can sign in your name", quiet)
        say(f"{made.size} entries, signed by {made.signer}", quiet)
        say(f"{made.sha256} is what to have time-stamped (SHA-256 of the signed line)", quiet)

    @app.command()
    def prove(
        claim: Annotated[str, typer.Argument(help="The claim's id.")],
        out: Annotated[Path, typer.Argument(help="The file to write.")],
        anchor: Annotated[
            Path | None,
            typer.Option("--anchor", help="The anchor to prove it to. Default: the log as it is."),
        ] = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Write a small proof that a claim and its report stand in the ledger's log."""
        from contactline.ledger import anchors as a

        size = a.read_anchor(anchor).size if anchor else None
        proof = a.prove(open_ledger(ledger, quiet), claim, size)
        _write(out, proof)
        say(f"{out}: {out.stat().st_size} bytes, for {proof['size']} entries", quiet)

    @app.command("check-proof")
    def check_proof(
        file: Annotated[
            Path, typer.Argument(help="What `prove` wrote, or a newer anchor with --since.")
        ],
        anchor: Annotated[Path, typer.Option("--anchor", help="The anchor it must lead to.")],
        signer: Signer = "",
        format: Format = "text",
        quiet: Quiet = False,
    ) -> None:
        """Check a proof against an anchor, without the ledger."""
        from contactline.ledger import anchors as a

        check_format(format)
        held = a.read_anchor(anchor, signer)
        given = a.read_json(file)
        if given.get("contactline") == "anchor":
            newer = a.read_anchor(file, signer)
            a.check_growth(newer, held)
            shown: dict[str, Any] = {"entries": newer.size, "since": held.size}
            words = f"the log of {newer.size} entries begins with the {held.size} anchored before"
        else:
            shown = a.check_proof(given, held)
            words = _told(shown)
        if format == "text":
            print(words)
            say(f"signed by {held.signer}" + ("" if signer else "; compare the key"), quiet)
        else:
            print_json(shown | {"signer": held.signer, "anchored": held.at})


def _told(shown: dict[str, Any]) -> str:
    claim, report = shown["claim"], shown["report"]
    name = ", ".join(
        str(x) for x in (report.get("source"), report.get("published"), report.get("title")) if x
    )
    return (
        f"claim {claim['id']} was in the log by {claim['logged_at'][:16]}: "
        f"{claim['kind']} {claim.get('aspect') or ''} ({claim['modality']}), from report "
        f"{report['id']} ({name}; SHA-256 of its text {report['sha256']})\n“{claim['quote']}”"
    )


def _write(path: Path, value: dict[str, Any]) -> None:
    _put(path, json.dumps(value, ensure_ascii=False, indent=1) + "\n")


def _put(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as e:
        raise ContactlineError(f"{path} can't be written: {e.strerror}") from e
