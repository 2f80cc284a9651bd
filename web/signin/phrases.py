"""What people are told at the door: the sentences of refusals, roles and zones."""

from typing import Final

from odr.visibility.actor import CentreRole, SeatRole
from odr.words import _, phrase

SENTENCES: Final[dict[str, str]] = {
    "required": phrase("This is needed."),
    "too_long": phrase("This is too long."),
    "bad_email": phrase("This does not look like an e-mail address."),
    "choose_one": phrase("Choose one of the list."),
    "sign_in_refused": phrase("This address and this password do not go together. Check both, and try again."),
    "password_required": phrase("Choose a password."),
    "password_short": phrase("This is too short: it takes at least 12 characters."),
    "password_long": phrase("At most 200 characters."),
    "password_controls": phrase("This password holds a character that no keyboard writes twice alike."),
    "password_simple": phrase("This password repeats the same few characters. Choose another one."),
    "password_is_name": phrase("Your name or your address is the first thing that others would try."),
    "password_differs": phrase("The two passwords differ. Type the same one twice."),
    "password_wrong": phrase("This is not your password."),
    "same_address": phrase("This is your address already."),
    "account_exists": phrase("This address has an account already: sign in with it."),
    "code_wrong": phrase("This is not the code that we sent. Look at the newest mail, and type its six digits."),
    "code_spent": phrase("No code holds any more. Have another one sent, and type that."),
    "invited_address": phrase("This is the address that was invited. Give your colleague's."),
    "already_seated": phrase("This person sits at this table already."),
}

CENTRE_ROLES: Final[dict[CentreRole, tuple[str, str]]] = {
    CentreRole.SECRETARIAT: (
        phrase("Secretariat"),
        phrase("Reads requests, appoints mediators, sees stages and dates; never exhibits or messages."),
    ),
    CentreRole.MEDIATOR: (phrase("Mediator"), phrase("May be appointed. Sees nothing of a dispute before that.")),
    CentreRole.EXPERT: (
        phrase("Expert"),
        phrase("May be given a mission by a mediator, and sees only what the mission supplies."),
    ),
    CentreRole.ARCHIVIST: (phrase("Archivist"), phrase("Keeps sealed records; reads one only once authorised.")),
    CentreRole.ADMINISTRATOR: (
        phrase("Administrator"),
        phrase("Looks after the platform: counts and health, never content."),
    ),
}

SEAT_ROLES: Final[dict[SeatRole, str]] = {
    SeatRole.REPRESENTATIVE: phrase("Representative"),
    SeatRole.COORDINATOR: phrase("Coordinator"),
    SeatRole.COUNSEL: phrase("Counsel"),
    SeatRole.MEMBER: phrase("Member of the team"),
    SeatRole.MEDIATOR: phrase("Mediator"),
    SeatRole.EXPERT: phrase("Expert"),
    SeatRole.CANDIDATE: phrase("Proposed as mediator"),
}

ZONES: Final = (
    "Europe/Paris",
    "Europe/Brussels",
    "Europe/Zurich",
    "Europe/Luxembourg",
    "Europe/London",
    "Europe/Lisbon",
    "Europe/Madrid",
    "Europe/Rome",
    "Europe/Berlin",
    "Europe/Athens",
    "Africa/Casablanca",
    "Africa/Tunis",
    "Africa/Dakar",
    "Africa/Abidjan",
    "Indian/Reunion",
    "America/Guadeloupe",
    "America/Martinique",
    "America/Cayenne",
    "America/Montreal",
    "America/New_York",
    "Pacific/Noumea",
    "Pacific/Tahiti",
    "UTC",
)
"""Zones that the form offers; any other one that an account has stays offered to it."""

_BROWSERS: Final = (
    ("Edg/", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
_SYSTEMS: Final = (
    ("Windows", "Windows"),
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)
_LONGEST_NAME: Final = 60  # characters of what a program calls itself


def device_words(agent: str) -> str:
    """Return a device as its owner would call it, from what its browser says of itself (User-Agent, RFC 9110 § 10.1.5).

    A browser names those that it resembles too: the first of the list that is found is the one.
    """
    browser = next((name for mark, name in _BROWSERS if mark in agent), "")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    if browser and system:
        return _("%(browser)s on %(system)s", browser=browser, system=system)
    return browser or agent[:_LONGEST_NAME] or _("Unknown device")
