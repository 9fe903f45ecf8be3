"""Imports find their new homes wherever they stand, and nothing else of a source changes."""

from __future__ import annotations

import pytest

from plugins.shipping.imports import ImportUnmovable, moved
from plugins.shipping.vendored import VendorError, Wheel, rewritten, vendored

HOMES = {"httpx": "ours.httpx", "h2": "ours.h2", "generated": "ours"}


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("import httpx", "from ours import httpx"),
        ("import httpx as web", "import ours.httpx as web"),
        ("import h2.config", "import ours.h2.config; from ours import h2"),
        ("import h2.config as c", "import ours.h2.config as c"),
        ("import os, httpx", "import os; from ours import httpx"),
        ("from httpx import Client", "from ours.httpx import Client"),
        ("from httpx import *", "from ours.httpx import *"),
        ("from httpx._types import (\n    A,  # é\n    B,\n)",
         "from ours.httpx._types import (\n    A,  # é\n    B,\n)"),
        ("from generated import client", "from ours import client"),
        ("from generated.client.api import jobs", "from ours.client.api import jobs"),
        ("import generated.client.models as m", "import ours.client.models as m"),
        ("def f():\n    import httpx; return httpx",
         "def f():\n    from ours import httpx; return httpx"),
        ("s = 'é'; import httpx", "s = 'é'; from ours import httpx"),
        ("if TYPE_CHECKING:\n    import httpx  # only types",
         "if TYPE_CHECKING:\n    from ours import httpx  # only types"),
        ("try:\n    import h2\nexcept ImportError:\n    h2 = None",
         "try:\n    from ours import h2\nexcept ImportError:\n    h2 = None"),
        ("from . import httpx", "from . import httpx"),
        ("from .httpx import Client", "from .httpx import Client"),
        ("import httpx_extra, os.path", "import httpx_extra, os.path"),
        ('"""import httpx"""', '"""import httpx"""'),
    ],
)  # fmt: skip
def test_an_import_is_moved(old: str, new: str) -> None:
    assert moved(f"{old}\nimport httpx\n", HOMES) == f"{new}\nfrom ours import httpx\n"


@pytest.mark.parametrize(
    "source", ["import generated.client", "import generated", "from \\\n  httpx import Client"]
)
def test_what_cannot_be_moved_is_refused(source: str) -> None:
    with pytest.raises(ImportUnmovable):
        moved(source, HOMES)


def test_a_package_that_nobody_decided_on_is_refused() -> None:
    with pytest.raises(VendorError, match=r"a\.py imports chardet, numpy: is it present or absent"):
        rewritten("a.py", "import os\ndef f():\n    import numpy.linalg, chardet\n")


def test_a_patch_that_finds_nothing_is_refused() -> None:
    changed = Wheel("certifi", "1", "MPL-2.0", {"certifi/core.py": b"import os\n"}, {})

    with pytest.raises(VendorError, match=r"certifi/core\.py has no files\("):
        vendored(changed)
