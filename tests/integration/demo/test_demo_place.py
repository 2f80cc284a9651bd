import socket
from pathlib import Path

import pytest

from tests.integration.demo.starting import a_free_port
from web.demo.errors import PlaceError
from web.demo.mail import mails_in, read_mail
from web.demo.place import MARKER, find_place

MAIL = b"""From: office@example.org\r
To: claire@example.org\r
Subject: Come in\r
MIME-Version: 1.0\r
Content-Type: text/plain; charset=utf-8\r
\r
Open <http://127.0.0.1:8000/invitation/abc_-1> or "http://127.0.0.1:8000/".\r
"""
NAME = "20261122T042200399766_0b4ba52b-2002-48a5-8739-7034509350da.eml"


def test_a_place_that_was_played_is_found_again_with_its_port_and_password(tmp_path: Path) -> None:
    first = find_place(tmp_path / "demo", port=a_free_port(), fresh=False)
    first.played = True
    first.keep()
    again = find_place(tmp_path / "demo", port=None, fresh=False)
    assert (again.port, again.password, again.played) == (first.port, first.password, True)


def test_a_place_left_half_played_is_begun_anew(tmp_path: Path) -> None:
    first = find_place(tmp_path / "demo", port=None, fresh=False)
    (first.data / "entente.sqlite3").write_text("half a story")
    again = find_place(tmp_path / "demo", port=None, fresh=False)
    assert not (again.data / "entente.sqlite3").exists()
    assert again.password != first.password


def test_fresh_forgets_what_was_played(tmp_path: Path) -> None:
    first = find_place(tmp_path / "demo", port=None, fresh=False)
    first.played = True
    first.keep()
    assert not find_place(tmp_path / "demo", port=None, fresh=True).played


@pytest.mark.parametrize("fresh", [False, True])
def test_what_is_not_the_demo_s_is_never_emptied(tmp_path: Path, *, fresh: bool) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    with pytest.raises(PlaceError) as refused:
        find_place(tmp_path, port=None, fresh=fresh)
    assert refused.value.code == "not_ours"
    assert (tmp_path / "thesis.txt").exists()


def test_a_forged_marker_of_another_shape_is_not_the_demo_s(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text("[]")
    with pytest.raises(PlaceError):
        find_place(tmp_path, port=None, fresh=True)


def test_a_taken_port_is_named(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with pytest.raises(PlaceError) as refused:
            find_place(tmp_path / "demo", port=port, fresh=False)
    assert (refused.value.code, refused.value.about) == ("port_taken", str(port))


def test_a_mail_is_read_with_its_links_and_never_a_file_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "mail"
    folder.mkdir()
    (folder / NAME).write_bytes(MAIL)
    (tmp_path / "secret.eml").write_bytes(MAIL)
    (found,) = mails_in(folder)
    assert found.links == ["http://127.0.0.1:8000/invitation/abc_-1", "http://127.0.0.1:8000/"]
    assert "".join(piece for piece, _is_link in found.pieces) == found.text
    assert list(mails_in(folder, to="CLAIRE@example.org")) == [found]
    assert list(mails_in(folder, to="other@example.org")) == []
    for name in ("../secret.eml", "secret.eml", "", NAME + "/", NAME.replace(".eml", ".txt")):
        assert read_mail(folder, name) is None


def test_a_folder_is_read_on_from_where_a_page_ended(tmp_path: Path) -> None:
    names = [f"20261122T0422000000{number:02}_x.eml" for number in range(3)]
    for name in names:
        (tmp_path / name).write_bytes(MAIL)
    assert [mail.name for mail in mails_in(tmp_path)] == names[::-1]
    assert [mail.name for mail in mails_in(tmp_path, before=names[2])] == [names[1], names[0]]
    assert list(mails_in(tmp_path, before=names[0])) == []
