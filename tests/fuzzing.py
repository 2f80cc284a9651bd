"""Strategies for what comes from outside: good input damaged, good JSON with one value exchanged, and rubbish."""

import json
from typing import Any

from hypothesis import strategies as st

INTERESTING = (
    b"",
    b"\x00",
    b"\xff",
    b"\xff\xff\xff\xff",
    b"\x80",
    b"\n",
    b"\r\n",
    b"--",
    b'"',
    b"PK\x01\x02",
    b"\x30\x84\xff\xff\xff\xff",
)
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(1 << 70), 1 << 70),
    st.floats(),
    st.text(max_size=12),
    st.sampled_from(["", "\ud800", "\x00", "=" * 8, "A" * 70_000, "1e9", "-0"]),
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=6,
)


Edit = tuple[int, int, bytes | None]
EDITS = st.lists(
    st.tuples(
        st.integers(0, 1 << 40),
        st.sampled_from([0, 1, 1, 2, 4, 30, 1000, 1 << 30]),
        st.one_of(st.none(), st.binary(max_size=6), st.sampled_from(INTERESTING)),
    ),
    min_size=1,
    max_size=4,
)
"""A few things to do to bytes: at a place, how many go, and what is put in their stead (None: what went, twice)."""


def damaged(data: bytes, edits: list[Edit]) -> bytes:
    """The bytes after these edits; their places count from either end, so that ends are met as often as beginnings."""
    for place, count, put in edits:
        start = place % (len(data) + 1)
        if place % 3 == 0:
            start = max(0, len(data) - place % 200)
        gone = data[start : start + count]
        data = data[:start] + (gone[:1000] * 2 if put is None else put) + data[start + count :]
    return data


def mutated(data: bytes) -> st.SearchStrategy[bytes]:
    """Damaged copies of good bytes."""
    return EDITS.map(lambda edits: damaged(data, edits))


@st.composite
def exchanged(draw: st.DrawFn, data: bytes) -> bytes:
    """JSON with one value, anywhere, exchanged for another, taken away, or joined by a stranger; written plainly."""
    document = json.loads(data)
    place: Any = document
    while True:
        keys = list(place) if isinstance(place, dict) else list(range(len(place)))
        key = draw(st.sampled_from(keys))
        inner = place[key]
        if not isinstance(inner, dict | list) or not inner or draw(st.booleans()):
            break
        place = inner
    how = draw(st.sampled_from(["other", "gone", "more"]))
    if how == "gone":
        del place[key]
    elif how == "more" and isinstance(place, dict):
        place[draw(st.text(max_size=6))] = draw(VALUES)
    else:
        place[key] = draw(VALUES)
    text = json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=draw(st.booleans()))
    return text.encode(errors="surrogatepass")
