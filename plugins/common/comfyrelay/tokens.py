"""Tokens of a template for results: `{node}` and the like, with values that cannot escape."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from .errors import SettingsError
from .paths import slashed

WHOLE = frozenset({"root"})
"""Tokens that are paths themselves; any other is one name."""

_TOKEN = re.compile(r"\{([^{}]*)\}")
_FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*#%{}$`\']')
_DEVICES = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])(\..*)?", re.IGNORECASE)
LONGEST = 80  # characters of one value


def filled(template: str, tokens: Mapping[str, str]) -> str:
    """The template with its tokens' values. Raises SettingsError for a token that is none."""

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if name not in tokens:
            known = ", ".join(f"{{{each}}}" for each in sorted(tokens))
            raise SettingsError(
                f"The template for results names {{{name}}}, which is no token.",
                f"There are {known}.",
            )
        if name in WHOLE:
            return slashed(tokens[name]).rstrip("/")
        text = tokens[name]
        return text if text == found[0] else cleaned(text)  # kept for later

    return _TOKEN.sub(value, template)


def cleaned(text: str) -> str:
    """A text as one name of a file or folder, on every system; `_` if nothing is left."""
    name = _FORBIDDEN.sub("_", unicodedata.normalize("NFC", text))
    name = " ".join(name.split())[:LONGEST].strip(" .")
    return f"_{name}" if _DEVICES.fullmatch(name) else name or "_"
