"""What is kept how long: on a real Redis and a real folder."""
