"""Commands on a data folder that no relay has used: they say so, and make nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relay_server.cli import cli


def run(folder: Path, *arguments: str, **variables: str) -> Result:
    environment = {"COMFY_RELAY_DATA": str(folder), **variables}
    return CliRunner().invoke(cli, arguments, env=environment)


@pytest.mark.parametrize(
    "arguments", [("keys", "list"), ("keys", "revoke", "abc"), ("cleanup", "--dry-run")]
)
def test_a_folder_without_relay_is_told_and_left_alone(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    result = run(tmp_path, *arguments)
    assert result.exit_code == 1
    assert f"No relay has used {tmp_path}" in result.output
    assert list(tmp_path.iterdir()) == []


def test_a_first_key_says_that_it_is_for_a_new_relay(tmp_path: Path) -> None:
    made = run(tmp_path, "keys", "create", "--name", "anna")
    assert made.exit_code == 0
    assert "for a new relay" in made.output
    assert str(tmp_path) in made.output
    assert "anna" in run(tmp_path, "keys", "list").output
    second = run(tmp_path, "keys", "create", "--name", "ben")
    assert "for a new relay" not in second.output


def test_another_namespace_is_another_place(tmp_path: Path) -> None:
    run(tmp_path, "keys", "create", "--name", "anna")
    result = run(tmp_path, "keys", "list", COMFY_RELAY_NAMESPACE="other")
    assert result.exit_code == 1
    assert "namespace 'other'" in result.output
