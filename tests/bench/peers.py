"""Sealing against its peers: processor seconds for the same bytes, in the same run.

Each is given its fastest fair way with a file in memory's file system: age by its program (X25519, ChaCha20-Poly1305 in
chunks of 64 KiB), pyrage by file names (the same in Rust), Tink streaming AES-256-GCM-HKDF in segments of 4 KiB and of
1 MiB, the AWS Encryption SDK with a committing suite, no signature and frames of 64 KiB. Ours: segments of 8 MiB in
chunks of 16 KiB, as the vault seals them; a range costs one chunk. The file is mapped, which gains Tink nothing.

Tink can also be given bytes that lie in memory, as the vault is. There its bar is held, for both of its sizes: reading
a file costs as much as sealing it, and is no part of either.
"""

import io
import mmap
import os
import subprocess
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

from tests.bench.measure import BLOCK, MIB, Figure, cost, in_turns, processor_seconds
from vault import envelope
from vault.envelope import SEGMENT_SIZE

SIZE = 256 * MIB
BARS = {"age": 1.4, "pyrage": 1.6, "tink, 4 KiB": None, "tink, 1 MiB": None, "aws-encryption-sdk": 2.5}
TINK_BAR = 2.0


def compared(folder: Path) -> Iterator[Figure]:
    """Processor seconds for a GiB: theirs over ours."""
    source = folder / "plain"
    with source.open("wb") as file:
        for _ in range(SIZE // MIB):
            file.write(BLOCK)
    runs = [_vault(source), _age(source), _pyrage(source), *_tink(source), _aws(source)]
    ours, *theirs = in_turns(*runs, clock=processor_seconds)
    scale = 1024 * MIB / SIZE
    for (peer, bar), seconds in zip(BARS.items(), theirs, strict=True):
        yield cost(f"sealing, against {peer}", ours * scale, seconds * scale, "CPU s/GiB", bar)
    ours, *theirs = in_turns(*_from_memory(), clock=processor_seconds)
    for size, seconds in zip(("4 KiB", "1 MiB"), theirs, strict=True):
        name = f"sealing from memory, against tink, {size}"
        yield cost(name, ours * scale, seconds * scale, "CPU s/GiB", TINK_BAR)


def _vault(source: Path) -> Callable[[], None]:
    key = os.urandom(32)
    sealed = memoryview(bytearray(envelope.sealed_size(SEGMENT_SIZE)))
    mapping = {"prot": mmap.PROT_READ, "flags": mmap.MAP_SHARED | mmap.MAP_POPULATE}

    def run() -> None:
        with (
            source.open("rb") as file,
            Path(os.devnull).open("wb", buffering=0) as out,
            mmap.mmap(file.fileno(), 0, **mapping) as mapped,
            memoryview(mapped) as whole,
        ):
            for start in range(0, SIZE, SEGMENT_SIZE):
                with whole[start : start + SEGMENT_SIZE] as plain:
                    out.write(envelope.seal(key, b"bench", plain, sealed))

    return run


def _age(source: Path) -> Callable[[], None]:
    made = subprocess.run(["age-keygen"], capture_output=True, text=True, check=True)  # noqa: S607 -- of the system
    recipient = made.stderr.strip().rpartition(" ")[2]
    argv = ["age", "--encrypt", "--recipient", recipient, "--output", os.devnull, str(source)]

    def run() -> None:
        subprocess.run(argv, check=True)  # noqa: S603 -- of the system

    return run


def _pyrage(source: Path) -> Callable[[], None]:
    import pyrage  # noqa: PLC0415 -- only a bench has it

    recipient = pyrage.x25519.Identity.generate().to_public()

    def run() -> None:
        pyrage.encrypt_file(str(source), os.devnull, [recipient])

    return run


def _tink(source: Path) -> list[Callable[[], None]]:
    def run(primitive: Any) -> None:
        with source.open("rb", buffering=0) as file, _tink_stream(primitive) as sealing:
            while part := file.read(MIB):
                sealing.write(part)

    return [partial(run, primitive) for primitive in _tink_primitives()]


def _from_memory() -> list[Callable[[], None]]:
    """The same bytes over and over: a segment's worth for everybody, so that all meet the same caches."""
    key, parts = os.urandom(32), [os.urandom(MIB) for _ in range(SEGMENT_SIZE // MIB)]
    plain, sealed = b"".join(parts), bytearray(envelope.sealed_size(SEGMENT_SIZE))

    def ours() -> None:
        for _ in range(SIZE // SEGMENT_SIZE):
            envelope.seal(key, b"bench", plain, memoryview(sealed))

    def theirs(primitive: Any) -> None:
        with _tink_stream(primitive) as sealing:
            for _ in range(SIZE // SEGMENT_SIZE):
                for part in parts:
                    sealing.write(part)

    return [ours, *(partial(theirs, primitive) for primitive in _tink_primitives())]


def _tink_stream(primitive: Any) -> Any:
    return primitive.new_encrypting_stream(Path(os.devnull).open("wb"), b"bench")


@cache
def _tink_primitives() -> list[Any]:
    import tink  # noqa: PLC0415 -- only a bench has it
    from tink import streaming_aead  # noqa: PLC0415 -- same

    streaming_aead.register()
    templates = streaming_aead.streaming_aead_key_templates
    return [
        tink.new_keyset_handle(template).primitive(streaming_aead.StreamingAead)
        for template in (templates.AES256_GCM_HKDF_4KB, templates.AES256_GCM_HKDF_1MB)
    ]


def _aws(source: Path) -> Callable[[], None]:
    import aws_encryption_sdk  # noqa: PLC0415 -- only a bench has it
    from aws_encryption_sdk.identifiers import (  # noqa: PLC0415 -- same
        Algorithm,
        EncryptionKeyType,
        WrappingAlgorithm,
    )
    from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey  # noqa: PLC0415 -- same
    from aws_encryption_sdk.key_providers.raw import RawMasterKey  # noqa: PLC0415 -- same

    wrapping: Any = WrappingKey(
        wrapping_algorithm=WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
        wrapping_key=os.urandom(32),
        wrapping_key_type=EncryptionKeyType.SYMMETRIC,
    )
    master: Any = RawMasterKey(provider_id="bench", key_id=b"bench", wrapping_key=wrapping)
    client: Any = aws_encryption_sdk.EncryptionSDKClient()

    def run() -> None:
        sealing = client.stream(
            mode="e",
            source=io.FileIO(source),
            key_provider=master,
            algorithm=Algorithm.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
            frame_length=64 * 1024,
            source_length=SIZE,
        )
        with sealing:
            while sealing.read(MIB):
                pass

    return run
