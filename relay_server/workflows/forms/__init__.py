"""Forms: what a workflow asks for, made of App mode, a form file or titles. Pure."""

from __future__ import annotations
