"""The plugins' core in a DCC that really runs: Blender as a Python module, without a window.

`make test-blender` installs it once. What stands beside the tests runs in Blender's own Python:
`scene.py` and `node.py` are its skin, `farm.py` and `session.py` the two ways to use it.
"""
