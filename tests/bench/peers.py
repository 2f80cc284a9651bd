"""Sealing against its peers: processor seconds for the same file, read from memory's file system, in the same run.

Each is given its fastest fair way: age by its program (X25519, ChaCha20-Poly1305 in chunks of 64 KiB), pyrage by file
names (the same in Rust), Tink streaming AES-256-GCM-HKDF in segments of 4 KiB and of 1 MiB, the AWS Encryption SDK
with a committing suite, no signature and frames of 64 KiB. Ours: segments of 8 MiB in chunks of 16 KiB, as the vault
seals them; a range costs one chunk. Both of Tink's sizes have its bar: the design names none.
"""

import io
import os
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from tests.bench.measure import BLOCK, MIB, Figure, cost, in_turns, processor_seconds
from vault import envelope
from vault.envelope import SEGMENT_SIZE

SIZE = 256 * MIB
BARS = {"age": 1.4, "pyrage": 1.6, "tink, 4 KiB": 2.0, "tink, 1 MiB": 2.0, "aws-encryption-sdk": 2.5}


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


def _vault(source: Path) -> Callable[[], None]:
    key = os.urandom(32)
    plain, sealed = bytearray(SEGMENT_SIZE), bytearray(envelope.sealed_size(SEGMENT_SIZE))

    def run() -> None:
        with source.open("rb", buffering=0) as file, Path(os.devnull).open("wb", buffering=0) as out:
            while file.readinto(plain):
                envelope.seal(key, b"bench", plain, memoryview(sealed))
                out.write(sealed)

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
    import tink  # noqa: PLC0415 -- only a bench has it
    from tink import streaming_aead  # noqa: PLC0415 -- same

    streaming_aead.register()
    templates = streaming_aead.streaming_aead_key_templates
    small, large = (
        tink.new_keyset_handle(template).primitive(streaming_aead.StreamingAead)
        for template in (templates.AES256_GCM_HKDF_4KB, templates.AES256_GCM_HKDF_1MB)
    )

    def run(primitive: Any) -> None:
        with source.open("rb", buffering=0) as file:
            sealing = primitive.new_encrypting_stream(Path(os.devnull).open("wb"), b"bench")  # noqa: SIM115 -- it closes
            with sealing:
                while part := file.read(MIB):
                    sealing.write(part)

    return [lambda: run(small), lambda: run(large)]


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
