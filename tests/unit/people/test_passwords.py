import pytest

from odr.people import passwords
from odr.people.passwords import hash_password, needs_new_hash, normal, password_problem, verify_password

GOOD = "quatre mots que je retiens"


@pytest.mark.parametrize(
    ("password", "problem"),
    [
        ("", "password_required"),
        ("onze lettre", "password_short"),
        ("a" * 201, "password_long"),
        ("abababababab", "password_simple"),
        ("mot de\x00passe long", "password_controls"),
        ("Claire.Martin@Exemple.fr", "password_is_name"),
        ("claire.martin", "password_is_name"),
        ("ClaireMartin", "password_is_name"),
        (GOOD, None),
        ("a1b2c" + "x" * 195, None),
    ],
)
def test_a_password_is_refused_for_what_others_would_guess(password, problem):
    assert password_problem(password, email="claire.martin@exemple.fr", name="Claire Martin") == problem


async def test_two_keyboards_write_the_same_password():
    composed, decomposed = "caf\u00e9 du coin d'en face", "cafe\u0301 du coin d'en face"
    assert normal(composed) == normal(decomposed)
    assert await verify_password(await hash_password(composed), decomposed)


async def test_a_hash_is_argon2id_with_a_salt_of_its_own():
    first, second = await hash_password(GOOD), await hash_password(GOOD)
    assert first.startswith("$argon2id$")
    assert first != second
    assert not needs_new_hash(first)


async def test_weaker_parameters_are_noticed():
    weak = type(passwords.HASHER)(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    assert needs_new_hash(weak)
    assert await verify_password(weak, GOOD)


@pytest.mark.parametrize("known", [None, "", "!", "$argon2id$broken"])
async def test_no_usable_hash_never_matches(known):
    assert not await verify_password(known, "no account has this password")
    assert not await verify_password(known, GOOD)


async def test_the_same_work_is_done_without_an_account(monkeypatch):
    runs = []
    real = passwords.HASHER

    class Counting:
        def hash(self, password):
            return real.hash(password)

        def verify(self, known, password):
            runs.append(known)
            return real.verify(known, password)

    monkeypatch.setattr(passwords, "HASHER", Counting())
    await verify_password(None, GOOD)
    await verify_password("!", GOOD)
    await verify_password(await hash_password(GOOD), GOOD)
    parameters = {known.rsplit("$", 2)[0] for known in runs}
    assert len(runs) == 3
    assert len(parameters) == 1
