"""What is kept how long, and how it goes."""
