"""`make demo-nuke`: the shipped gizmo, from the button to the farm, in a simulated Nuke."""
