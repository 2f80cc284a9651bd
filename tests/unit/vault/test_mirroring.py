"""The mirror command: fetched as a client would, verified whole, and nothing good is replaced by what does not hold."""

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from odr.mirroring import MirrorError, mirror
from tests.unit.vault.tile_log import KEY, Log, log_of
from vault.ledger.checkpoint import NoteKey
from web.cli import main

Client = httpx.Client  # the test of the command puts another in its place
URL = "https://mediation.example.org"


def client_of(log: Log, *, busy: int = 0, **changes: bytes) -> httpx.Client:
    files = {f"/log/tile/{path}": data for path, data in log.files().items()}
    files |= {"/log/checkpoint": log.checkpoint().text, "/log/key": f"{KEY.text}\n".encode()}
    files |= {f"/log/{name}": data for name, data in changes.items()}
    left = [busy]

    def answer(request: httpx.Request) -> httpx.Response:
        if left[0]:
            left[0] -= 1
            return httpx.Response(429, headers={"Retry-After": "0"})
        data = files.get(request.url.path)
        return httpx.Response(404) if data is None else httpx.Response(200, content=data)

    return Client(transport=httpx.MockTransport(answer))


def test_a_mirror_grows_with_its_register_and_keeps_it_as_files(tmp_path):
    assert mirror(URL, tmp_path, client=client_of(log_of(300))) == 300
    assert mirror(URL + "/", tmp_path, client=client_of(log_of(700), busy=2), key=KEY.text) == 700
    kept = {f"{path.relative_to(tmp_path / 'tile')}" for path in (tmp_path / "tile").rglob("*") if path.is_file()}
    assert kept == set(log_of(700).files())
    assert (tmp_path / "checkpoint").read_bytes() == log_of(700).checkpoint().text


def test_what_does_not_hold_replaces_nothing(tmp_path):
    mirror(URL, tmp_path, client=client_of(log_of(300)))
    good = (tmp_path / "checkpoint").read_bytes()
    other = Log([b"other", *log_of(400).entries[1:]])
    huge = bytes(200_000)
    for client in (
        client_of(log_of(200)),
        client_of(other),
        client_of(log_of(400), checkpoint=huge),
        client_of(log_of(400), checkpoint=b"none"),
        client_of(log_of(1), busy=99),
    ):
        with pytest.raises(MirrorError):
            mirror(URL, tmp_path, client=client)
        assert (tmp_path / "checkpoint").read_bytes() == good
    with pytest.raises(MirrorError):
        mirror(URL, tmp_path, client=client_of(log_of(400)), key=NoteKey.of("x", Ed25519PrivateKey.generate()).text)


def test_the_command_says_what_it_found(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("LC_ALL", "C")
    monkeypatch.setattr("odr.mirroring.httpx.Client", lambda **_how: client_of(log_of(3)))
    assert main(["mirror", URL, str(tmp_path)]) == 0
    assert "3 entries" in capsys.readouterr().out
    monkeypatch.undo()
    monkeypatch.setattr("odr.mirroring.httpx.Client", lambda **_how: client_of(log_of(2)))
    assert main(["mirror", URL, str(tmp_path)]) == 1
