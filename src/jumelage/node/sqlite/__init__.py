"""Django's SQLite, whose connections say when they want to write (`kit.sql.turns`)."""
