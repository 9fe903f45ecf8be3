"""The starter workflows: their forms, and what comes out of them on the simulated host."""
