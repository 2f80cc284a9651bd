"""What verification found: four separate verdicts, each with a plain reason in both languages; no I/O."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final, Literal

Status = Literal["holds", "fails", "not claimed"]
_FRENCH: Final = {"holds": "confirmé", "fails": "NON CONFIRMÉ", "not claimed": "non prétendu"}
_TITLES: Final = {
    "bytes": ("Contenu", "Bytes"),
    "inclusion": ("Inscription", "Inclusion"),
    "time": ("Date", "Time"),
    "signature": ("Signature", "Signature"),
    "seal": ("Cachet PDF", "PDF seal"),
}
_MOMENT: Final = re.compile(r"(\d{4}-\d\d-\d\d|\d\d/\d\d/\d{4}) (\d\d:\d\d:\d\d) UTC")
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class Verdict:
    """One question answered."""

    status: Status
    english: str
    french: str


@dataclass(frozen=True, slots=True)
class Report:
    """Answers: are these the bytes, do they stand in the log, since when, and who signed.

    ``seal`` is one more, of a PDF that bears a seal or signature of its own: what that says by itself. Nothing rests on
    it: an exhibit may well be somebody's broken signature.
    """

    bytes: Verdict
    inclusion: Verdict
    time: Verdict
    signature: Verdict
    seal: Verdict | None = None

    @property
    def holds(self) -> bool:
        """Whether bytes, inclusion and signature all hold, and time does not fail.

        A time stamp may be absent, which is said; the other three may not: what nobody signed proves nothing.
        """
        needed = (self.bytes, self.inclusion, self.signature)
        return all(verdict.status == "holds" for verdict in needed) and self.time.status != "fails"

    @property
    def _seal_is_broken(self) -> bool:
        return self.seal is not None and self.seal.status == "fails"

    @property
    def verdicts(self) -> dict[str, Verdict]:
        """The four verdicts by their name, and that on a PDF's own seal where it bears one."""
        four = {"bytes": self.bytes, "inclusion": self.inclusion, "time": self.time, "signature": self.signature}
        return four if self.seal is None else four | {"seal": self.seal}

    def in_french(self) -> str:
        """Write the report in French."""
        lines = [f"{_TITLES[name][0]:<12} {_FRENCH[v.status]:<13} {v.french}" for name, v in self.verdicts.items()]
        end = "Tout ce qui est prétendu est confirmé." if self.holds else "La vérification a ÉCHOUÉ."
        if self.holds and self._seal_is_broken:
            end = "C'est bien le fichier inscrit au registre, mais le cachet qu'il porte ne tient pas."
        return "\n".join([*lines, end])

    def in_english(self) -> str:
        """Write the report in English."""
        lines = [f"{_TITLES[name][1]:<12} {v.status:<13} {v.english}" for name, v in self.verdicts.items()]
        end = "All that is claimed holds." if self.holds else "Verification FAILED."
        if self.holds and self._seal_is_broken:
            end = "It is the file that was recorded, but the seal inside it does not hold."
        return "\n".join([*lines, end])


def holds(english: str, french: str) -> Verdict:
    """Return a verdict that what is claimed is so."""
    return Verdict("holds", english, french)


def fails(english: str, french: str) -> Verdict:
    """Return a verdict that what is claimed is not so."""
    return Verdict("fails", english, french)


def not_claimed(english: str, french: str) -> Verdict:
    """Return a verdict that nothing is claimed."""
    return Verdict("not claimed", english, french)


def in_english(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 file``, ``15,964,272 bytes``."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def in_french(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 fichier``, ``15 964 272 octets`` (narrow no-break spaces)."""
    return f"{count:,} {noun}{'s' if count > 1 else ''}".replace(",", "\u202f")


def retold(text: str, tell: Callable[[datetime, str], str]) -> str:
    """Return a report's words with each moment, given in UTC, as ``tell`` says it (of the moment, and as it stood)."""

    def moment(found: re.Match[str]) -> str:
        form = f"{_DAYS['/' in found[1]]} %H:%M:%S"
        return tell(datetime.strptime(f"{found[1]} {found[2]}", form).replace(tzinfo=UTC), found[0])

    return _MOMENT.sub(moment, text)


def on_own_clock(moment: datetime, written: str) -> str:
    """Say a moment on this machine's clock, and as it was written where that is another."""
    own = moment.astimezone()
    offset = f"{own:%z}"
    day = _DAYS["/" in written]
    return f"{own:{day} %H:%M:%S} UTC{offset[:3]}:{offset[3:5]} ({written})" if own.utcoffset() else written
