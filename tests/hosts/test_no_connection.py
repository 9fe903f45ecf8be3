"""What is said of a host that cannot be reached."""

from __future__ import annotations

import asyncio
import socket

import pytest

from relay_server.hosts.comfy import ComfyHost, HostRefused, HostSilent


async def asked(url: str) -> None:
    async with ComfyHost(url, timeout_s=30) as host:
        await host.queue()


def test_nothing_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # and does not listen
        address = f"127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(HostRefused, match=f"^nothing listens at {address}$"):
            asyncio.run(asked(f"http://{address}"))


def test_its_name_is_unknown() -> None:
    with pytest.raises(HostSilent, match=r"^its name .gpu1\.invalid. is unknown"):
        asyncio.run(asked("http://gpu1.invalid:8188"))
