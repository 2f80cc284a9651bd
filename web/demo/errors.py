"""What can go wrong with a demo: its place can't be used, or the platform answers otherwise than the case needs."""


class PlaceError(Exception):
    """The directory or the port cannot be used. ``code`` names the sentence; ``about`` what it speaks of."""

    def __init__(self, code: str, about: str) -> None:
        """Keep both."""
        super().__init__(code)
        self.code = code
        self.about = about


class UnexpectedError(Exception):
    """The platform answered something else than the case needs."""

    def __init__(self, who: str, request: str, answer: str, wanted: str) -> None:
        """Say who asked what, what came and what was wanted."""
        super().__init__(f"{who}: {request} → {answer} (wanted: {wanted})".removeprefix(": "))
