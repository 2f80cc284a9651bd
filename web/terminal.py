"""How commands speak in a terminal: plain lines in the operator's language, problems on a stream of their own."""

import os
import sys
from argparse import ArgumentParser, RawDescriptionHelpFormatter
from collections.abc import Mapping
from typing import Final

from odr.settings import Settings, read_settings
from odr.words import ENGLISH, FRENCH, Language

OK: Final = 0
FAILED: Final = 1
UNUSABLE: Final = 2  # the arguments or the settings cannot be used


def say(text: str) -> None:
    """Write one line of result."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(text: str) -> None:
    """Write one line about a problem."""
    sys.stderr.write(f"{text}\n")


def operator_language(environ: Mapping[str, str] | None = None) -> Language:
    """Return the language of whoever typed the command: the system's, French or else English."""
    given = os.environ if environ is None else environ
    spoken = next((given[name] for name in ("LC_ALL", "LC_MESSAGES", "LANG") if given.get(name)), "")
    return FRENCH if spoken.lower().startswith("fr") else ENGLISH


def settings_here() -> Settings:
    """Read the settings of this process; raises ``SettingsError``, which the command line prints line by line."""
    return read_settings(os.environ)


def parser_for(name: str, description: str | None) -> ArgumentParser:
    """Return a command's argument parser; its module's docstring is its help."""
    return ArgumentParser(
        prog=f"entente {name}", description=description, formatter_class=RawDescriptionHelpFormatter, allow_abbrev=False
    )
