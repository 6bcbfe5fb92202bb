"""The review of a version: what its page is told, drawings as pictures, notes as markers."""
