"""Settings: every wrong value is named, with a right example, and no secret is ever shown."""

from pathlib import Path

import pytest

from odr.errors import SettingsError
from odr.first_start import make_environment
from odr.settings import FolderMail, SmtpMail, read_settings
from vault import S3Store


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    return make_environment(tmp_path, public_url="http://127.0.0.1:8000", centre_name="Centre")


def problems(environment: dict[str, str], **changes: str) -> list[str]:
    with pytest.raises(SettingsError) as refused:
        read_settings({**environment, **changes})
    return refused.value.problems


def test_an_empty_environment_names_every_missing_variable_with_an_example() -> None:
    named = problems({})
    for variable in ("PUBLIC_URL", "DATA_DIR", "CENTRE_ID", "KEY_ROOT", "STORE", "SIGNING_KEY", "TOKEN_KEY", "MAIL"):
        (line,) = [line for line in named if line.startswith(f"ENTENTE_{variable} ")]
        assert f"Example: ENTENTE_{variable}=" in line


def test_the_embedded_default_is_sqlite_in_the_data_directory(environment: dict[str, str], tmp_path: Path) -> None:
    settings = read_settings(environment)
    assert settings.database_url == f"sqlite+aiosqlite:///{tmp_path}/entente.sqlite3"
    assert settings.upload_limit == 5 * 1024**3
    assert settings.worker_inside
    assert isinstance(settings.mail, FolderMail)
    assert not settings.is_https
    assert not settings.demo


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("ENTENTE_PUBLIC_URL", "http://mediation.example.org"),
        ("ENTENTE_PUBLIC_URL", "https://mediation.example.org/path"),
        ("ENTENTE_PUBLIC_URL", "ftp://mediation.example.org"),
        ("ENTENTE_DATA_DIR", "relative"),
        ("ENTENTE_DATA_DIR", "/nowhere/at/all"),
        ("ENTENTE_DATABASE_URL", "mysql://db"),
        ("ENTENTE_CENTRE_ID", "seven"),
        ("ENTENTE_CENTRE_NAME", "x" * 121),
        ("ENTENTE_KEY_ROOT", "pocket:1"),
        ("ENTENTE_KEY_ROOT", "file:/nowhere"),
        ("ENTENTE_STORE", "tape:1"),
        ("ENTENTE_SIGNING_KEY", "/nowhere"),
        ("ENTENTE_TIME_AUTHORITIES", "/nowhere.json"),
        ("ENTENTE_MAIL", "pigeon:1"),
        ("ENTENTE_MAIL", "smtp://user:secret@host"),
        ("ENTENTE_MAIL_FROM", "nobody"),
        ("ENTENTE_UPLOAD_LIMIT", "-1"),
        ("ENTENTE_UPLOAD_LIMIT", "5 GiB"),
        ("ENTENTE_CHECKPOINT_SECONDS", "0"),
        ("ENTENTE_WORKER", "both"),
        ("ENTENTE_DEMO", "maybe"),
    ],
)
def test_a_wrong_value_is_named_with_a_right_example(environment: dict[str, str], variable: str, value: str) -> None:
    line = problems(environment, **{variable: value})[0]
    assert line.startswith(f"{variable}: ")
    assert f"Example: {variable}=" in line
    assert "secret" not in line.replace("/run/secrets", "")


def test_a_time_authority_that_lacks_a_field_is_named(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "authorities.json").write_text('[{"name": "A"}]')
    (line,) = problems(environment, ENTENTE_TIME_AUTHORITIES=str(tmp_path / "authorities.json"))
    assert '"root_certificate"' in line


def test_time_authorities_are_read_with_their_pinned_roots(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "root.pem").write_bytes(b"PEM")
    (tmp_path / "a.json").write_text(
        '[{"name": "A", "url": "http://127.0.0.1:1", "root_certificate": "root.pem", "independent": true}]'
    )
    settings = read_settings({**environment, "ENTENTE_TIME_AUTHORITIES": str(tmp_path / "a.json")})
    (authority,) = settings.vault.authorities
    assert (authority.name, authority.root_certificate_pem, authority.independent) == ("A", b"PEM", True)


def test_passwords_come_from_files_and_are_never_shown(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "password").write_text("correct horse\n")
    settings = read_settings(
        {
            **environment,
            "ENTENTE_MAIL": "smtp://entente@mail.example.org:2525?starttls=0",
            "ENTENTE_MAIL_PASSWORD_FILE": str(tmp_path / "password"),
            "ENTENTE_DATABASE_URL": "postgresql://u:verysecret@db/entente",
        }
    )
    assert settings.mail == SmtpMail("mail.example.org", 2525, "entente", "correct horse", starttls=False)
    assert settings.database_url.startswith("postgresql+psycopg://")
    assert "secret" not in repr(settings)
    assert "horse" not in repr(settings)


def test_an_unreadable_secret_file_is_named(environment: dict[str, str]) -> None:
    named = problems(
        environment, ENTENTE_MAIL="smtp://m@mail.example.org", ENTENTE_MAIL_PASSWORD_FILE="/nowhere/password"
    )
    assert any(line.startswith("ENTENTE_MAIL_PASSWORD_FILE: the file cannot be read") for line in named)


def test_s3_and_kms_are_read(environment: dict[str, str], tmp_path: Path) -> None:
    (tmp_path / "access").write_text("AK")
    settings = read_settings(
        {
            **environment,
            "ENTENTE_STORE": "s3://bucket/some/prefix",
            "ENTENTE_S3_ENDPOINT": "http://127.0.0.1:1",
            "ENTENTE_S3_ACCESS_KEY_FILE": str(tmp_path / "access"),
            "ENTENTE_S3_OBJECT_LOCK": "yes",
            "ENTENTE_KEY_ROOT": "awskms:alias/entente",
        }
    )
    assert settings.vault.store.bucket == "bucket"  # type: ignore[union-attr]  # an S3Store, as the next lines say
    assert settings.vault.store.prefix == "some/prefix"  # type: ignore[union-attr]  # an S3Store or KmsRoot
    assert settings.vault.store.object_lock  # type: ignore[union-attr]  # an S3Store or KmsRoot
    assert settings.vault.root.key_id == "alias/entente"  # type: ignore[union-attr]  # an S3Store or KmsRoot


def test_what_the_buckets_policy_asks_is_read(environment: dict[str, str]) -> None:
    for text, wanted in (
        ("", (None, None)),
        ("none", (None, None)),
        ("AES256", ("AES256", None)),
        ("aws:kms", ("aws:kms", None)),
        ("aws:kms:arn:aws:kms:eu-west-3:1:key/k", ("aws:kms", "arn:aws:kms:eu-west-3:1:key/k")),
    ):
        store = read_settings({**environment, "ENTENTE_STORE": "s3://b", "ENTENTE_S3_SSE": text}).vault.store
        assert isinstance(store, S3Store)
        assert (store.encryption, store.encryption_key) == wanted
    for name, wrong in (("SSE", "aes"), ("SSE", "aws:kmsX"), ("ANSWER_SECONDS", "0"), ("ANSWER_SECONDS", "soon")):
        named = problems(environment, ENTENTE_STORE="s3://b", **{f"ENTENTE_S3_{name}": wrong})
        assert any(f"ENTENTE_S3_{name}" in line for line in named)


def test_a_second_first_start_finds_the_same_secrets(tmp_path: Path) -> None:
    first = make_environment(tmp_path, public_url="http://127.0.0.1:1", centre_name="C")
    keys = {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()}
    assert make_environment(tmp_path, public_url="http://127.0.0.1:1", centre_name="C") == first
    assert keys == {file.name: file.read_bytes() for file in (tmp_path / "secrets").iterdir()}
    assert all(file.stat().st_mode & 0o077 == 0 for file in (tmp_path / "secrets").iterdir())
