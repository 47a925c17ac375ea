"""Pages of the reference that are made from the code: the library's names, the rule's numbers."""

from __future__ import annotations

import inspect
from dataclasses import fields, is_dataclass

HEAD = "Made by `python scripts/check_docs.py --write` from the code."


def library() -> str:
    """Each public name with its signature and its docstring."""
    import contactline

    out = ["# The library", "", HEAD, "", "Examples: [in Python and notebooks](python.md).", ""]
    for name in contactline.__all__:
        thing = getattr(contactline, name)
        out += [f"## {name}", ""]
        if inspect.isfunction(thing):
            out += _code(f"{name}{inspect.signature(thing)}")
        out += [_doc(thing), ""]
        if inspect.isclass(thing) and name in ("DrawnPicture", "OpenLedger", "Rows"):
            for key, member in vars(thing).items():
                if key.startswith("_") or not (inspect.isfunction(member) or _property(member)):
                    continue
                told = member.fget if isinstance(member, property) else member
                sign = str(inspect.signature(told)).replace("(self, ", "(").replace("(self)", "()")
                out += _code(f"{name}.{key}{'' if _property(member) else sign}")
                out += [_doc(member), ""]
        elif is_dataclass(thing):
            hints = {f.name: f.type for f in fields(thing)}
            out += ["Fields: " + ", ".join(f"`{k}: {v}`" for k, v in hints.items()) + ".", ""]
    return "\n".join(out)


def settings() -> str:
    """Each number of the picture and of prospects, by section."""
    from contactline.questions.rules import Rules

    out = [
        "# Numbers of the rule",
        "",
        HEAD,
        "",
        "`--settings FILE.toml` changes any of them: `[standing]` with `held_at = 0.7`. Units and "
        "reasons stand beside them in `picture/settings.py` and `prospects/settings.py`; "
        "`--why` prints those in force.",
        "",
        "| name | default |",
        "| --- | --- |",
    ]
    out += [f"| `{k}` | {v} |" for k, v in Rules().public().items()]
    return "\n".join(out) + "\n"


def _property(member: object) -> bool:
    return isinstance(member, property)


def _doc(thing: object) -> str:
    return inspect.getdoc(thing) or ""


def _code(text: str) -> list[str]:
    text = text.replace("typing.", "").replace("contactline.model.", "")
    return ["```python", text, "```", ""]


def pages() -> dict[str, str]:
    """Text by the page's name under docs/."""
    return {"library.md": library(), "settings.md": settings()}
