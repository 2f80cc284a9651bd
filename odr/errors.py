"""What odr refuses, and why. Only web/errors/ knows the status codes.

Each error carries a stable ``code`` that pages and the API translate; its text is for operators, without content.
"""

from collections.abc import Mapping


class OdrError(Exception):
    """Any refusal of the rules. ``code`` names the sentence that the reader gets in their language."""

    def __init__(self, code: str, **details: str | int) -> None:
        """Keep the code and the details that its sentence needs (sizes, dates, names; never content)."""
        super().__init__(code)
        self.code = code
        self.details: Mapping[str, str | int] = details


class NotFoundError(OdrError):
    """It does not exist, or the actor may not know that it does."""

    def __init__(self) -> None:
        """All absences look alike."""
        super().__init__("not_found")


class NotPermittedError(OdrError):
    """The actor may see the thing, but not do this with it."""


class WrongStageError(OdrError):
    """The dispute is not at a stage where this can be done."""


class ConsentMissingError(OdrError):
    """No standing consent covers this disclosure."""


class ConflictError(OdrError):
    """Somebody was faster, or the thing has changed since it was shown."""


class InvalidInputError(OdrError):
    """Something typed must be mended: ``fields`` maps each field's name to the code of its error."""

    def __init__(self, fields: Mapping[str, str], **details: str | int) -> None:
        """Keep one code a field."""
        super().__init__("invalid_input", **details)
        self.fields = dict(fields)


class SignInRefusedError(OdrError):
    """Sign-in failed. The reason is the same whether the account exists or not."""


class TooManyAttemptsError(OdrError):
    """Too many attempts in too short a time; ``details['seconds']`` says how long to wait."""


class LinkExpiredError(OdrError):
    """An invitation link was used, has expired or never existed."""


class UploadRefusedError(OdrError):
    """A deposit was refused before it was recorded: too large, empty, cut off or not what was announced."""


class UnavailableError(OdrError):
    """The store, the keys or the database are away: nothing was recorded, the same act can be tried again."""


class RefusedForGoodError(OdrError):
    """Another system said no in a way that trying again won't change: the job is parked at once."""


class SettingsError(OdrError):
    """A setting is wrong: names the variable, what is wrong with it and a right example."""

    def __init__(self, problems: list[str]) -> None:
        """Keep one line a problem; values of secrets are never repeated."""
        super().__init__("settings")
        self.problems = problems

    def __str__(self) -> str:
        """Give all problems, one a line."""
        return "\n".join(self.problems)
