"""The public register: keys, checkpoints, proofs and tiles for machines; the witness for people."""

from typing import Any, Final

from web.log.routes import (
    send_checkpoint,
    send_consistency,
    send_key,
    send_key_as_pem,
    send_keys,
    send_old_checkpoint,
    send_tile,
)
from web.log.witness import ask_witness, show_witness

handlers: Final[tuple[Any, ...]] = (
    send_key,
    send_key_as_pem,
    send_keys,
    send_checkpoint,
    send_old_checkpoint,
    send_consistency,
    send_tile,
    show_witness,
    ask_witness,
)
