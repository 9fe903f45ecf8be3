"""Looks at everything that a relay is made of, and says what is wrong."""
