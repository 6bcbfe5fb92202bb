"""Live sessions under load: a small kind of session, nodes that serve it, people who connect."""
