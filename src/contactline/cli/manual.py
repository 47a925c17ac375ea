"""The program's own commands as a manual page and as completion for shells, made from their help.

The files lie in `share/` (`python scripts/check_docs.py --write` makes them) and are installed with
the package; nothing of the program is started when a word is completed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from contactline.cli.common import wrong

SHELLS = ("bash", "zsh", "fish")
# where each file lies in an installation, below its prefix
FILES = {
    "man": "share/man/man1/contactline.1",
    "bash": "share/bash-completion/completions/contactline",
    "zsh": "share/zsh/site-functions/_contactline",
    "fish": "share/fish/vendor_completions.d/contactline.fish",
}
VALUES = {"--format": ("text", "json", "jsonl"), "--paper": ("a4", "letter")}


@dataclass(frozen=True, slots=True)
class Option:
    names: tuple[str, ...]
    value: str
    help: str


@dataclass(slots=True)
class Command:
    """`path` are its words after the program's name; `inner` the commands of a group."""

    path: tuple[str, ...]
    help: str
    arguments: list[tuple[str, str, bool]] = field(default_factory=list)
    options: list[Option] = field(default_factory=list)
    inner: list[Command] = field(default_factory=list)

    def walk(self) -> Iterator[Command]:
        """Every command below that can be run, by name."""
        for c in self.inner:
            if c.inner:
                yield from c.walk()
            else:
                yield c


def tree(app: typer.Typer) -> Command:
    """The commands as they are registered, hidden ones left out."""
    return _command((), typer.main.get_command(app))


def _command(path: tuple[str, ...], c: Any) -> Command:
    out = Command(path, " ".join((c.help or "").split()))
    for p in c.params:
        if getattr(p, "hidden", False):
            continue
        text = " ".join((getattr(p, "help", None) or "").split())
        if p.param_type_name == "argument":
            name = (p.metavar or p.name.upper()).strip("[]")
            out.arguments.append((f"{name}…" if p.nargs == -1 else name, text, p.required))
        else:
            value = "" if p.is_flag else p.name.upper()
            out.options.append(Option((*p.opts, *p.secondary_opts), value, text))
    out.options.append(Option(("--help",), "", "Show this message and exit."))
    # a group loads a command when it is asked for it
    for name in sorted(c.list_commands(None) if hasattr(c, "list_commands") else ()):
        inner = c.get_command(None, name)
        if not inner.hidden:
            out.inner.append(_command((*path, name), inner))
    return out


# -- the manual page ---------------------------------------------------------------------------


def man_page(root: Command, version: str, day: str) -> str:
    """A page for section 1, in the man macros that groff and mandoc read."""
    out = [
        f'.TH CONTACTLINE 1 "{day}" "contactline {version}" "User Commands"',
        ".SH NAME",
        "contactline \\- keep the picture of a war from what reports say",
        ".SH SYNOPSIS",
        ".B contactline",
        "[\\-\\-version] \\fICOMMAND\\fR [\\fIOPTION\\fR]... [\\fIARGUMENT\\fR]...",
        ".SH DESCRIPTION",
        _roff(root.help),
        ".PP",
        _roff(
            "Data goes to standard output, progress and messages to standard error. Every answer "
            "names the claims it rests on; unknown is an answer."
        ),
        ".SH COMMANDS",
    ]
    for c in root.walk():
        words = "".join(
            f" \\fI{_roff(n)}\\fR" if need else f" [\\fI{_roff(n)}\\fR]"
            for n, _, need in c.arguments
        )
        out += [f".SS contactline {_roff(' '.join(c.path))} [\\fIOPTION\\fR]...{words}"]
        out += [_roff(c.help)]
        for name, text, _ in c.arguments:
            if text:
                out += [".TP", f"\\fI{_roff(name)}\\fR", _roff(text)]
        for o in c.options:
            if o.names == ("--help",):
                continue
            value = f" \\fI{_roff(o.value)}\\fR" if o.value else ""
            shown = ", ".join(f"\\fB{_roff(n)}\\fR" for n in o.names)
            out += [".TP", f"{shown}{value}", _roff(o.help or "See the command.")]
    out += [
        ".SH EXIT STATUS",
        "0 when done, 1 when it could not be done, 2 when the command was wrong.",
        ".SH ENVIRONMENT",
        ".TP",
        ".B CONTACTLINE_LEDGER",
        _roff("Where the ledger is, where --ledger is not given."),
        ".TP",
        ".B CONTACTLINE_SETTINGS",
        _roff("A TOML file that changes numbers of the rule, where --settings is not given."),
        ".TP",
        ".B CONTACTLINE_CACHE",
        "Where the compiled gazetteer is kept.",
        ".SH FILES",
        ".TP",
        ".I contactline.ledger.db",
        "The ledger, in the working folder, where nothing else is said.",
    ]
    return "\n".join(out) + "\n"


def _roff(text: str) -> str:
    """Words that no macro takes for its own."""
    text = text.replace("\\", "\\e").replace("-", "\\-")
    text = "".join(c if ord(c) < 128 else _SIGNS.get(c, f"\\[u{ord(c):04X}]") for c in text)
    return f"\\&{text}" if text[:1] in (".", "'") else text


_SIGNS = {"…": "...", "“": "\\(lq", "”": "\\(rq", "–": "\\(en", "’": "'", "‘": "'"}


# -- completion --------------------------------------------------------------------------------


def completion(root: Command, shell: str) -> str:
    """The script for a shell of SHELLS."""
    return {"bash": _bash, "zsh": _zsh, "fish": _fish}[shell](root)


def _groups(root: Command) -> Iterator[Command]:
    yield root
    for c in root.inner:
        if c.inner:
            yield from _groups(c)


def _bash(root: Command) -> str:
    steps, words, valued = [], [], set()
    for g in _groups(root):
        at = "/".join(("", *g.path))
        names = [c.path[-1] for c in g.inner]
        words.append((at, " ".join(names + [n for o in g.options for n in o.names])))
        steps += [f"        {at}/{n}) path={at}/{n} ;;" for n in names]
    for c in root.walk():
        at = "/".join(("", *c.path))
        words.append((at, " ".join(n for o in c.options for n in o.names)))
        valued |= {n for o in c.options if o.value for n in o.names}
    choices = "\n".join(
        f'        {k}) COMPREPLY=($(compgen -W "{" ".join(v)}" -- "$cur")); return ;;'
        for k, v in VALUES.items()
    )
    cases = "\n".join(f'        "{at}") words="{w}" ;;' for at, w in words)
    plain = "|".join(sorted(valued - set(VALUES)))
    return f"""# Completion for bash; made from the program's own help.
_contactline() {{
    local cur=${{COMP_WORDS[COMP_CWORD]}} prev=${{COMP_WORDS[COMP_CWORD-1]}} path="" words="" i
    COMPREPLY=()
    for ((i = 1; i < COMP_CWORD; i++)); do
        case "$path/${{COMP_WORDS[i]}}" in
{chr(10).join(steps)}
        esac
    done
    case "$prev" in
{choices}
        {plain}) return ;;
    esac
    case "$path" in
{cases}
    esac
    COMPREPLY=($(compgen -W "$words" -- "$cur"))
}}
complete -o bashdefault -o default -F _contactline contactline
"""


def _zsh(root: Command) -> str:
    out = ["#compdef contactline", "# Completion for zsh; made from the program's own help.", ""]
    for g in _groups(root):
        name = "_".join(("_contactline", *g.path)).replace("-", "_")
        inner = "\n".join(f"        '{c.path[-1]}:{_quoted(_first(c.help))}'" for c in g.inner)
        calls = "\n".join(
            f"        {c.path[-1]}) {'_'.join(('_contactline', *c.path)).replace('-', '_')} ;;"
            for c in g.inner
        )
        out.append(f"""{name}() {{
    local line state
    local -a commands
    commands=(
{inner}
    )
    _arguments -C {_zsh_options(g)} '1:command:->command' '*::argument:->argument'
    case $state in
    command) _describe command commands ;;
    argument)
        case $line[1] in
{calls}
        esac ;;
    esac
}}
""")
    for c in root.walk():
        name = "_".join(("_contactline", *c.path)).replace("-", "_")
        rest = " '*:file:_files'" if c.arguments else ""
        out.append(f"{name}() {{\n    _arguments {_zsh_options(c)}{rest}\n}}\n")
    out.append('if [ "$funcstack[1]" = "_contactline" ]; then\n    _contactline "$@"\nelse')
    out.append("    compdef _contactline contactline\nfi\n")
    return "\n".join(out)


def _zsh_options(c: Command) -> str:
    out = []
    for o in c.options:
        for n in o.names:
            told = _quoted(_first(o.help)).replace("[", "(").replace("]", ")")
            values = f"({' '.join(VALUES[n])})" if n in VALUES else "_files"
            out.append(f"'{n}[{told}]{f':{o.value.lower()}:{values}' if o.value else ''}'")
    return " ".join(out)


def _fish(root: Command) -> str:
    out = ["# Completion for fish; made from the program's own help."]
    for g in _groups(root):
        names = " ".join(c.path[-1] for c in g.inner)
        where = (
            "not __fish_seen_subcommand_from " + names
            if not g.path
            else f"__fish_seen_subcommand_from {g.path[-1]}; "
            f"and not __fish_seen_subcommand_from {names}"
        )
        out += [
            f"complete -c contactline -n '{where}' -f -a {c.path[-1]} "
            f"-d '{_quoted(_first(c.help))}'"
            for c in g.inner
        ]
    for c in (root, *root.walk()):
        where = "; and ".join(f"__fish_seen_subcommand_from {w}" for w in c.path)
        if not c.path:
            where = "not __fish_seen_subcommand_from " + " ".join(x.path[-1] for x in c.inner)
        for o in c.options:
            long = "".join(f" -l {n[2:]}" for n in o.names if n.startswith("--"))
            short = "".join(f" -s {n[1:]}" for n in o.names if not n.startswith("--"))
            values = next((VALUES[n] for n in o.names if n in VALUES), ())
            more = f" -x -a '{' '.join(values)}'" if values else " -r" if o.value else ""
            out.append(
                f"complete -c contactline -n '{where}'{long}{short}{more} "
                f"-d '{_quoted(_first(o.help))}'"
            )
    return "\n".join(out) + "\n"


def _first(text: str, most: int = 70) -> str:
    """The first sentence, cut where it is long."""
    one = re.split(r"(?<=[.;:])\s", text[:400], maxsplit=1)[0].rstrip(".;:")
    return one if len(one) <= most else one[: most - 1].rsplit(" ", 1)[0] + "…"


def _quoted(text: str) -> str:
    return text.replace("\\", "").replace("'", "’").replace(":", ",").replace("`", "")


def files(root: Command, version: str, day: str) -> dict[str, str]:
    """Every file of FILES by its path, with its text."""
    return {
        path: man_page(root, version, day) if kind == "man" else completion(root, kind)
        for kind, path in FILES.items()
    }


def register(app: typer.Typer) -> None:
    @app.command("completion")
    def completion_(
        shell: Annotated[str, typer.Argument(help="bash, zsh or fish.")],
    ) -> None:
        """Print the completion of commands and options for a shell, to be sourced or saved."""
        from contactline.cli import app as whole

        if shell not in SHELLS:
            raise wrong(f"completion {shell}: give {', '.join(SHELLS)}")
        print(completion(tree(whole), shell), end="")
