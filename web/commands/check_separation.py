"""Check that what one side does apart changes nothing that anybody else is shown: pages, API, mails, errors, order.

It lives a dispute again and again on scratch data, with this installation's own database engine, store and key root:
once with nothing apart, once with whatever chance brings, and compares everything that the other party, the
secretariat, the expert, the archivist, the administrator and strangers are shown. The scratch data is made and removed:
a schema of its own on PostgreSQL, a file on SQLite, a prefix of its own in a bucket; mails go into a folder. No row,
object or mail of the installation is touched. What a check that was killed has left, the next one finds and removes.
Exit status: 0 nothing found, 1 something found, 2 it cannot be set apart.
"""

import asyncio
import os
import secrets
import signal
from collections.abc import Coroutine, Sequence
from typing import Any

from odr.scratch import LeftBehindError, ScratchRefusedError, scratch_settings
from odr.words import _, ngettext, phrase, reader, use_reader
from web.logging import configure_logging
from web.separation.apart import ACTS
from web.separation.checking import Check, Finding, Options, Outcome
from web.separation.ending import ENDINGS
from web.separation.errors import EndlessError, HollowError
from web.separation.living import STEPS
from web.separation.looking import ONLOOKERS, ROLES
from web.separation.stage import set_stage
from web.terminal import FAILED, OK, UNUSABLE, complain, parser_for, say, settings_here

INTERRUPTED = 130
REFUSALS = {
    "no_schema": phrase(
        "No schema can be made in this database (%(why)s). Grant CREATE on the database to this role, or name an empty "
        "database in ENTENTE_DATABASE_URL for this command. Nothing was written."
    ),
    "not_apart": phrase(
        "The scratch schema %(name)s cannot be kept apart from the real tables on this server. Name an empty database "
        "in ENTENTE_DATABASE_URL for this command. No row was written."
    ),
    "no_corner": phrase("Scratch objects cannot be kept apart at %(place)s: %(why)s. Nothing else was written."),
}
WAY_WORDS = {
    "straight": "",
    "draft": phrase("it was a draft before"),
    "caucus": phrase("it came from the caucus"),
    "second_version": phrase("it had another version in the private room"),
    "consent": phrase("the mediator disclosed it on the claimant's consent"),
    "sentence": phrase("the mediator said it on the claimant's consent"),
}


def run(argv: Sequence[str]) -> int:
    """Check; print what was found in words that somebody can act on."""
    parser = parser_for("check-separation", __doc__)
    parser.add_argument("--examples", type=int, default=20, help="lives drawn by chance (default: %(default)s)")
    parser.add_argument("--steps", type=int, default=8, help="hours in each of them (default: %(default)s)")
    parser.add_argument("--seconds", type=float, default=600, help="no new life after so long (default: %(default)s)")
    parser.add_argument("--seed", type=int, help="the number that an earlier check printed: the same lives again")
    given = parser.parse_args(argv)
    settings = settings_here()
    seed = secrets.randbelow(1 << 32) if given.seed is None else given.seed
    options = Options(max(1, given.examples), max(1, given.steps), given.seconds, seed)
    say(_("Seed %(seed)s: give it again with --seed %(seed)s.", seed=seed))

    operator = reader.get()

    def tell(number: int, acts: int) -> None:
        with use_reader(operator):  # each answer sets its own reader's language
            _tell_life(number, acts)

    async def check() -> Outcome:
        async with scratch_settings(settings) as scratch:
            for name in scratch.leftovers.removed:
                say(_("Removed, a check that was killed had left it: %(place)s", place=name))
            for name in scratch.leftovers.stuck:
                complain(_("A check that was killed left %(place)s, and it could not be removed.", place=name))
            for place in scratch.places:
                say(_("Scratch data, removed at the end: %(place)s", place=place))
            async with set_stage(scratch.settings) as stage:
                return await Check(stage, tell).run(options)

    try:
        with open(os.devnull, "w", encoding="utf-8") as nowhere:  # noqa: PTH123 -- no path, a device
            configure_logging(nowhere)
            try:
                outcome = asyncio.run(_until_signal(check()))
            finally:
                configure_logging()
    except asyncio.CancelledError:
        complain(_("Interrupted. The scratch data was removed."))
        return INTERRUPTED
    except ScratchRefusedError as error:
        complain(_(REFUSALS[error.code]) % error.details)
        return UNUSABLE
    except LeftBehindError as error:
        complain(_("This could not be removed: %(names)s. Remove it by hand.", **error.details))
        return FAILED
    except (HollowError, EndlessError) as error:
        complain(_("The check could not be carried out, and says nothing: %(why)s", why=str(error)))
        return FAILED
    return report(outcome)


def report(outcome: Outcome) -> int:
    """Print how a check ended; return the exit status."""
    if outcome.finding is not None:
        _tell_finding(outcome.finding)
        return FAILED
    say(_("Nothing found. What happens apart cannot be noticed by: %(roles)s.", roles=_roles(ONLOOKERS)))
    lives = ngettext("%(n)s life", "%(n)s lives", outcome.lives)
    answers = ngettext("%(n)s answer compared", "%(n)s answers compared", outcome.answers)
    acts = _("%(done)s of %(all)s acts done apart", done=len(outcome.acts), all=len(ACTS))
    say(f"{lives}, {answers}, {acts}.")
    return OK


def _tell_life(number: int, acts: int) -> None:
    say(ngettext("Life %(number)s: %(n)s act apart", "Life %(number)s: %(n)s acts apart", acts, number=number))


def _tell_finding(finding: Finding) -> None:
    if finding.moves:
        complain(_("FOUND: two lives in which nothing happened apart differ. As long as they do, nothing can be said."))
    else:
        complain(_("FOUND: somebody can notice what the claimant does apart."))
    for each in finding.differences:
        complain("")
        complain(_("Who notices: %(role)s. Where: %(where)s", role=_(ROLES[each.role]), where=each.asked))
        complain(_("  nothing apart:   %(line)s", line=each.quiet))
        complain(_("  something apart: %(line)s", line=each.busy))
    complain("")
    complain(_("The shortest life found that shows it, hour by hour:"))
    for hour, scene in enumerate(finding.script, start=1):
        for act in scene.apart:
            complain(_("  %(hour)s. apart: %(what)s", hour=hour, what=_(ACTS[act].words)))
        way = f" ({_(WAY_WORDS[scene.way])})" if WAY_WORDS[scene.way] else ""
        complain(_("  %(hour)s. in sight: %(what)s", hour=hour, what=_({**STEPS, **ENDINGS}[scene.step].words) + way))


def _roles(roles: Sequence[str]) -> str:
    return ", ".join(_(ROLES[role]) for role in roles)


async def _until_signal(work: Coroutine[Any, Any, Outcome]) -> Outcome:
    """Run the work, and have it clean up when a signal comes."""
    loop = asyncio.get_running_loop()
    task = loop.create_task(work)
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    return await task
