"""Entente, from the command line.

    entente serve          serve the site
    entente worker         work off the outbox: mails, checkpoints, time stamps, sealing
    entente migrate        bring the database to the newest migration
    entente jobs           list the tasks that failed, and try them again
    entente doctor         check everything that the installation stands on, and say what to do
    entente create-person  invite a first administrator or secretary: prints a link that serves once
    entente intake         take in a mail that came to the centre's address, as its sender's draft
    entente verify         verify a sealed record, or a file with its receipt, offline
    entente audit          hash everything that is stored again, and compare it with checkpoints kept elsewhere
    entente mirror         mirror another installation's public register, and verify it
    entente sweep          find what uploads left behind; with --apply, take it away
    entente keys           rotate the root key and the spaces' keys, and tell how far that is
    entente scrub          read stored objects again, and find what changed or is gone
    entente repair         mend damaged copies from the second store
    entente shred          destroy a person's data, or ask that an exhibit or a room be destroyed
    entente bounce         take a mail that came back, and mark its address as failing
    entente check-separation
                           check on scratch data that nobody can notice what a side does apart
    entente docs           write the documents that come from the tables; with --check, only compare
    entente health         ask the running site whether it is well
    entente demo           live through a whole mediation, with invented people

`entente COMMAND --help` says more. Settings are read from ENTENTE_* variables; a wrong one is named, with a right
example.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import Final

from odr.errors import OdrError, SettingsError, UnavailableError
from odr.words import _, phrase, use_language
from web.terminal import FAILED, OK, UNUSABLE, complain, operator_language, say

COMMANDS: Final = {
    "serve": "web.commands.serve",
    "worker": "web.commands.worker",
    "migrate": "web.commands.migrate",
    "jobs": "web.commands.jobs",
    "doctor": "web.commands.doctor",
    "create-person": "web.commands.create_person",
    "intake": "web.commands.intake",
    "verify": "web.commands.verify",
    "audit": "web.commands.audit",
    "mirror": "web.commands.mirror",
    "sweep": "web.commands.sweep",
    "keys": "web.commands.keys",
    "scrub": "web.commands.scrub",
    "repair": "web.commands.repair",
    "shred": "web.commands.shred",
    "bounce": "web.commands.bounce",
    "check-separation": "web.commands.check_separation",
    "docs": "web.commands.docs",
    "health": "web.commands.health",
    "demo": "web.commands.demo",
}
"""Each command's module, imported when the command is given: its ``run(argv)`` returns the exit status."""

_AWAY: Final = {
    "database_away": phrase("The database does not answer. Check ENTENTE_DATABASE_URL, then try again."),
    "store_away": phrase("The store or the key service does not answer. `entente doctor` says which one."),
    "store_full": phrase("The store has no room left."),
    "vault_refused": phrase("The vault refused. `entente doctor` says why."),
}


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command; return 0 when it did what it says, 1 when something failed, 2 when it cannot be understood."""
    given = list(sys.argv[1:] if argv is None else argv)
    if not given or given[0] in {"-h", "--help", "help"}:
        say((__doc__ or "").strip())
        return OK if given else UNUSABLE
    module = COMMANDS.get(given[0])
    with use_language(operator_language()):
        if module is None:
            complain(_("entente: there is no command %(name)s; `entente --help` lists them", name=given[0]))
            return UNUSABLE
        return _attempt(module, given[1:])


def _attempt(module: str, argv: list[str]) -> int:
    """Run a command's module; what the rules refuse is said in one line, without a traceback."""
    try:
        status: int = import_module(module).run(argv)
    except SettingsError as error:
        for problem in error.problems:
            complain(problem)
        return UNUSABLE
    except UnavailableError as error:
        complain(_(_AWAY.get(error.code, _AWAY["vault_refused"])))
        return FAILED
    except OdrError as error:
        complain(f"entente: {error.code}")
        return FAILED
    except BrokenPipeError:  # whoever read our lines has left
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except KeyboardInterrupt:
        return 130
    return status


if __name__ == "__main__":
    raise SystemExit(main())
