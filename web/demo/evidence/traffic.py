"""What happened on the acceptance platform, request by request; both logs are printed from it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Final
from zoneinfo import ZoneInfo

from web.demo.cast import CENTRE
from web.demo.evidence.facts import CONTACTS, import_trials
from web.demo.milestones import Milestones, is_working_day

ZONE: Final = ZoneInfo(CENTRE.time_zone)
PROBE_ADDRESS: Final = "203.0.113.9"
PROBE_MINUTES: Final = 5
TIMEOUT_MS: Final = 60_000
_MS: Final = 1_000
_DAY_MS: Final = 86_400_000
_OUTAGE: Final = (time(10, 12), time(10, 53))  # on the second working day: a deployment that fails
_BURST_DAYS: Final = 3  # working days during which saving a deal fails often

# account → (address, usual sessions a day): RFC 5737 addresses, one a site
CLAIMANT_ACCOUNTS: Final = {
    "t.kervadec": ("192.0.2.14", 5),
    "r.coatanlem": ("192.0.2.14", 3),
    "s.bihannic": ("192.0.2.77", 3),
    "j.lostanlen": ("192.0.2.77", 2),
    "c.plouhinec": ("192.0.2.131", 3),
    "e.guivarch": ("192.0.2.131", 2),
}
PUBLISHER_ACCOUNTS: Final = {
    "n.berthomieux": ("198.51.100.20", 2),
    "l.massereau": ("198.51.100.20", 4),
    "d.okonjo": ("198.51.100.20", 3),
}
_READS: Final = (
    ("/affaires", "affaires.ListeAffaires", 140), ("/affaires/{n}", "affaires.FicheAffaire", 120),
    ("/societes/{n}", "societes.FicheSociete", 90), ("/contacts?recherche={m}", "societes.RechercheContact", 260),
    ("/devis/{n}", "devis.FicheDevis", 180), ("/devis/{n}/impression", "devis.ImpressionDevis", 840),
    ("/relances/du-jour", "relances.RelancesDuJour", 150), ("/tableaux/transformation", "pilotage.TauxMensuels", 620),
)  # fmt: skip
_WRITES: Final = (
    ("/affaires/{n}", "affaires.EnregistrerAffaire", 210), ("/devis/{n}/lots", "devis.EnregistrerLot", 240),
    ("/relances/{n}/report", "relances.ReporterRelance", 110),
)  # fmt: skip
_WORDS: Final = ("optique", "saint", "bihan", "pharmacie", "carmes", "halles", "kerdrel", "boulang", "odet")
_ASSETS: Final = ("/statique/application.css", "/statique/application.js", "/statique/logo.svg")


@dataclass(frozen=True, slots=True)
class Request:
    """One finished request. `ended` is in milliseconds since the epoch; `rows` is the size of an import."""

    ended: int
    took: int  # milliseconds
    address: str
    account: str  # "" for the probe and for assets
    method: str
    path: str
    action: str  # the class that handled it, "" for assets
    status: int
    size: int
    ident: str
    rows: int = 0


def moment(day: date, at: time) -> int:
    """Milliseconds since the epoch at that time of day in Paris."""
    return int(datetime.combine(day, at, ZONE).timestamp()) * _MS


@dataclass(frozen=True, slots=True)
class Period:
    """The weeks which the logs cover."""

    when: Milestones

    def days(self) -> Iterator[date]:
        """Every day from the opening of the acceptance to its close, both included."""
        day = self.when.acceptance_opened
        while day <= self.when.acceptance_closed:
            yield day
            day += timedelta(days=1)

    def is_quiet(self, day: date) -> bool:
        """Whether nobody of the claimant's signs in on that day."""
        return self.when.quiet_from <= day < self.when.quiet_until


def _fill(path: str, rng: Random) -> str:
    return path.replace("{n}", str(rng.randint(20_010, 20_990))).replace("{m}", rng.choice(_WORDS))


class Traffic:
    """Draws the requests of the period from one generator, then holds them sorted by their end."""

    def __init__(self, when: Milestones, rng: Random) -> None:
        self.period = Period(when)
        self.when = when
        self._rng = rng
        self._trial_days = {trial.day for trial in import_trials(when)}
        drawn: list[Request] = []
        working = 0
        for day in self.period.days():
            drawn.extend(self._probes(day, working))
            if is_working_day(day):
                working += 1
                drawn.extend(self._office_day(day, working))
        drawn.extend(self._imports())
        drawn.sort(key=lambda request: (request.ended, request.ident))
        self.requests = tuple(drawn)

    def statuses(self, *codes: int) -> int:
        """How many requests ended with one of these status codes."""
        return sum(request.status in codes for request in self.requests)

    def _request(
        self,
        ended: int,
        took: int,
        who: tuple[str, str],
        line: tuple[str, str, str],
        status: int,
        size: int,
        rows: int = 0,
    ) -> Request:
        (account, address), (method, path, action) = who, line
        ident = f"{self._rng.getrandbits(48):012x}"
        return Request(ended, took, address, account, method, path, action, status, size, ident, rows)

    def _probes(self, day: date, working: int) -> Iterator[Request]:
        start = moment(day, time(0))
        down = self._outage(day) if working == 1 and is_working_day(day) else None
        for offset in range(0, _DAY_MS, PROBE_MINUTES * 60 * _MS):
            ended = start + offset + self._rng.randint(300, 2_600)
            failed = down is not None and down[0] <= ended < down[1]
            line = ("GET", "/sante", "")
            yield self._request(ended, 3, ("", PROBE_ADDRESS), line, 502 if failed else 200, 157 if failed else 23)

    def _outage(self, day: date) -> tuple[int, int]:
        return moment(day, _OUTAGE[0]), moment(day, _OUTAGE[1])

    def _office_day(self, day: date, working: int) -> Iterator[Request]:
        accounts = dict(PUBLISHER_ACCOUNTS)
        if not self.period.is_quiet(day):
            accounts |= CLAIMANT_ACCOUNTS
        for account, (address, usual) in accounts.items():
            for _ in range(self._rng.randint(usual - 1, usual + 1)):
                opened = self._rng.choice(
                    (time(8, 32), time(9, 5), time(10, 2), time(11, 10), time(13, 48), time(15, 20))
                )
                start = moment(day, opened) + self._rng.randint(0, 55 * 60 * _MS)
                yield from self._session(start, (account, address), day, working)

    def _session(self, start: int, who: tuple[str, str], day: date, working: int) -> Iterator[Request]:
        rng = self._rng
        now = start
        down = self._outage(day) if working == 2 else None  # noqa: PLR2004 -- the second working day, as _OUTAGE says
        yield self._request(now, 190, who, ("POST", "/connexion", "acces.OuvrirSession"), 302, 0)
        for asset in _ASSETS:
            now += rng.randint(15, 60)
            yield self._request(now, 1, ("", who[1]), ("GET", asset, ""), 200, 1_200 + 700 * len(asset))
        for _ in range(rng.randint(14, 40)):
            now += rng.randint(4_000, 55_000)
            writes = rng.random() < 0.22  # noqa: PLR2004 -- share of requests that save something
            path, action, usual = rng.choice(_WRITES if writes else _READS)
            took = max(12, int(rng.gauss(usual, usual / 4)))
            status, size = (302, 0) if writes else (200, rng.randint(2_800, 46_000))
            if down and down[0] <= now < down[1]:
                status, size, took = 502, 157, 2
            elif rng.random() < _failure_rate(working, action):
                status, size = 500, 1_846
            line = ("POST" if writes else "GET", _fill(path, rng), action)
            yield self._request(now, took, who, line, status, size)

    def _imports(self) -> Iterator[Request]:
        who = ("t.kervadec", CLAIMANT_ACCOUNTS["t.kervadec"][0])
        for trial in import_trials(self.when):
            whole = trial.rows == CONTACTS
            took = TIMEOUT_MS + self._rng.randint(1, 9) if whole else int(trial.rows * 30.4)
            line = ("POST", "/reprise/contacts", "reprise.ImporterContacts")
            ended = moment(trial.day, trial.at) + took
            yield self._request(ended, took, who, line, 504 if whole else 200, 167 if whole else 5_310, trial.rows)


def _failure_rate(working: int, action: str) -> float:
    """How often an action fails on the n-th working day."""
    if working <= _BURST_DAYS and action == "affaires.EnregistrerAffaire":
        return 0.45
    return 0.05 if working <= _BURST_DAYS else 0.006
