"""The simulated hosts, which stand still where the story wants it: so it is one on any machine."""

from __future__ import annotations

from collections.abc import Sequence

import httpx

OPTIONS = ("--control", "--step-s", "0.04")
"""What they are started with."""


class Hosts:
    """All hosts of the relay."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls

    def stand_still(self) -> None:
        """With the next node that they come to."""
        for url in self._urls:
            _post(url, "hold-node:when=node,times=0")

    def go_on(self, steps: int) -> None:
        """For so many steps of the sampler, on each of them."""
        for url in self._urls:
            _forget(url)
            _post(url, f"hold-node:when=step,at={steps},times=0")

    def go_on_to_the_end(self) -> None:
        for url in self._urls:
            _forget(url)


def _post(url: str, fault: str) -> None:
    httpx.post(f"{url}/sim/faults", json={"faults": [fault]}, trust_env=False).raise_for_status()


def _forget(url: str) -> None:
    httpx.delete(f"{url}/sim/faults", trust_env=False).raise_for_status()
