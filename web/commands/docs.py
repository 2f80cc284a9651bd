"""Write docs/{visibility,lifecycle,deadlines}.md from the tables that decide; --check only tells which are stale."""

from collections.abc import Sequence
from pathlib import Path

from odr.tables_as_docs import deadlines_markdown, lifecycle_markdown, visibility_markdown
from odr.words import _
from web.terminal import FAILED, OK, complain, parser_for, say


def run(argv: Sequence[str]) -> int:
    """Write, or compare."""
    parser = parser_for("docs", __doc__)
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a document is stale")
    parser.add_argument("--folder", type=Path, default=Path("docs"), help="where they lie (default: %(default)s)")
    given = parser.parse_args(argv)
    wanted = {
        "visibility.md": visibility_markdown(),
        "lifecycle.md": lifecycle_markdown(),
        "deadlines.md": deadlines_markdown(),
    }
    folder: Path = given.folder
    stale = [name for name, text in wanted.items() if _read(folder / name) != text]
    if given.check:
        for name in stale:
            complain(_("%(path)s is stale: run `entente docs`", path=str(folder / name)))
        return FAILED if stale else OK
    folder.mkdir(parents=True, exist_ok=True)
    for name in stale:
        (folder / name).write_text(wanted[name], encoding="utf-8")
        say(_("%(path)s written", path=str(folder / name)))
    return OK


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None
