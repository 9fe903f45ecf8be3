"""Pictures and tables of the documents, made from what the code says of itself."""
