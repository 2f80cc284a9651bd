"""When everything in the story happened, counted back from the day on which the demo is started."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

_SUNDAY_SIDE: Final = 5  # Saturday's number in date.weekday()
_FIXED_HOLIDAYS: Final = frozenset({(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)})


def plus_months(day: date, months: int) -> date:
    """The same day `months` later (earlier when negative), or the month's last day where it is shorter."""
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def is_working_day(day: date) -> bool:
    """Neither a weekend nor a French public holiday of fixed date (Easter's are left out)."""
    return day.weekday() < _SUNDAY_SIDE and (day.month, day.day) not in _FIXED_HOLIDAYS


def working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day


@dataclass(frozen=True, slots=True)
class Milestones:
    """The dates that every document of the case quotes."""

    today: date
    specification_agreed: date  # v1.0, annexed to the contract
    contract_signed: date
    specification_revised: date  # v1.3
    delivery_due: date  # contract_signed + 8 months
    first_chaser: date  # the publisher still waits for the answer on change 2
    second_chaser: date
    late_answer: date
    steering_meeting: date
    acceptance_opened: date  # the platform is handed over for acceptance
    import_failed: date
    acceptance_report: date
    quiet_from: date  # nobody of the claimant's signs in between these two days
    quiet_until: date
    acceptance_closed: date  # last day of the logs
    first_invoice: date
    second_invoice: date
    third_invoice: date
    third_invoice_due: date
    chased: date  # the claimant asks for a firm date in writing
    formal_notice: date
    internal_note: date
    workload_note: date
    opened: date  # the demo begins: two earlier files
    earlier_answered: date
    earlier_closed: date
    complained: date  # the complaint, between the two companies
    contested: date  # it becomes a request to the centre
    invited: date
    accepted: date
    signed: date  # the agreement to mediate; the mediation opens
    examined: date  # the expert begins

    @property
    def complaint_reminded(self) -> date:
        """When the platform reminds of the complaint, by its table of deadlines."""
        return self.complained + timedelta(days=7)

    @property
    def invitation_reminded(self) -> date:
        """When the platform reminds of the invitation, by the same table."""
        return self.invited + timedelta(days=7)

    def after_signature(self, days: int) -> date:
        """The first working day at or after `days` days from the contract's signature."""
        return working_day(self.contract_signed + timedelta(days=days))


def milestones(today: date) -> Milestones:
    """Every date of the story for a demo that is started on `today`."""
    signed = working_day(plus_months(today, -14))

    def since(days: int) -> date:
        return working_day(signed + timedelta(days=days))

    def ago(days: int) -> date:
        return working_day(today - timedelta(days=days))

    acceptance_opened, acceptance_report = ago(112), ago(84)
    import_failed = working_day(acceptance_opened + timedelta(days=2))
    quiet_from = working_day(acceptance_report + timedelta(days=1))
    quiet_until = working_day(quiet_from + timedelta(days=14))
    complained = ago(41)
    contested = working_day(complained + timedelta(days=8))
    invited = working_day(contested + timedelta(days=2))
    accepted = working_day(invited + timedelta(days=8))
    signed_to_mediate = working_day(accepted + timedelta(days=2))
    return Milestones(
        today=today,
        specification_agreed=since(-9),
        contract_signed=signed,
        specification_revised=since(203),
        delivery_due=plus_months(signed, 8),
        first_chaser=since(61),
        second_chaser=since(74),
        late_answer=since(90),
        steering_meeting=since(126),
        acceptance_opened=acceptance_opened,
        import_failed=import_failed,
        acceptance_report=acceptance_report,
        quiet_from=quiet_from,
        quiet_until=quiet_until,
        acceptance_closed=working_day(quiet_until + timedelta(days=7)),
        first_invoice=since(1),
        second_invoice=since(99),
        third_invoice=import_failed,
        third_invoice_due=import_failed + timedelta(days=30),
        chased=working_day(plus_months(signed, 8) + timedelta(days=21)),
        formal_notice=ago(50),
        internal_note=ago(45),
        workload_note=ago(150),
        opened=ago(79),
        earlier_answered=ago(73),
        earlier_closed=ago(55),
        complained=complained,
        contested=contested,
        invited=invited,
        accepted=accepted,
        signed=signed_to_mediate,
        examined=working_day(signed_to_mediate + timedelta(days=3)),
    )
