"""A dispute on its way, and hashes as cheap as argon2 allows."""

import pytest
from argon2 import PasswordHasher

from odr.people import passwords
from tests.journey import a_journey


@pytest.fixture(autouse=True)
def cheap_hashes(monkeypatch):
    monkeypatch.setattr(passwords, "HASHER", PasswordHasher(time_cost=1, memory_cost=64, parallelism=1))
    passwords.dummy_hash.cache_clear()
    yield
    passwords.dummy_hash.cache_clear()


@pytest.fixture
async def journey(platform):
    return await a_journey(platform)
