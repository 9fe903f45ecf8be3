"""What is shipped: the plugins and all that they need, as zips that one unpacks and is done."""

from __future__ import annotations
