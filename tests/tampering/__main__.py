"""Write docs/tampering.md from the table."""

from pathlib import Path

from tests.tampering import TABLE, markdown

(Path(__file__).parents[2] / "docs" / "tampering.md").write_text(markdown(TABLE), encoding="utf-8")
