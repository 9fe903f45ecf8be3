"""The relay held to the Comfy API v2, by its document and by its SDK."""
