"""Commands of serving: serve, mcp, users."""

from __future__ import annotations

import getpass
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from contactline.cli.common import (
    LEDGER,
    LedgerOption,
    Quiet,
    SettingsOption,
    open_ledger,
    rules_of,
    say,
    table,
)
from contactline.model import ContactlineError
from contactline.model.extras import extra

if TYPE_CHECKING:
    from contactline.ledger.accounts import Accounts


def register(app: typer.Typer) -> None:
    @app.command()
    def serve(
        host: Annotated[
            str,
            typer.Option(help="The address to listen on. Other than loopback it needs accounts."),
        ] = "127.0.0.1",
        port: Annotated[int, typer.Option(min=0, max=65535)] = 8017,
        https: Annotated[
            bool,
            typer.Option(
                "--https",
                help="Cookies are sent over https only: set it behind a proxy that speaks https.",
            ),
        ] = False,
        accounts: Annotated[
            bool, typer.Option("--accounts", help="Ask for a password on loopback too.")
        ] = False,
        fetch_private: Annotated[
            bool,
            typer.Option(
                "--fetch-private", help="Allow users to fetch reports from private addresses."
            ),
        ] = False,
        embed: Annotated[
            list[str] | None,
            typer.Option(
                "--embed",
                help="A site, like https://example.org, that may show the map in its pages.",
            ),
        ] = None,
        proxy: Annotated[
            str,
            typer.Option(
                "--proxy",
                help="The address of the proxy before it (several by commas): who asks is then "
                "whom the proxy names in X-Forwarded-For. Nobody else is believed.",
            ),
        ] = "",
        second_factor: Annotated[
            bool,
            typer.Option(
                "--second-factor",
                help="Reviewers and admins need a second factor (TOTP); until they have set one "
                "up they are readers.",
            ),
        ] = False,
        idle: Annotated[
            int,
            typer.Option(
                "--idle", min=1, help="Minutes after which a session that asks nothing ends."
            ),
        ] = 30,
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
        quiet: Quiet = False,
    ) -> None:
        """Open the web app: map, time, evidence, review."""
        import uvicorn

        from contactline.ledger.accounts import Accounts
        from contactline.serving.app import create_app
        from contactline.serving.patience import patient
        from contactline.serving.security import is_loopback

        store = open_ledger(ledger, quiet, create=True)
        single = is_loopback(host) and not accounts
        if not single and Accounts(store).count() == 0:
            raise ContactlineError(
                f"to listen on {host} there must be accounts; add the first with: contactline "
                f"users add NAME --role admin --ledger {ledger}"
            )
        if not single and not https and not is_loopback(host):
            say(
                "passwords and cookies go over this network unencrypted; put a proxy that speaks "
                "https before it and give --https",
                quiet,
            )
        if https and not proxy and not single:
            say(
                "name the proxy that speaks https with --proxy; until then all who sign in through "
                "it count as one address",
                quiet,
            )
        web = create_app(
            store,
            single,
            https,
            fetch_private,
            rules_of(settings),
            embed or (),
            second_factor,
            idle * 60.0,
        )
        say(f"http://{'localhost' if is_loopback(host) else host}:{port}  (Ctrl-C ends it)", quiet)
        try:
            uvicorn.run(
                web,
                host=host,
                port=port,
                log_level="warning",
                server_header=False,
                proxy_headers=bool(proxy),
                forwarded_allow_ips=proxy or None,
                **patient(bool(proxy)),
            )
        except SystemExit as e:
            raise ContactlineError(
                f"{host}:{port} can't be listened on; is it in use? Give another --port"
            ) from e

    @app.command()
    def mcp(
        app_url: Annotated[
            str,
            typer.Option(
                "--app-url", help="Where the web app is served, so that answers link into it."
            ),
        ] = "",
        settings: SettingsOption = None,
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """Answer an assistant that speaks the Model Context Protocol over standard input and
        output. It only reads.
        """
        with extra("mcp", "answering assistants"):
            from contactline.serving.assistants import server

        server(open_ledger(ledger, True), rules_of(settings), app_url).run("stdio")

    users = typer.Typer(help="Accounts of a team.", no_args_is_help=True)
    app.add_typer(users, name="users")

    @users.command("add")
    def add(
        name: str,
        role: Annotated[str, typer.Option(help="reader, reviewer or admin")] = "reader",
        password_stdin: Annotated[
            bool, typer.Option("--password-stdin", help="Read the password from standard input.")
        ] = False,
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """Add a user; asks for the password."""
        from contactline.ledger.accounts import Accounts

        store = open_ledger(ledger, True, create=True)
        password = _password(password_stdin)
        Accounts(store).add(name, password, role)
        Accounts(store).note(getpass.getuser(), "user added", f"{name} as {role}", "command line")
        say(f"{name} may sign in as {role}")

    @users.command("role")
    def role_(name: str, role: str, ledger: LedgerOption = LEDGER) -> None:
        """Make a user a reader, reviewer or admin; it holds at once."""
        _changed(ledger, name, f"made {role}", lambda a: a.set_role(name, role))

    @users.command("password")
    def password_(
        name: str,
        password_stdin: Annotated[
            bool, typer.Option("--password-stdin", help="Read the password from standard input.")
        ] = False,
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """Give a user a new password; ends the user's sessions and tokens."""
        new = _password(password_stdin)
        _changed(ledger, name, "given a new password", lambda a: a.set_password(name, new))

    @users.command("open")
    def open_(name: str, ledger: LedgerOption = LEDGER) -> None:
        """Open a closed account again."""
        _changed(ledger, name, "opened again", lambda a: a.reopen(name))

    @users.command("reset-second-factor")
    def reset(name: str, ledger: LedgerOption = LEDGER) -> None:
        """Take off a second factor that was lost; ends the user's sessions and tokens."""
        _changed(ledger, name, "second factor taken off", lambda a: a.set_second(name, None))

    @users.command("sessions")
    def sessions(
        name: str,
        end: Annotated[
            str, typer.Option("--end", help="End the session or token with this id.")
        ] = "",
        ledger: LedgerOption = LEDGER,
    ) -> None:
        """A user's open sessions and tokens; with --end one is ended."""
        from contactline.ledger.accounts import Accounts

        store = open_ledger(ledger)
        if end:
            if not Accounts(store).end_one(end, name):
                raise ContactlineError(f"{name} has no session or token {end}")
            Accounts(store).note(getpass.getuser(), "session ended", end, "command line")
            return
        table(
            f"Sessions of {name}",
            ("id", "kind", "label", "since", "until"),
            [
                (
                    s["id"],
                    s["kind"],
                    s["label"],
                    f"{s['created_at']:%Y-%m-%d %H:%M}",
                    f"{s['expires_at']:%Y-%m-%d %H:%M}",
                )
                for s in Accounts(store).sessions(name)
            ],
        )

    @users.command("close")
    def close(name: str, ledger: LedgerOption = LEDGER) -> None:
        """End a user's account and sessions; what was done under the name stays."""
        from contactline.ledger.accounts import Accounts

        store = open_ledger(ledger)
        Accounts(store).close(name)
        Accounts(store).note(getpass.getuser(), "user closed", name, "command line")
        say(f"{name} can't sign in any more")

    @users.command("list")
    def listed(ledger: LedgerOption = LEDGER) -> None:
        """Who has an account."""
        from contactline.ledger.accounts import Accounts

        table(
            "Users",
            ("name", "role", "since", "second factor", "closed"),
            [
                (
                    u["name"],
                    u["role"],
                    f"{u['created_at']:%Y-%m-%d}",
                    "yes" if u["second"] else "",
                    f"{u['closed_at']:%Y-%m-%d}" if u["closed_at"] else "",
                )
                for u in Accounts(open_ledger(ledger)).users()
            ],
        )


def _password(from_stdin: bool) -> str:
    if from_stdin:
        return sys.stdin.readline().rstrip("\n")
    password = getpass.getpass("Password: ")
    if password != getpass.getpass("The same again: "):
        raise ContactlineError("the two were not the same")
    return password


def _changed(ledger: str, name: str, what: str, change: Callable[[Accounts], None]) -> None:
    from contactline.ledger.accounts import Accounts

    accounts = Accounts(open_ledger(ledger))
    change(accounts)
    accounts.note(getpass.getuser(), "user changed", f"{name[:64]}: {what}", "command line")
    say(f"{name}: {what}")
