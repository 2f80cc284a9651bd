"""The verifier that anyone can open: one HTML page that needs no network and no program; no I/O but its own sources.

Its modules lie in ``page/``. They are put together here, in the order that they import one another, with nothing else:
no build step, and the same sources always give the same bytes.
"""

import base64
import hashlib
import re
from functools import cache
from pathlib import Path
from typing import Final

VERIFIER: Final = "verifier.html"
"""Name of the page inside a sealed record."""
SOURCES: Final = Path(__file__).parent / "page"
PAGE_STATIC: Final = Path(__file__).parent / "static"
"""What the page shares with the site's own pages, which serve it under the same names: vendored scripts."""
_IMPORT: Final = re.compile(r'^import (?:\* as (\w+)|\{([^}]*)\}) from "([^"]+)";\n', re.MULTILINE)
_EXPORTED: Final = re.compile(r"^export (?:async )?(?:const|class|function\*?) (\w+)", re.MULTILINE)
_EXPORTS: Final = re.compile(r"^export \{([^}]*)\};\n", re.MULTILINE)


@cache
def _script() -> str:
    """Every module of the page as one script, each in a scope of its own."""
    order: list[Path] = []
    _visit(SOURCES / "page.js", order)
    modules = "\n".join(_scoped(path) for path in order)
    return f'"use strict";\n{modules}'


@cache
def _style() -> str:
    """The page's style sheet."""
    return (SOURCES / "page.css").read_text("utf-8")


@cache
def page_policy() -> str:
    """What the page may do: run its own script under its own style, and nothing else; no connection of any kind."""
    script, style = _digest(_script()), _digest(_style())
    return f"default-src 'none'; script-src '{script}'; style-src '{style}'; base-uri 'none'; form-action 'none'"


def verifier_page(language: str = "", site: str = "") -> bytes:
    """The page. A site gives its reader's language and HTML that stands at its end; a record gives neither."""
    text = (SOURCES / "page.html").read_text("utf-8")
    parts = {"policy": page_policy(), "style": _style(), "script": _script(), "site": site, "language": language}
    parts["lang"] = language or "fr"  # until the page's script knows better, and where scripts are off
    return re.sub("@(policy|style|script|site|language|lang)@", lambda found: parts[found[1]], text).encode()


def _visit(path: Path, order: list[Path]) -> None:
    """Put a module behind those that it imports."""
    for found in _IMPORT.finditer(path.read_text("utf-8")):
        wanted = (path.parent / found[3]).resolve()
        if wanted not in order:
            _visit(wanted, order)
    order.append(path.resolve())


def _scoped(path: Path) -> str:
    """A module as a function's result: its imports are names of other modules, its exports what it returns."""
    text = path.read_text("utf-8")
    exported = _EXPORTED.findall(text)
    for names in _EXPORTS.findall(text):
        exported += [name.strip() for name in names.split(",") if name.strip()]

    def imported(found: re.Match[str]) -> str:
        module = _name((path.parent / found[3]).resolve())
        return f"const {found[1] or '{ ' + found[2].strip().replace(' as ', ': ') + ' }'} = {module};\n"

    body = _EXPORTS.sub("", _IMPORT.sub(imported, text))
    body = re.sub(r"^export ", "", body, flags=re.MULTILINE).replace("</script", "<\\/script")
    return f"const {_name(path)} = (() => {{\n{body}return {{ {', '.join(sorted(set(exported)))} }};\n}})();\n"


def _name(path: Path) -> str:
    return "module_" + re.sub(r"\W", "_", path.relative_to(SOURCES.parent.resolve()).with_suffix("").as_posix())


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
