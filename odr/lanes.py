"""Which tasks wait for which: those of one lane are done one after the other, those of two side by side."""

from typing import Final

from odr.outbox import Lane

PACE: Final = Lane(kinds=("advance_ledger",))
"""What must not wait for anything that somebody does: its moment is public."""

LONG: Final = Lane(
    kinds=(
        "unpack_archive",
        "scan_waiting",
        "seal_record",
        "check_record",
        "scrub_objects",
        "replicate",
        "audit_ledger",
        "sweep_orphans",
        "sweep_uploads",
        "tend_locks",
        "rotate_keys",
    )
)
"""What may take as long as there are bytes: no notice and no mail of anybody waits for it."""

SHORT: Final = Lane(without=(*PACE.kinds, *LONG.kinds))
