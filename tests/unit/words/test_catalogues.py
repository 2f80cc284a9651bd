from collections.abc import Iterator
from io import StringIO
from itertools import chain
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_file
from babel.messages.pofile import write_po

from odr import words

ROOT = Path(words.__file__).parent.parent
KEYWORDS = {**DEFAULT_KEYWORDS, "phrase": None}
PLACES = {
    "extensions": "jinja2.ext.do",
    "newstyle_gettext": "true",
    "trimmed": "true",
    "silent": "false",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
}
FILES = sorted((words.LOCALE_FOLDER / "fr").glob("*.po"))

Key = tuple[str | None, str | tuple[str, str]]


def _sources() -> Iterator[tuple[Path, str]]:
    for package in ("odr", "web"):
        for file in sorted((ROOT / package).rglob("*.py")):
            yield file, "python"
        for file in sorted(chain((ROOT / package).rglob("*.html"), (ROOT / package).rglob("*.txt"))):
            if "static" not in file.parts:
                yield file, "jinja2.ext:babel_extract"


def _extracted() -> dict[Key, str]:
    found: dict[Key, str] = {}
    for file, method in _sources():
        options = PLACES if method != "python" else {}
        for line, message, _comments, context in extract_from_file(method, file, keywords=KEYWORDS, options=options):
            place = f"{file.relative_to(ROOT)}:{line}"
            found.setdefault((context, message if isinstance(message, str) else (message[0], message[1])), place)
    return found


def _entries(file: Path) -> dict[Key, Message]:
    return {
        (message.context, message.id if isinstance(message.id, str) else (message.id[0], message.id[1])): message
        for message in words.read_catalogue(file)
        if message.id
    }


def _same(wanted: Key, given: Key) -> bool:
    return wanted == given or (isinstance(given[1], tuple) and wanted == (given[0], given[1][0]))


USED = _extracted()
TRANSLATED = {key: message for file in FILES for key, message in _entries(file).items()}
FIRST_FORMS = {(context, message[0]) for context, message in TRANSLATED if isinstance(message, tuple)}


def _stubs(missing: list[Key]) -> str:
    catalogue = Catalog(locale="fr")
    for context, message in missing:
        catalogue.add(message, context=context, locations=[(USED[context, message], 0)])
    text = StringIO()

    class Binary:
        def write(self, data: bytes) -> None:
            text.write(data.decode())

    write_po(Binary(), catalogue, omit_header=True, width=0)
    return text.getvalue()


def _room(place: str) -> str:
    parts = Path(place.rpartition(":")[0]).parts
    if parts[:2] == ("web", "templates") and len(parts) > 3:
        return parts[2]
    return "/".join(parts[:2]) if len(parts) > 2 else parts[0]


@pytest.mark.parametrize("room", sorted({_room(place) for place in USED.values()}))
def test_every_sentence_of_a_room_has_its_french(room: str):
    missing = [
        key
        for key, place in USED.items()
        if _room(place) == room and key not in TRANSLATED and not (isinstance(key[1], str) and key in FIRST_FORMS)
    ]
    assert not missing, "\n" + _stubs(missing)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_catalogue_holds_nothing_fuzzy_or_empty(file: Path):
    for key, message in _entries(file).items():
        assert not message.fuzzy, key
        assert all(message.string) if isinstance(message.string, tuple) else message.string, key


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_catalogue_holds_no_sentence_that_nothing_says(file: Path):
    unused = [given for given in _entries(file) if not any(_same(wanted, given) for wanted in USED)]
    assert not unused


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_translation_keeps_the_places_of_its_sentence(file: Path):
    for message in words.read_catalogue(file):
        if message.id:
            assert not [str(problem) for problem in message.check()], message.id


def test_one_sentence_has_one_french_in_all_rooms():
    said: dict[Key, tuple[str, object]] = {}
    for file in FILES:
        for key, message in _entries(file).items():
            earlier, french = said.setdefault(key, (file.name, message.string))
            assert french == message.string, f"{key} differs between {earlier} and {file.name}: give one a context"
