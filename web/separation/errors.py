"""What keeps the check from saying anything: the story could not be played, or the walk had no end."""


class HollowError(Exception):
    """Something that the story needs was refused: what was compared would prove nothing."""

    def __init__(self, who: str, request: str, answer: str) -> None:
        """Say who asked what, and what came."""
        super().__init__(f"{who}: {request} → {answer}")


class EndlessError(Exception):
    """A walk has no end: some link grows with each step."""
