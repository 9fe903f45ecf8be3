"""The bytes of every picture and result, named by their hash."""
