"""The sealed format: segments, chunks, commitment; no I/O.

C2SP chunked-encryption, instantiation Cobblestone-256 (AES-256-GCM, HKDF-Expand with SHA-512)::

    salt 24 B | commitment 32 B | chunks of 16 KiB + 16 B tag | one final, shorter chunk (may be empty)

One message has one salt, drawn afresh each time something is sealed, so that no key and nonce ever meet two
plaintexts. Nothing leaves here before its chunk is authenticated, and no chunk is opened before the commitment holds.

Whole runs of chunks are sealed and opened by ``cryptography.cobblestone``: one call for as much as there is, during
which other threads run. What is read from the middle is opened chunk by chunk here.
"""

import hmac
import secrets
from collections.abc import Callable
from typing import Final, TypeAlias

from cryptography.cobblestone import Cobblestone256Decryptor, Cobblestone256Encryptor
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA512
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from vault.errors import SealError
from vault.keys.secret import Secret

Buffer: TypeAlias = bytes | bytearray | memoryview

KEY_SIZE: Final = 32
SALT_SIZE: Final = 24
COMMITMENT_SIZE: Final = 32
HEADER_SIZE: Final = SALT_SIZE + COMMITMENT_SIZE
CHUNK_SIZE: Final = 16 * 1024
TAG_SIZE: Final = 16
SEALED_CHUNK_SIZE: Final = CHUNK_SIZE + TAG_SIZE
MAX_CHUNKS: Final = 2**38
SEGMENT_SIZE: Final = 8 * 1024 * 1024

_WRONG_CHUNK: Final = "a sealed chunk was altered, moved or cut"
_NONCE_SIZE: Final = 12
_INFO: Final = b"c2sp.org/chunked-encryption@v1+AEAD_AES_256_GCM\x00"


def sealed_size(size: int) -> int:
    """Bytes of the message that seals ``size`` bytes."""
    return HEADER_SIZE + size + TAG_SIZE * (size // CHUNK_SIZE + 1)


def plain_size(sealed: int) -> int:
    """Bytes sealed in a message of ``sealed`` bytes.

    Raises SealError where no plaintext has a message of that size: the message was cut, or more was appended.
    """
    full, rest = divmod(sealed - HEADER_SIZE, SEALED_CHUNK_SIZE)
    if sealed < HEADER_SIZE + TAG_SIZE or rest < TAG_SIZE or full >= MAX_CHUNKS:
        raise SealError("no sealed message has this size: it was cut, or something was appended")
    return full * CHUNK_SIZE + rest - TAG_SIZE


SEALED_SEGMENT_SIZE: Final = sealed_size(SEGMENT_SIZE)


class _Cipher:
    """The key, base nonce and commitment of one message."""

    def __init__(self, key: Buffer, salt: Buffer, context: bytes) -> None:
        if len(key) != KEY_SIZE:
            raise SealError("a Cobblestone-256 key has 32 bytes")
        info = _INFO + bytes(salt) + context
        derived = HKDFExpand(SHA512(), KEY_SIZE + _NONCE_SIZE + COMMITMENT_SIZE, info).derive(key)
        self._aead = AESGCM(derived[:KEY_SIZE])
        self._nonce = int.from_bytes(derived[KEY_SIZE : KEY_SIZE + _NONCE_SIZE], "big")
        self.commitment = derived[KEY_SIZE + _NONCE_SIZE :]

    def seal(self, counter: int, chunk: Buffer, into: memoryview) -> None:
        self._aead.encrypt_into(self._chunk_nonce(counter), chunk, None, into)

    def open(self, counter: int, chunk: Buffer, into: memoryview) -> None:
        try:
            self._aead.decrypt_into(self._chunk_nonce(counter), chunk, None, into)
        except InvalidTag:
            raise SealError(_WRONG_CHUNK) from None

    def _chunk_nonce(self, counter: int) -> bytes:
        if counter >= MAX_CHUNKS:
            raise SealError("a sealed message has at most 2**38 chunks")
        return (self._nonce ^ counter).to_bytes(_NONCE_SIZE, "big")


def _checked_cipher(key: Buffer, context: bytes, header: Buffer) -> _Cipher:
    """The cipher of the message that starts with this header, once its commitment holds (constant time)."""
    if len(header) != HEADER_SIZE:
        raise SealError("the sealed message ends within its header")
    cipher = _Cipher(key, header[:SALT_SIZE], context)
    if not hmac.compare_digest(cipher.commitment, header[SALT_SIZE:]):
        raise SealError("the sealed message was made with another key, or for another place")
    return cipher


def seal(key: Buffer, context: bytes, data: Buffer, into: memoryview | None = None) -> memoryview:
    """Seal ``data`` as one message with a fresh salt, into the caller's buffer if one is given.

    ``into`` has room for ``sealed_size(len(data))`` bytes at least; the answer is the part of it that was written.
    """
    size = sealed_size(len(data))
    target = (memoryview(bytearray(size)) if into is None else into)[:size]
    if len(data) < CHUNK_SIZE:  # a key, a text: sealed in place, since a stream would keep a copy of it
        salt = secrets.token_bytes(SALT_SIZE)
        cipher = _Cipher(key, salt, context)
        target[:HEADER_SIZE] = salt + cipher.commitment
        cipher.seal(0, data, target[HEADER_SIZE:])
    else:
        sealing = Cobblestone256Encryptor(key, context)
        written = sealing.update_into(data, target)
        target[written:] = sealing.finalize()
    return target


class StreamOpener:
    """Opens one message as it passes. After a refusal every further call is refused alike: never a clean end."""

    def __init__(self, key: Buffer, context: bytes) -> None:
        self._key = key
        self._context = context
        self._waiting = bytearray()
        self._cipher: _Cipher | None = None
        self._counter = 0
        self._refusal: str | None = None

    def update(self, sealed: Buffer) -> bytes:
        """Plaintext of the chunks that are whole now. Raises SealError."""
        with _Sticky(self):
            self._waiting += sealed
            if self._cipher is None:
                if len(self._waiting) < HEADER_SIZE:
                    return b""
                self._cipher = _checked_cipher(self._key, self._context, self._waiting[:HEADER_SIZE])
                del self._waiting[:HEADER_SIZE]
            full = len(self._waiting) // SEALED_CHUNK_SIZE
            opened = self._open(self._cipher, full * SEALED_CHUNK_SIZE)
            self._counter += full
            return opened

    def finish(self) -> bytes:
        """Plaintext of the final chunk. Raises SealError where the message is cut."""
        with _Sticky(self):
            if self._cipher is None:
                raise SealError("the sealed message ends within its header")
            if len(self._waiting) < TAG_SIZE:
                raise SealError("the sealed message was cut")
            return self._open(self._cipher, len(self._waiting))

    def _open(self, cipher: _Cipher, length: int) -> bytes:
        with memoryview(self._waiting) as waiting, waiting[:length] as sealed:
            opened = _open_chunks(cipher, self._counter, sealed)
        del self._waiting[:length]
        return bytes(opened)

    def refuse_again(self) -> None:
        """Raise what was raised before, if anything was."""
        if self._refusal is not None:
            raise SealError(self._refusal)

    def remember(self, refusal: str) -> None:
        """Keep a refusal for the calls to come."""
        self._refusal = refusal


class _Sticky:
    """Makes a StreamOpener's first refusal its last word."""

    def __init__(self, opener: StreamOpener) -> None:
        self._opener = opener

    def __enter__(self) -> None:
        self._opener.refuse_again()

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, SealError):
            self._opener.remember(str(error))


class MessageReader:
    """Opens any range of one stored message.

    ``read_at(offset, length)`` gives sealed bytes; it is the caller's, so that this module does no I/O.
    Raises SealError when ``sealed`` is no possible size or the commitment does not hold.
    """

    def __init__(self, key: Buffer, context: bytes, sealed: int, read_at: Callable[[int, int], Buffer]) -> None:
        self.size = plain_size(sealed)
        self._sealed = sealed
        self._read_at = read_at
        self._start = (key, context, bytes(read_at(0, HEADER_SIZE)))
        self._cipher = _checked_cipher(*self._start)
        self._run: Cobblestone256Decryptor | None = None
        self._next = 0

    def check_end(self) -> None:
        """Authenticate the message's length by its final chunk. Raises SealError."""
        self._chunks(self.size // CHUNK_SIZE, self.size // CHUNK_SIZE + 1)

    def read(self, start: int, stop: int) -> memoryview:
        """Plaintext of ``[start, stop)``; what reaches the end authenticates it. Raises SealError, ValueError."""
        return memoryview(self._whole_chunks(start, stop))[start % CHUNK_SIZE :][: stop - start]

    def take(self, start: int, stop: int) -> bytes:
        """The same, not copied once more where the range begins and ends with chunks."""
        opened = self._whole_chunks(start, stop)
        return bytes(
            opened if len(opened) == stop - start else memoryview(opened)[start % CHUNK_SIZE :][: stop - start]
        )

    def _whole_chunks(self, start: int, stop: int) -> Buffer:
        if not 0 <= start <= stop <= self.size:
            raise ValueError("this range is not within the message")
        first = start // CHUNK_SIZE
        last = self.size // CHUNK_SIZE + 1 if stop == self.size else -(-stop // CHUNK_SIZE)
        return self._chunks(first, max(first, last))

    def _chunks(self, first: int, last: int) -> Buffer:
        begin = HEADER_SIZE + first * SEALED_CHUNK_SIZE
        end = min(HEADER_SIZE + last * SEALED_CHUNK_SIZE, self._sealed)
        sealed = memoryview(self._read_at(begin, end - begin))
        if len(sealed) != end - begin:
            raise SealError("the sealed message was cut")
        full = min(last, self.size // CHUNK_SIZE) - first
        if first != self._next or full <= 0:
            return _open_chunks(self._cipher, first, sealed)
        opened = self._pass(sealed[: full * SEALED_CHUNK_SIZE])
        end_of_it = _open_chunks(self._cipher, first + full, sealed[full * SEALED_CHUNK_SIZE :])
        self._next = first + full
        return b"".join((opened, end_of_it)) if end_of_it else opened

    def _pass(self, sealed: memoryview) -> bytes:
        """Open full chunks that follow those opened before; once refused, they are opened one by one, and refused."""
        self._next = -1
        if self._run is None:
            key, context, header = self._start
            self._run = Cobblestone256Decryptor(key, context)
            self._run.update(header)
        try:
            return self._run.update(sealed)
        except InvalidTag:
            raise SealError(_WRONG_CHUNK) from None


def _open_chunks(cipher: _Cipher, first: int, sealed: memoryview) -> memoryview:
    """Open a run of chunks, of which only the last may be short."""
    count = -(-len(sealed) // SEALED_CHUNK_SIZE)
    size = len(sealed) - count * TAG_SIZE
    opened = memoryview(bytearray(size))
    for number in range(count):
        chunk = sealed[number * SEALED_CHUNK_SIZE : (number + 1) * SEALED_CHUNK_SIZE]
        begin = number * CHUNK_SIZE
        cipher.open(first + number, chunk, opened[begin : begin + len(chunk) - TAG_SIZE])
    return opened


def open_message(key: Buffer, context: bytes, sealed: Buffer) -> bytes:
    """The plaintext of one whole message. Raises SealError."""
    opener = StreamOpener(key, context)
    return opener.update(sealed) + opener.finish()


def open_key(key: Buffer, context: bytes, sealed: Buffer) -> Secret:
    """The key that a message holds, in a buffer that its user zeroes. Raises SealError."""
    whole = memoryview(sealed)
    reader = MessageReader(key, context, len(whole), lambda offset, length: whole[offset : offset + length])
    opened = reader.read(0, reader.size)
    secret = Secret(opened)
    opened[:] = bytes(len(opened))
    return secret
