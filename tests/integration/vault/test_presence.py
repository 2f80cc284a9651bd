"""Who lives, as the processes of one machine know it of each other."""

import subprocess
import sys
from pathlib import Path

from vault.presence import Presence

ROOT = Path(__file__).parents[3]
BEARER = "import sys; from pathlib import Path; from vault.presence import Presence\n"
BEARER += "presence = Presence(Path(sys.argv[1])); print(presence.mark, flush=True); sys.stdin.read()"


def test_a_process_is_known_to_be_dead_the_moment_it_is_and_never_before(tmp_path):
    argv = [sys.executable, "-c", BEARER, str(tmp_path)]
    here = Presence(tmp_path)
    with subprocess.Popen(argv, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as bearer:  # noqa: S603 -- fixed argv
        assert bearer.stdout
        mark = bearer.stdout.readline().decode().strip()
        assert mark
        assert not here.dead(mark)
        bearer.kill()
        bearer.wait(10)
        assert here.dead(mark)
    assert Presence(tmp_path).dead(mark), "whoever comes later knows it too"


def test_nothing_is_known_of_oneself_of_another_machine_of_another_folder_nor_of_nonsense(tmp_path):
    here, elsewhere = Presence(tmp_path / "here"), Presence(tmp_path / "elsewhere")
    where, _, place = here.mark.rpartition("/")
    nobody = f"{where}/{int(place) - 1}"
    assert here.dead(nobody)
    other_kernel = nobody.replace(nobody[:8], "00000000" if nobody[:8] != "00000000" else "11111111", 1)
    for mark in (here.mark, elsewhere.mark, other_kernel, "", "/", where, f"{where}/-1", f"{where}/{1 << 70}"):
        assert not here.dead(mark)


def test_where_no_folder_is_shared_nobody_bears_a_mark(tmp_path):
    (tmp_path / "file").touch()
    for folder in (None, tmp_path / "file"):
        nowhere = Presence(folder)
        assert nowhere.mark == ""
        assert not nowhere.dead(Presence(tmp_path).mark)
