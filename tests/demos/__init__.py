"""What the demos of the DCCs share: a stage for them, and how they tell what happens."""
