"""Checkpoints: the platform log's head as a C2SP tlog-checkpoint, signed with Ed25519 as a C2SP signed note; no I/O."""

import base64
import binascii
import hashlib
import re
from dataclasses import dataclass
from typing import Final, Protocol, Self

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from vault.errors import ProofError
from vault.ledger.merkle import HASH_SIZE, MAX_SIZE

MAX_BYTES: Final = 8 * 1024
MAX_SIGNATURES: Final = 16
MAX_EXTENSIONS: Final = 16
_ED25519: Final = b"\x01"
_KEY_SIZE: Final = 32
_ID_SIZE: Final = 4
_DASH: Final = "\N{EM DASH} "
_BODY_LINES: Final = 3
_SIZE: Final = re.compile(r"0|[1-9][0-9]{0,18}")
_NAME: Final = re.compile(r"[^\s+\x00-\x1f\x7f\ud800-\udfff]{1,255}")


class Signer(Protocol):
    """Whatever signs with one Ed25519 key; ``Ed25519PrivateKey`` of cryptography is one."""

    def sign(self, data: bytes, /) -> bytes:
        """64 bytes of Ed25519 signature over ``data``."""
        ...

    def public_key(self) -> Ed25519PublicKey:
        """Return the key that verifies."""
        ...


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A log's head: ``size`` leaves under ``root`` (32 B). ``text`` is the exact signed note, UTF-8."""

    origin: str
    size: int
    root: bytes
    text: bytes


@dataclass(frozen=True, slots=True)
class NoteKey:
    """A verifying key of signed notes: its name (here the log's origin) and its 32 raw Ed25519 bytes."""

    name: str
    raw: bytes

    def __post_init__(self) -> None:
        """Refuse names that C2SP signed-note forbids, and keys of another size."""
        if not _NAME.fullmatch(self.name) or len(self.raw) != _KEY_SIZE:
            raise ProofError("a note key has a name without spaces or plus, and 32 bytes")

    @classmethod
    def of(cls, name: str, signer: Signer) -> Self:
        """Return the verifying key of ``signer`` under ``name``."""
        return cls(name, signer.public_key().public_bytes_raw())

    @classmethod
    def from_text(cls, vkey: str) -> Self:
        """Read ``name+hash+key``, the C2SP form of a verifying key. Raises ProofError unless its hash fits."""
        name, _, rest = vkey.partition("+")
        digest, _, encoded = rest.partition("+")
        data = _decode(encoded)
        if data[:1] != _ED25519:
            raise ProofError("the note key is not an Ed25519 key")
        key = cls(name, data[1:])
        if digest != key.id.hex():
            raise ProofError("the note key's identifier does not fit its bytes")
        return key

    @property
    def id(self) -> bytes:
        """First 4 bytes of SHA-256(name ‖ newline ‖ 0x01 ‖ key), C2SP signed-note."""
        return hashlib.sha256(self.name.encode() + b"\n" + _ED25519 + self.raw).digest()[:_ID_SIZE]

    @property
    def text(self) -> str:
        """The C2SP form ``name+hash+key``."""
        return f"{self.name}+{self.id.hex()}+{base64.b64encode(_ED25519 + self.raw).decode()}"

    @property
    def pem(self) -> bytes:
        """The key as PEM (SubjectPublicKeyInfo), for tools that know no signed notes."""
        public = Ed25519PublicKey.from_public_bytes(self.raw)
        return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the 32 raw bytes, in hexadecimal: what people compare."""
        return hashlib.sha256(self.raw).hexdigest()


def sign_checkpoint(origin: str, size: int, root: bytes, signer: Signer) -> Checkpoint:
    """Write and sign the head of a log; the signing key's name is the origin."""
    key = NoteKey.of(origin, signer)
    if len(root) != HASH_SIZE or not 0 <= size <= MAX_SIZE:
        raise ProofError("a checkpoint holds a size and a SHA-256 root")
    body = f"{origin}\n{size}\n{base64.b64encode(root).decode()}\n".encode()
    signature = base64.b64encode(key.id + signer.sign(body)).decode()
    return Checkpoint(origin, size, root, body + f"\n{_DASH}{origin} {signature}\n".encode())


def read_checkpoint(text: bytes) -> Checkpoint:
    """Read a checkpoint strictly. **No signature is verified here**: see ``check_signature``.

    Raises ProofError for anything that C2SP tlog-checkpoint and signed-note do not allow.
    """
    body, signatures = _split(text)
    lines = body.split("\n")[:-1]
    if not _BODY_LINES <= len(lines) <= _BODY_LINES + MAX_EXTENSIONS or not all(lines):
        raise ProofError("a checkpoint has an origin, a size and a root, each on its line")
    if not _SIZE.fullmatch(lines[1]) or int(lines[1]) > MAX_SIZE:
        raise ProofError("the checkpoint's size is not a number as it must be written")
    root = _decode(lines[2])
    if len(root) != HASH_SIZE:
        raise ProofError("the checkpoint's root is not a SHA-256 hash")
    for line in signatures:
        _signature(line)
    return Checkpoint(lines[0], int(lines[1]), root, text)


def check_signature(checkpoint: Checkpoint, key: NoteKey) -> None:
    """Raise ProofError unless ``key`` signed the checkpoint, and the checkpoint's origin is the key's name.

    Signatures of other keys are ignored, as C2SP signed-note asks; one that claims this key must hold.
    """
    body, signatures = _split(checkpoint.text)
    if checkpoint.origin != key.name:
        raise ProofError("the checkpoint is of another log")
    own = [value for name, value in map(_signature, signatures) if name == key.name and value[:_ID_SIZE] == key.id]
    if not own:
        raise ProofError("the checkpoint does not bear this key's signature")
    public = Ed25519PublicKey.from_public_bytes(key.raw)
    for value in own:
        try:
            public.verify(value[_ID_SIZE:], body.encode())
        except InvalidSignature:
            raise ProofError("the checkpoint's signature does not hold") from None


def forked(one: Checkpoint, other: Checkpoint) -> bool:
    """Whether two heads of one log contradict each other by themselves: one size, two roots."""
    return one.origin == other.origin and one.size == other.size and one.root != other.root


def _split(text: bytes) -> tuple[str, list[str]]:
    """Part a note into its body (with its final newline) and its signature lines."""
    if len(text) > MAX_BYTES:
        raise ProofError("the checkpoint is too large")
    try:
        note = text.decode()
    except UnicodeDecodeError:
        raise ProofError("the checkpoint is not UTF-8") from None
    if any(character < " " and character != "\n" for character in note):
        raise ProofError("the checkpoint holds control characters")
    body, blank, tail = note.rpartition("\n\n")
    lines = tail.split("\n")
    if not blank or lines.pop() or not 1 <= len(lines) <= MAX_SIGNATURES:
        raise ProofError("the checkpoint is not a signed note")
    return body + "\n", lines


def _signature(line: str) -> tuple[str, bytes]:
    """Read a signature line: the key's name, and its identifier followed by the signature."""
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not space or not _NAME.fullmatch(name):
        raise ProofError("a signature line of the checkpoint is malformed")
    value = _decode(encoded)
    if len(value) <= _ID_SIZE:
        raise ProofError("a signature of the checkpoint is too short")
    return name, value


def _decode(encoded: str) -> bytes:
    """Decode base64 in its one canonical spelling (RFC 4648 section 4)."""
    try:
        data = base64.b64decode(encoded, validate=True)
    except (binascii.Error, ValueError):
        raise ProofError("base64 was expected") from None
    if base64.b64encode(data).decode() != encoded:
        raise ProofError("base64 is not in its canonical form")
    return data
