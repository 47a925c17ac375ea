"""No regular expression over reports' text grows worse than n^1.2, whatever the text.

Every pattern that a module of intake, language, reading or naming keeps or writes in its code is
run over texts made to be hard, of n, 2n and 4n characters.
"""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
import signal
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from types import ModuleType
from typing import Any

import pytest

ROOMS = ("intake", "language", "reading", "naming")
LENGTH, LIMIT = 3_000, 0.5  # characters, seconds
QUICK = 0.003  # what a pattern that grows with the square of LENGTH takes longer for
NOISE = 1.35
FUNCTIONS = ("search", "match", "fullmatch", "sub", "subn", "split", "findall", "finditer")
WHOLE = {"match", "fullmatch"}  # tried at one place alone
# patterns that see only what is short
SHORT = {
    "intake.dates._LINE": "the first 300 characters",
    "intake.noise._BY_NAME": "class names of under 60 characters",
    "naming.mentions._LONG": "90 characters before a bracket",
    "reading.patterns._FORMS": "sentences of at most 1,500 characters",
}
HARD = {
    "spaces": " ",
    "tabs and spaces": "\t ",
    "newlines": "\n",
    "lines": "a\n",
    "blank lines": "a \n \n",
    "commas": ",",
    "commas and spaces": ", ",
    "dots": ".",
    "letters": "a",
    "capitals": "A",
    "capitalised words": "Alpha ",
    "capitalised words, unbroken": "Alpha",
    "words": "word ",
    "the words": "the ",
    "of words": "of the ",
    "and words": "Alpha and Beta, ",
    "hyphens": "-",
    "hyphenated": "a-",
    "hyphenated capitals": "Al-",
    "digits": "1",
    "numbers": "12 ",
    "dates": "12 March ",
    "dates in figures": "12/",
    "thousands": "1,",
    "quotes": '"',
    "quoted": '"a ',
    "curly quotes": "“a",
    "brackets": "(",
    "square brackets": "[",
    "tags": "<",
    "open tags": "<a ",
    "ampersands": "&",
    "at signs": "a@",
    "addresses": "a.b",
    "colons": "a: ",
    "slashes": "/",
    "apostrophes": "a'",
    "initials": "A. ",
    "underscores": "_",
    "Arabic": "دير ",
    "not": "not ",
    "that": "said that ",
    "verbs": "was being held by ",
}


@cache
def modules(room: str) -> list[ModuleType]:
    package = importlib.import_module(f"contactline.{room}")
    out = [package]
    for m in pkgutil.walk_packages(package.__path__, package.__name__ + "."):
        with suppress(ImportError):  # what an extra would bring
            out.append(importlib.import_module(m.name))
    return out


def patterns(room: str) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """(name, pattern, how it is applied) of a room, each once."""
    seen: set[tuple[Any, int, str]] = set()
    for module in modules(room):
        name = module.__name__.removeprefix("contactline.")
        for found, p, how in [*_kept(module), *_written(module)]:
            if (p.pattern, p.flags, how) not in seen:
                seen.add((p.pattern, p.flags, how))
                yield f"{name}.{found}", p, how


@cache
def uses(*within: ModuleType) -> dict[str, set[str]]:
    """How each pattern with a name is applied, in these modules."""
    out: dict[str, set[str]] = {}
    for module in within:
        for name, how in re.findall(r"(\w+)\.(\w+)\(", _source(module)):
            if how in FUNCTIONS:
                out.setdefault(name, set()).add(how)
    return out


def _kept(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    everywhere = uses(*(m for room in ROOMS for m in modules(room)))
    for name, value in vars(module).items():
        ways = uses(module).get(name) or everywhere.get(name) or {"search"}
        for found, p in _of(name, value, 0):
            for how in sorted(ways) if ways <= WHOLE else ("search",):
                yield found, p, how


def _of(name: str, value: Any, depth: int) -> Iterator[tuple[str, re.Pattern[Any]]]:
    if isinstance(value, re.Pattern):
        yield name, value
    elif depth < 4 and isinstance(value, dict):
        for k, v in value.items():
            yield from _of(f"{name}[{k!r:.20}]", v, depth + 1)
    elif depth < 4 and isinstance(value, (list, tuple)) and len(value) < 2000:
        for n, v in enumerate(value):
            yield from _of(f"{name}[{n}]", v, depth + 1)
    elif depth < 4 and hasattr(value, "__dataclass_fields__") and not isinstance(value, type):
        for k in value.__dataclass_fields__:
            yield from _of(f"{name}.{k}", getattr(value, k, None), depth + 1)


@cache
def _source(module: ModuleType) -> str:
    try:
        return inspect.getsource(module)
    except OSError:
        return ""


def _written(module: ModuleType) -> Iterator[tuple[str, re.Pattern[Any], str]]:
    """Patterns that stand in calls, as far as they are made of the module's own names."""
    for node in ast.walk(ast.parse(_source(module))):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and isinstance(node.func.value, ast.Name)
            and node.func.value.id == "re"
            and node.func.attr in FUNCTIONS
        ):
            at = 4 if node.func.attr in ("sub", "subn") else 2
            more = [*node.args[at:], *(k.value for k in node.keywords if k.arg == "flags")]
            try:
                if _cut(node.args[2 if at == 4 else 1]):
                    continue
                text = _value(node.args[0], module)
                flags = sum(int(_value(x, module)) for x in more) if more else 0
                p = re.compile(text, flags)
            except (IndexError, NameError, TypeError, AttributeError, ValueError, re.error):
                continue  # made of what a function is given
            yield f"line {node.lineno}", p, node.func.attr


def _cut(node: ast.expr) -> bool:
    """Whether it is a text of so many characters at most: `text[:90]`, `text[-60:]`."""
    if not (isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Slice)):
        return False
    first, last = node.slice.lower, node.slice.upper
    return (isinstance(last, ast.Constant) and first is None) or (
        isinstance(first, ast.UnaryOp) and last is None
    )


def _value(node: ast.expr, module: ModuleType) -> Any:
    return eval(compile(ast.Expression(node), "", "eval"), dict(vars(module)))


class TooLong(Exception):
    pass


def seconds(p: re.Pattern[Any], text: Any, how: str) -> float:
    def stop(*_: object) -> None:
        raise TooLong

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, LIMIT)
    begun = time.process_time()
    try:
        if how in ("match", "fullmatch"):
            getattr(p, how)(text)
        else:
            for _ in p.finditer(text):
                pass
        return time.process_time() - begun
    except TooLong:
        return float("inf")
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


def grows(p: re.Pattern[Any], unit: str, how: str) -> str:
    """How it grows, where that is worse than n^1.2; empty where not."""
    whole = unit * (4 * LENGTH // len(unit)) + "!"
    text: Any = whole if isinstance(p.pattern, str) else whole.encode()
    sizes = (LENGTH, 2 * LENGTH, 4 * LENGTH)
    # the end stays the end, and the beginning a unit's
    cut = [text[len(text) - n - (n % len(unit)) :] for n in sizes]
    if seconds(p, cut[0], how) < QUICK:
        return ""
    took = [min(seconds(p, t, how) for _ in range(3)) for t in cut[:1]]
    if took[0] == float("inf"):
        return f"over {LIMIT} s for {LENGTH} characters"
    if took[0] < QUICK:
        return ""
    took += [min(seconds(p, t, how) for _ in range(3)) for t in cut[1:]]
    # the longest decides: a square is sixteen times as long there, and the others are in the noise
    if took[2] <= took[0] * 4**1.2 * NOISE:
        return ""
    return ", ".join(f"{s:.4f} s for {n}" for s, n in zip(took, sizes, strict=True))


@pytest.mark.parametrize("room", ROOMS)
def test_no_pattern_grows_worse_than_its_text(room: str) -> None:
    wrong = [
        f"{name} ({how}) on {kind}: {told}: {p.pattern[:120]!r}"
        for name, p, how in patterns(room)
        if name.split("[")[0] not in SHORT
        for kind, unit in HARD.items()
        if (told := grows(p, unit, how))
    ]
    assert wrong == [], "\n".join(wrong)


def test_a_pattern_that_grows_with_the_square_is_told() -> None:
    assert grows(re.compile(r"(?:a|c)+b"), "a", "search")
    assert not grows(re.compile(r"(?:a|c)+b"), "a", "match")
    assert not grows(re.compile(r"(?<!a)(?:a|c)+b"), "a", "search")
