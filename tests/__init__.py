"""The tests: real Redis, real RQ workers, a simulated host over HTTP."""

from __future__ import annotations
