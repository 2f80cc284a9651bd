"""Build everything from Settings: the platform that pages, jobs and commands run on."""

from odr.clock import Clock, system_clock
from odr.database import Database
from odr.platform import Platform, speaking_odr
from odr.reactions import follow
from odr.settings import Settings
from vault import give_large_pieces_back, leave_no_dumps, open_vault

__all__ = ["Platform", "build_platform", "give_large_pieces_back", "leave_no_dumps", "speaking_odr"]


def build_platform(settings: Settings, *, clock: Clock = system_clock) -> Platform:
    """Build the platform; nothing is contacted before first use."""
    database = Database(settings.database_url, settings.database_schema)
    return Platform(settings, database, open_vault(settings.vault), clock, follow)
