"""Settings, and the key."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from comfyrelay.errors import SettingsError
from comfyrelay.paths import PathMap
from comfyrelay.settings import read_settings


def put(path: Path, content: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


def test_without_anything_no_relay_is_named(home: Path) -> None:
    found = read_settings({}, home)
    assert (found.url, found.proxy, found.sources) == ("", "", {})
    assert found.folder == str(home / ".comfyrelay")
    assert found.key() == ""


def test_the_environment_goes_before_the_user_and_the_user_before_the_studio(
    home: Path, tmp_path: Path
) -> None:
    studio = put(tmp_path / "studio.json", {"url": "http://s", "user": "s", "proxy": "http://p:1"})
    own = put(home / ".comfyrelay" / "settings.json", {"url": "http://u", "user": "u", "ulr": "x"})
    environment = {"COMFY_RELAY_URL": "http://e/", "COMFY_RELAY_SETTINGS": str(studio)}
    found = read_settings(environment, home)
    assert (found.url, found.user, found.proxy) == ("http://e", "u", "http://p:1")
    assert found.sources == {
        "url": "COMFY_RELAY_URL", "user": f"{own}: user", "proxy": f"{studio}: proxy",
    }  # fmt: skip
    assert found.unknown == (f"{own}: ulr",)


def test_maps_and_places_of_files(home: Path) -> None:
    maps = [{"windows": ["P:/show", "//srv/show"], "linux": "/mnt/show"}]
    found = read_settings(
        {"COMFY_RELAY_PATH_MAPS": json.dumps(maps), "COMFY_RELAY_CA_FILE": "~/ca.pem"}, home
    )
    assert found.path_maps == (PathMap(("P:/show", "//srv/show"), (), ("/mnt/show",)),)
    assert found.ca_file == str(home / "ca.pem")


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ('{\n "url": http://x\n}', "not JSON.*line 2"),
        ("[]", "no JSON object"),
        ('{"url": "http://a", "url": "http://b"}', "'url' twice"),
        ({"url": 8190}, "settings.json: url must be a text"),
        ({"url": "relay:8190"}, "settings.json: url is no URL"),
        ({"url": "http://a:port"}, "url is no URL"),
        ({"url": "http://me:secret@relay"}, "url is no URL"),
        ({"results": "{root}/{ext}"}, "results: The template"),
        ({"path_maps": {}}, "must be a list of maps"),
        ({"path_maps": [{"amiga": "dh0:"}]}, "'amiga' is no system"),
        ({"key": "crk_secret"}, "holds a key"),
        ("[" * 100_000, "too deep"),
        (f'{{"url": {"9" * 5000}}}', "url must be a text|number that is none"),
        ({"user": float("nan")}, "number that is none"),
        ({"folder": "/a\0b"}, "a character that no text may have"),
        ({"user": "\ud800"}, "a character that no text may have"),
        ({"url": "http://relay:0"}, "url is no URL"),
        ({"url": "http://relay?x=1"}, "url is no URL"),
        ({"url": "http://relay/#top"}, "url is no URL"),
        ({"url": "http://a b"}, "url is no URL"),
        ({"url": "http://a..b"}, "url is no URL"),
        ({"proxy": "socks5://me:secret@p:1"}, "proxy is no URL[.]"),
        ({"proxy": "http://me:a/secret@p:1"}, "proxy is no URL[.]"),
    ],
)
def test_what_cannot_be_names_file_and_key(home: Path, content: Any, says: str) -> None:
    path = put(home / ".comfyrelay" / "settings.json", content)
    with pytest.raises(SettingsError, match=says) as error:
        read_settings({}, home)
    assert str(path) in str(error.value)
    assert "secret" not in str(error.value)


@pytest.mark.parametrize(
    "url", ["http://[::1]:8190", "https://my_relay.", "http://höst/relay", "http://1.2.3.4:8190"]
)
def test_what_is_a_url(home: Path, url: str) -> None:
    assert read_settings({"COMFY_RELAY_URL": f" {url}/ "}, home).url == url


def test_a_studio_file_must_be_there(home: Path) -> None:
    with pytest.raises(SettingsError, match="is not there"):
        read_settings({"COMFY_RELAY_SETTINGS": "/no/such.json"}, home)


# the key


def test_the_key_is_never_shown(home: Path) -> None:
    said = {"COMFY_RELAY_KEY": "crk_secret", "COMFY_RELAY_PROXY": "http://a:pw@p"}
    found = read_settings(said, home)
    assert found.key() == "crk_secret"
    assert "secret" not in repr(found)
    assert "pw" not in repr(found)


def test_the_key_of_a_file_that_only_its_user_reads(home: Path) -> None:
    file = put(home / ".comfyrelay" / "key", "crk_a_b\n")
    settings = read_settings({}, home)
    file.chmod(0o644)
    with pytest.raises(SettingsError, match="Others can read") as error:
        settings.key()
    assert error.value.hint == f"Run: chmod 600 {file}"
    file.chmod(0o600)
    assert settings.key() == "crk_a_b"
    assert read_settings({"COMFY_RELAY_KEY_FILE": str(file)}, home).key() == "crk_a_b"


@pytest.mark.parametrize(
    ("content", "says"), [("", "holds no key"), ("one two", "holds no key"), ("ключ", "cannot be")]
)
def test_what_is_no_key(home: Path, content: str, says: str) -> None:
    file = put(home / ".comfyrelay" / "key", content)
    file.chmod(0o600)
    with pytest.raises(SettingsError, match=says):
        read_settings({}, home).key()


@pytest.mark.parametrize("content", ["crk_sécret", "crk_a secret", "crk\nsecret: x"])
def test_what_is_no_key_in_the_environment(home: Path, content: str) -> None:
    with pytest.raises(SettingsError, match="COMFY_RELAY_KEY holds no key") as error:
        read_settings({"COMFY_RELAY_KEY": content}, home).key()
    assert "cr" not in f"{error.value}{error.value.hint}"


def test_a_key_file_that_is_named_must_be_there(home: Path) -> None:
    with pytest.raises(SettingsError, match="No such file"):
        read_settings({"COMFY_RELAY_KEY_FILE": "~/gone"}, home).key()


def test_reading_settings_needs_no_home_of_ones_own(tmp_path: Path) -> None:
    before = dict(os.environ)
    read_settings({}, tmp_path)
    assert dict(os.environ) == before
    assert not list(tmp_path.iterdir())
