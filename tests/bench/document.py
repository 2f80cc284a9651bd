"""The figures as people read them: one line each, and the table of docs/performance.md, never typed by hand."""

import os
import platform
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.measure import Figure

DOCUMENT = Path(__file__).parents[2] / "docs" / "performance.md"
BEGIN, END = "<!-- figures: begin -->\n", "<!-- figures: end -->\n"


def line(figure: Figure) -> str:
    """One figure, with its limit and whether its bar holds."""
    mark = " " if figure.bar is None else "✓" if figure.holds else "✗"
    told = f"{mark} {figure.name:<52}{number(figure.value):>10} {figure.unit:<10}"
    if figure.limit is not None:
        told += f" limit {number(figure.limit):>9}"
    if figure.ratio is not None and figure.value:
        told += f"   ratio {number(figure.ratio):>7}"
    return told + (f"   at least {number(figure.bar)}" if figure.bar is not None else "")


def write(figures: Iterable[Figure]) -> None:
    """Put the table in its place in the document."""
    before, _, rest = DOCUMENT.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    day = datetime.now(UTC).strftime("%-d %B %Y")
    machine = f"{os.cpu_count()} cores, Linux {platform.machine()}, Python {platform.python_version()}, on {day}."
    head = "| what | value | unit | limit in the same run | ratio | at least | |\n|---|--:|---|--:|--:|--:|---|\n"
    rows = "".join(_row(figure) for figure in figures)
    DOCUMENT.write_text(f"{before}{BEGIN}\n{machine}\n\n{head}{rows}\n{END}{after}", encoding="utf-8")


def _row(figure: Figure) -> str:
    mark = "" if figure.bar is None else "holds" if figure.holds else "**missed**"
    cells = (figure.value, figure.limit, figure.ratio if figure.value else None, figure.bar)  # nothing has no ratio
    value, limit, ratio, bar = ("" if each is None else number(each) for each in cells)
    return f"| {figure.name} | {value} | {figure.unit} | {limit} | {ratio} | {bar} | {mark} |\n"


def number(value: float) -> str:
    """Three digits that mean something."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"
