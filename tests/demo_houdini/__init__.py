"""`make demo-houdini`: a look, and a wedge of it through TOPs, in a simulated Houdini."""
