"""Names static files by their hash, and stays calm when one does not exist."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]  # WhiteNoise has no types
    """The collected files under hashed names; a missing one keeps its plain name.

    Without this, one missing file (a frontend that was never built) would make every page,
    the error page included, an error.
    """

    manifest_strict = False

    def stored_name(self, name: str) -> str:
        """Return the hashed name of *name*, or *name* itself when there is no such file."""
        try:
            return str(super().stored_name(name))
        except ValueError:
            return name
