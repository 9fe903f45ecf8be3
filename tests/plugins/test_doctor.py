"""What `python -m comfyrelay doctor` finds."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pytest

from comfyrelay.doctor import WIDTH, examined
from comfyrelay.errors import SettingsError
from comfyrelay.settings import Settings, read_settings
from tests.plugins.test_relay_keys import studio
from tests.rig import Rig

__all__ = ["studio"]


def said(settings: Settings | SettingsError) -> tuple[int, str]:
    def read() -> Settings:
        if isinstance(settings, SettingsError):
            raise settings
        return settings

    screen = io.StringIO()
    code = examined(screen, read)
    return code, screen.getvalue()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(url="http://127.0.0.1:1", user="jane", folder=str(tmp_path))


def test_where_all_is_well_nothing_is_wrong(rig: Rig, tmp_path: Path) -> None:
    environment = {
        "COMFY_RELAY_URL": rig.url, "COMFY_RELAY_USER": "jane", "COMFY_RELAY_KEY": "crk_secret",
        "COMFY_RELAY_RESULTS": f"{tmp_path}/{{node}}/v###/{{output}}.{{ext}}",
    }  # fmt: skip
    code, text = said(read_settings(environment, tmp_path))
    assert code == 0, text
    assert text.endswith("All is well.\n")
    assert f"{rig.url}  (COMFY_RELAY_URL)" in text
    assert "jane, may" in text
    assert "secret" not in text
    assert "can be run" in text
    assert "GB are free" in text


def test_each_thing_that_is_wrong_has_what_to_do(settings: Settings, tmp_path: Path) -> None:
    key = tmp_path / "key"
    key.write_text("crk_secret")
    key.chmod(0o644)
    code, text = said(replace(settings, proxy="http://a:pw@127.0.0.1:1", unknown=("s.json: ulr",)))
    assert code == 1
    words = " ".join(text.split())
    assert "s.json: ulr is no setting." in words
    assert "-> Run: chmod 600" in words
    assert "port 1: Connection refused" in words
    assert "secret" not in text
    assert "pw@" not in text
    assert all(len(line) <= WIDTH for line in text.splitlines() if str(tmp_path) not in line)


def test_a_name_that_nobody_knows(settings: Settings) -> None:
    code, text = said(replace(settings, url="http://no-such-relay.invalid"))
    assert code == 1
    assert "The name no-such-relay.invalid is not known here" in " ".join(text.split())


def test_a_url_with_a_path_is_none_of_a_relay(rig: Rig, tmp_path: Path) -> None:
    code, text = said(read_settings({"COMFY_RELAY_URL": f"{rig.url}/docs"}, tmp_path))
    assert code == 1
    words = " ".join(text.split())
    assert "/docs is no Comfy Relay" in words
    assert "-> Look at the URL" in words


def test_a_key_that_cannot_be_read_is_one_thing(rig: Rig, tmp_path: Path) -> None:
    gone = {"COMFY_RELAY_URL": rig.url, "COMFY_RELAY_KEY_FILE": str(tmp_path / "gone")}
    code, text = said(read_settings(gone, tmp_path))
    assert (code, "1 thing is wrong" in text) == (1, True), text


def test_a_folder_that_cannot_even_be_looked_for(tmp_path: Path) -> None:
    there = tmp_path / ("x" * 300) / "more"
    code, text = said(
        Settings(url="http://127.0.0.1:1", folder=str(there), results=f"{there}/v###/{{ext}}")
    )
    assert code == 1
    assert "key cannot be read: File name too long" in " ".join(text.split())


def test_settings_that_cannot_be_read_are_the_only_thing() -> None:
    code, text = said(SettingsError("settings.json is not JSON.", "Correct it there."))
    assert code == 1
    assert "-> Correct it there." in text


def test_a_certificate_that_is_not_trusted(studio: Settings, tmp_path: Path) -> None:
    code, text = said(replace(studio, ca_file="", folder=str(tmp_path)))
    assert code == 1
    assert "COMFY_RELAY_CA_FILE" in text


def test_a_folder_that_takes_no_file(settings: Settings) -> None:
    code, text = said(replace(settings, folder="/proc/1/comfyrelay"))
    assert code == 1
    assert "/proc/1/comfyrelay takes no file" in " ".join(text.split())
