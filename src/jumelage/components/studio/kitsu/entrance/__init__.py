"""How a request comes in: past the middleware, with a token, compressed on its way out."""
