"""What must hold before the site or a worker starts."""

from odr.keeping.locking import why_locks_fail
from odr.migrate import is_current
from odr.platform import Platform
from odr.words import _


async def why_not_start(platform: Platform) -> str:
    """Why this installation must not start, in the operator's language; empty when it may."""
    if not await is_current(platform.database):
        return _("The database is not at the newest migration. Run `entente migrate`, then start again.")
    why = await why_locks_fail(platform)
    if why:
        return _(
            "The store does not enforce the locks that ENTENTE_S3_OBJECT_LOCK promises (%(why)s). Use a bucket made"
            " with Object Lock, on a store that refuses to delete a locked version, or set it to no.",
            why=why,
        )
    return ""
