"""What the vault refuses, and why. No text here ever carries plaintext, a key or a salt."""


class VaultError(Exception):
    """Any refusal or failure of the vault."""


class TooLargeError(VaultError):
    """More bytes came than the caller allowed; nothing was left behind."""


class DigestMismatchError(VaultError):
    """The bytes do not have the SHA-256 that was expected or recorded."""


class UploadMissingError(VaultError):
    """No such upload is under way: never begun, given up, expired, or handed over already."""


class UploadBusyError(VaultError):
    """Somebody else is writing to this upload, or has taken it over."""


class UploadOffsetError(VaultError):
    """The bytes offered don't start where the durable ones end. ``offset`` says where that is."""

    def __init__(self, offset: int) -> None:
        super().__init__("the bytes offered do not start where the durable ones end")
        self.offset = offset


class UploadUnfinishedError(VaultError):
    """Not all bytes that were announced have come yet."""


class ItemMissingError(VaultError):
    """No such item version is recorded."""


class ItemExistsError(VaultError):
    """This item version is recorded already; a new content needs a new version."""


class ItemHeldError(VaultError):
    """This item version is under a legal hold: it cannot be destroyed."""


class SpaceMissingError(VaultError):
    """No key was ever made for this space."""


class SpaceExistsError(VaultError):
    """This space has its key already."""


class AccessError(VaultError):
    """The item's data key is not wrapped for this space (never granted, or destroyed)."""


class ItemDestroyedError(AccessError):
    """The item's data key was destroyed, in every space; its bytes can never be read again."""


class SealError(VaultError):
    """Sealed bytes do not open: altered, cut, moved, or made with another key or context."""


class KeyRootError(VaultError):
    """The root key cannot be used: unreadable, unsafe, refused by its service, or not the one that wrapped this key."""


class KeyRootUnavailableError(KeyRootError):
    """The key service does not answer; the same call may work later."""


class StoreError(VaultError):
    """The object store failed or refused."""


class StoreUnavailableError(StoreError):
    """The store does not answer; the same call may work later."""


class ObjectMissingError(StoreError):
    """The store has no such object, or no such version of it."""


class CopyDamagedError(StoreError):
    """The copy from which another was to be made is damaged itself."""


class ObjectLockedError(StoreError):
    """The store holds this version under a lock and refuses to delete it."""


class DiskFullError(StoreError):
    """No room is left where the store writes."""


class ConfigurationError(VaultError):
    """The vault's configuration cannot work as written."""


class ProofError(VaultError):
    """A ledger proof, receipt or checkpoint does not hold."""


class TimeStampError(VaultError):
    """A time stamp cannot be had, or does not hold."""


class RecordError(VaultError):
    """A sealed record cannot be written, or does not verify."""
