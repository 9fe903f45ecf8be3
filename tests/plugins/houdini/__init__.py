"""The skin for Houdini."""
