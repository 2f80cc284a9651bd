"""The acceptance platform's logs: nginx access log and application log, printed from one traffic."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import Final

from web.demo.evidence.facts import ROWS_BEFORE_TIMEOUT
from web.demo.evidence.traffic import (
    CLAIMANT_ACCOUNTS,
    PROBE_ADDRESS,
    TIMEOUT_MS,
    ZONE,
    Period,
    Request,
    Traffic,
    moment,
)

_MONTHS: Final = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_CHROME: Final = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0 Safari/537.36"
)
_FIREFOX: Final = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
_PROBE: Final = "sonde-sante/1.4"
_HOST: Final = "recette-trehoublan.lysandrel.example"
_PACKAGE: Final = "fr.lysandrel.relation"
_BATCH: Final = 100  # rows between two lines of progress
_MS: Final = 1_000
_ROUND_MINUTES: Final = 5
_SLOW_MS: Final = 700

_FAULTS: Final = {
    "affaires.EnregistrerAffaire": (
        "AffaireInvalideException: la colonne « surface_m2 » ne peut pas être vide",
        "EntrepotAffaires.enregistrer(EntrepotAffaires.java:148)",
        "EnregistrerAffaire.executer(EnregistrerAffaire.java:61)",
    ),
    "devis.EnregistrerLot": (
        "RemiseIncoherenteException: remise déjà appliquée au lot",
        "CalculRemise.appliquer(CalculRemise.java:92)",
        "EnregistrerLot.executer(EnregistrerLot.java:44)",
    ),
}
_FAULT: Final = (
    "NullPointerException: droits de l'agence absents de la session",
    "FiltreAgence.restreindre(FiltreAgence.java:37)",
    "ActionProtegee.executer(ActionProtegee.java:29)",
)


def access_log(traffic: Traffic) -> bytes:
    """The combined format of nginx, then request time, upstream time and request id."""
    return "".join(f"{line}\n" for line in map(_access_line, traffic.requests)).encode()


def _access_line(one: Request) -> str:
    at = datetime.fromtimestamp(one.ended // _MS, ZONE)
    stamp = f"{at.day:02d}/{_MONTHS[at.month - 1]}/{at.year}:{at:%H:%M:%S %z}"
    agent = _PROBE if one.address == PROBE_ADDRESS else _CHROME if one.address.startswith("192.") else _FIREFOX
    origin = f"https://{_HOST}/" if one.action else "-"
    took = f"{one.took / _MS:.3f}"
    upstream = took if one.action or one.path == "/sante" else "-"
    return (
        f'{one.address} - {one.account or "-"} [{stamp}] "{one.method} {one.path} HTTP/1.1" {one.status} {one.size} '
        f'"{origin}" "{agent}" rt={took} urt={upstream} rid={one.ident}'
    )


def application_log(traffic: Traffic, rng: Random) -> bytes:
    """The application's own log: one line an action, stack traces, the progress of imports, the night's work."""
    lines: list[tuple[int, int, str]] = []
    for order, request in enumerate(traffic.requests):
        if request.action and request.status != 502:  # noqa: PLR2004 -- 502: the application was down and saw nothing
            lines.extend((at, order, text) for at, text in _action_lines(request, rng))
    for at, text in _background_lines(traffic.period, rng):
        lines.append((at, len(lines), text))
    lines.sort(key=lambda line: (line[0], line[1]))
    return "".join(f"{_stamp(at)} {text}\n" for at, _, text in lines).encode()


def _stamp(at: int) -> str:
    return datetime.fromtimestamp(at / _MS, ZONE).isoformat(timespec="milliseconds")


def _line(level: str, thread: str, name: str, text: str) -> str:
    return f"{level:<5} [{thread}] {_PACKAGE}.{name} - {text}"


def _action_lines(one: Request, rng: Random) -> Iterator[tuple[int, str]]:
    thread = f"requete-{rng.randint(1, 8)}"
    if one.rows:
        yield from _import_lines(one, thread)
        return
    if one.status == 500:  # noqa: PLR2004 -- an HTTP status
        text, *frames = _FAULTS.get(one.action, _FAULT)
        room = one.action.split(".")[0]
        trace = "".join(f"\n    at {_PACKAGE}.{room}.{frame}" for frame in frames)
        yield one.ended, _line("ERROR", thread, one.action, f"[{one.ident}] échec pour {one.account}: {text}{trace}")
        return
    yield (
        one.ended,
        _line("INFO", thread, one.action, f"[{one.ident}] {one.method} {one.path} par {one.account} en {one.took} ms"),
    )
    if one.took > _SLOW_MS:
        text = f"[{one.ident}] requête lente: {one.took - 40} ms, {rng.randint(900, 14_000)} lignes lues"
        yield one.ended, _line("WARN", thread, "donnees.SurveillanceRequetes", text)


def _import_lines(one: Request, thread: str) -> Iterator[tuple[int, str]]:
    """An import: its start, a line every hundred rows, then its end or its timeout; what came in stays in."""
    start = one.ended - one.took
    name = "reprise.ImporterContacts"
    yield (
        start,
        _line("INFO", thread, name, f"[{one.ident}] import demandé par {one.account}: {one.rows} fiches, un seul lot"),
    )
    reached = min(one.rows, ROWS_BEFORE_TIMEOUT)
    for row in range(_BATCH, reached + 1, _BATCH):
        at = start + int(min(one.took, TIMEOUT_MS) * row / reached * 0.99)
        yield at, _line("DEBUG", thread, "reprise.LotDeReprise", f"[{one.ident}] {row} fiches insérées sur {one.rows}")
    if one.status == 504:  # noqa: PLR2004 -- an HTTP status
        text = (
            f"[{one.ident}] délai de {TIMEOUT_MS // _MS} s dépassé après {reached} fiches sur {one.rows}; "
            "transaction non annulée"
            f"\n    at {_PACKAGE}.reprise.LotDeReprise.inserer(LotDeReprise.java:214)"
            f"\n    at {_PACKAGE}.reprise.ImporterContacts.executer(ImporterContacts.java:88)"
        )
        yield one.ended, _line("ERROR", thread, name, f"DelaiDepasseException: {text}")
    else:
        yield (
            one.ended,
            _line("INFO", thread, name, f"[{one.ident}] import terminé: {one.rows} fiches en {one.took // _MS} s"),
        )


def _background_lines(period: Period, rng: Random) -> Iterator[tuple[int, str]]:
    """Work that nobody asked for: mail queue every five minutes, reminders and backups at night, a weekly summary."""
    for day in period.days():
        start = moment(day, datetime.min.time())
        for minute in range(0, 24 * 60, _ROUND_MINUTES):
            at = start + minute * 60 * _MS + rng.randint(40, 900)
            idle = rng.randint(11, 28)
            yield (
                at,
                _line(
                    "INFO",
                    "planificateur-1",
                    "taches.FileEnvoi",
                    f"file d'envoi relevée: 0 message en attente ({idle} ms)",
                ),
            )
        night = start + 2 * 3_600 * _MS + rng.randint(0, 20_000)
        yield (
            night,
            _line(
                "INFO",
                "planificateur-2",
                "relances.CalculRelances",
                f"{rng.randint(14, 61)} relances calculées pour la journée",
            ),
        )
        yield (
            night + 95_000,
            _line("INFO", "planificateur-2", "taches.Sauvegarde", f"sauvegarde terminée: {rng.randint(410, 470)} Mo"),
        )
        if day.weekday() == 0:
            week = sum(period.is_quiet(day - timedelta(days=back)) for back in range(1, 8))
            seen = 0 if week == 7 else len(CLAIMANT_ACCOUNTS)  # noqa: PLR2004 -- a whole quiet week
            text = f"comptes client connectés la semaine passée: {seen}"
            yield night + 120_000, _line("INFO", "planificateur-2", "acces.BilanHebdomadaire", text)
