"""The vault's door: all its names, none hidden by a module, none fetched before it is asked for."""

import subprocess
import sys
from pathlib import Path

import pytest

import vault
from vault import face

ROOT = Path(__file__).parents[3]


def test_the_door_and_the_face_list_the_same_names():
    assert sorted(vault.__all__) == sorted(face.__all__)


def test_a_name_is_never_the_module_of_the_same_name():
    for name in vault.__all__:
        assert getattr(vault, name) is getattr(face, name)


def test_what_the_vault_does_not_export_is_refused():
    with pytest.raises(AttributeError):
        _ = vault.no_such_name


def test_the_tables_of_the_ledger_are_in_the_metadata_whatever_was_imported():
    code = "from vault import metadata; print(sorted(metadata.tables))"
    argv = [sys.executable, "-c", code]
    done = subprocess.run(argv, cwd=ROOT, capture_output=True, text=True, check=True)  # noqa: S603 -- this Python
    assert "ledger_nodes" in done.stdout
    assert "vault_items" in done.stdout
