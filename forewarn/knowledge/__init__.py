"""The knowledge base: its schema, how it is read from files, and how it is checked."""
