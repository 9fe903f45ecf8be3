"""The plugin's own settings on a node: their names, and what `Node.option` may answer.

A skin that lacks one answers "", which is the first that is named.
"""

from __future__ import annotations

FRAMES = "frames"  # frame (the current one), input (the input's range), or "1001-1100x2, 1110"
SEED_POLICY = "seed_policy"  # a policy of seeds.py
DEPTH = "depth"  # what float goes as: 32f or 16f
ALPHA = "alpha"  # "1": an image's alpha goes along
MASK_CHANNEL = "mask_channel"  # alpha, red, ...: which channel of what is wired is the mask
FIT = "fit"  # pad (by mirror, and crop back), or stretch
PRIORITY = "priority"  # interactive, shot or batch
NAME = "name"  # of the results' files; "" is the node's own name
