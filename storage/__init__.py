"""Tables, queries and migrations: each row carries its workspace, each query is scoped by it."""
