"""A vault built from its configuration."""

from vault.config import S3Store, VaultConfig, build_root, build_signer, build_store
from vault.keys.keyring import KeyRing
from vault.ledger.log import Ledger
from vault.pdf.papers import Papers
from vault.vault import LOCK_DAYS, Vault


def open_vault(config: VaultConfig) -> Vault:
    """Build a vault from its configuration; nothing is asked of the store or a key service yet.

    Raises ConfigurationError.
    """
    former = [build_root(root) for root in config.former_roots]
    keys = KeyRing(build_root(config.root), config.tenant, former_roots=former)
    ledger = Ledger(
        keys, config.tenant, config.origin, build_signer(config), config.cadence_seconds, config.authorities
    )
    lock_days = config.store.lock_days if isinstance(config.store, S3Store) else LOCK_DAYS
    replica = build_store(config.replica) if config.replica is not None else None
    papers = Papers(config.pdf_seal, config.holder, config.authorities)
    store = build_store(config.store, config.local)
    return Vault(config.tenant, keys, store, ledger, papers, replica=replica, lock_days=lock_days, local=config.local)
