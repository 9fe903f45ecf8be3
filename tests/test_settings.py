"""Settings that cannot be are refused in a sentence, and those that nothing reads are told."""

from __future__ import annotations

from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from relay_server.cli import cli


def doctor(folder: Path, **variables: str) -> Result:
    given = {f"COMFY_RELAY_{name}": value for name, value in variables.items()}
    return CliRunner().invoke(cli, ["doctor"], env={"COMFY_RELAY_DATA": str(folder), **given})


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("PORT", "abc", "must be a whole number from 0 to 65535, not 'abc'."),
        ("PORT", "-5", "must be a whole number from 0 to 65535, not '-5'."),
        ("NAMESPACE", "a b", "not 'a b'."),
        ("FSYNC", "never", "must be everysec or always, not 'never'."),
        ("LEASE_S", "-1", "must be a number above 0, not '-1'."),
        ("LEASE_S", "0", "must be a number above 0, not '0'."),
        ("KEEP_ASSETS_S", "-5", "must be a number, at least 0, not '-5'."),
        ("STOP_S", "nan", "must be a number, at least 0, not 'nan'."),
        ("MAX_NODES", "0", "must be a whole number, at least 1, not '0'."),
    ],
)
def test_a_setting_that_cannot_be_is_one_sentence(
    tmp_path: Path, name: str, value: str, says: str
) -> None:
    result = doctor(tmp_path, **{name: value})
    assert result.exit_code == 1
    assert result.output.startswith(f"Error: COMFY_RELAY_{name} must be ")
    assert result.output.strip().endswith(says)


def test_a_variable_that_is_no_setting_is_a_note(tmp_path: Path) -> None:
    result = doctor(tmp_path, DRAINS="3", QQQQQQ="3", URL="http://127.0.0.1:9", KEY="x")
    notes = [line for line in result.output.splitlines() if line.startswith("note")]
    assert notes == [
        "note   COMFY_RELAY_DRAINS: is no setting, and nothing reads it."
        " Is COMFY_RELAY_DRAIN_S meant?",
        "note   COMFY_RELAY_QQQQQQ: is no setting, and nothing reads it.",
    ]


@pytest.mark.parametrize(
    ("command", "says"),
    [
        (["serve", "--port", "999999"], "999999"),
        (["worker", "--host", "http://127.0.0.1:9"], "must be like redis://"),
        (["keys", "list"], "must be like redis://"),
    ],
)
def test_commands_refuse_in_a_sentence(tmp_path: Path, command: list[str], says: str) -> None:
    given = {"COMFY_RELAY_DATA": str(tmp_path), "COMFY_RELAY_REDIS_URL": "hunter2"}
    result = CliRunner().invoke(cli, command, env=given)
    assert isinstance(result.exception, SystemExit)
    assert says in result.output
    assert "hunter2" not in result.output
