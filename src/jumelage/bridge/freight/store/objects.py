"""Blobs in a bucket of an S3-compatible object store.

    <prefix>/blobs/ab/<root>, <prefix>/tables/ab/<root>, <prefix>/damaged/<root>, <prefix>/store-id

An object store shows an object only when its upload is complete, so what a folder does by
renaming happens there. Uploads go in parts whose SHA-256 is part of the signature and of the
check sum the server keeps; afterwards the size and both ends are read back. Reading verifies
every chunk as always.

The setting is `s3://bucket/prefix?endpoint=https://…&region=…`; the credentials come from the
environment (`AWS_ACCESS_KEY_ID`, `AWS_SECRET_ACCESS_KEY`), never from a file of settings.
"""

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import obstore
from obstore.exceptions import BaseError
from obstore.store import S3Store

from jumelage.bridge.freight.errors import DamagedBlobError, StoreError, UnknownBlobError
from jumelage.bridge.freight.packing.lists import hashes_of, lengths_of
from jumelage.bridge.freight.packing.roots import ROW, chunk_hash
from jumelage.bridge.freight.store.blobs import ALONE, IDENTITY, Held, Part
from jumelage.bridge.freight.store.local import HEX_DIGITS, NAME_FILE

PIECE = 16 * 1024 * 1024
"""Bytes of a part of an upload, and of a download; S3 takes 10,000 parts: 156 GiB a blob."""
MOST_PIECES = 10_000
UPLOADS = 4
RETRIES = 5
"""Of one request; whoever asked tries again later, as after any cut."""
FAILURES = (BaseError, OSError)
"""What the library raises; of a bucket that is not there it says FileNotFoundError."""


class Bucket:
    """Blobs below the address *where*, `s3://bucket/prefix?endpoint=…&region=…`."""

    def __init__(self, where: str) -> None:
        parts = urlsplit(where)
        options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
        if not parts.netloc or not options.keys() <= {"endpoint", "region"}:
            raise StoreError(reason=where)
        config: dict[str, str | bool] = {"checksum_algorithm": "SHA256"}
        endpoint = options.get("endpoint", "")
        config |= {name: value for name, value in options.items() if value}
        self._prefix = parts.path.strip("/")
        self._address = f"{parts.netloc}/{self._prefix}"
        self.store = S3Store(
            parts.netloc,
            config=config,  # type: ignore[arg-type]  # names of S3Config
            client_options={
                "allow_http": endpoint.startswith("http://"),
                "connect_timeout": "10s",
                "timeout": "300s",
            },
            retry_config={"max_retries": RETRIES, "retry_timeout": timedelta(minutes=1)},
        )

    def identity(self) -> str | None:
        """Return the name this place was given when it was first used."""
        found = self._get(self._key(NAME_FILE)) or b""
        name, _, place = found.decode("utf-8", "replace").strip().partition(" ")
        return name if IDENTITY.fullmatch(name) and place == self._address else None

    def identify(self, name: str) -> None:
        """Give this place its *name*."""
        self._put(self._key(NAME_FILE), f"{name} {self._address}".encode())

    def size(self, root: bytes) -> int | None:
        """Return the size in bytes, or None when the blob is not held."""
        try:
            return obstore.head(self.store, self.place(root))["size"]
        except FileNotFoundError:
            return None
        except FAILURES as error:
            raise _refusal(error) from error

    def read(self, root: bytes, offset: int, length: int) -> bytes:
        """Return bytes of a blob, fewer at its end, not verified.

        Raises: UnknownBlobError; StoreError.
        """
        key, end = self.place(root), offset + length
        if not length:
            return b""
        try:
            return bytes(obstore.get_range(self.store, key, start=offset, end=end))
        except FileNotFoundError as error:
            raise UnknownBlobError(root=root.hex()) from error
        except FAILURES as error:
            size = self.size(root)
            if size is None or offset < size:
                raise _refusal(error) from error
            return b""  # nothing lies beyond the end

    def table(self, root: bytes) -> bytes | None:
        """Return the chunk table kept beside the blob, not verified; None when there is none."""
        return self._get(self.place(root, "tables"))

    def adopt(self, parts: Iterable[Part]) -> None:
        """Upload *parts*, whose files are gone afterwards; durable when this returns."""
        with ThreadPoolExecutor(UPLOADS) as threads:
            list(threads.map(self._adopt_one, parts))

    def _adopt_one(self, part: Part) -> None:
        if len(part.table) > ALONE * ROW.size:
            self.keep_table(part.root, part.table)
        size = Path(part.path).stat().st_size
        piece = max(PIECE, -(-size // MOST_PIECES))
        try:
            obstore.put(
                self.store,
                self.place(part.root),
                Path(part.path),
                use_multipart=size > piece,
                chunk_size=piece,
                max_concurrency=UPLOADS,
            )
        except FAILURES as error:
            raise _refusal(error) from error
        self._look_back(part, size)
        Path(part.path).unlink()

    def _look_back(self, part: Part, size: int) -> None:
        """Read the size, the first and the last chunk of an uploaded blob again."""
        lengths, names = lengths_of(part.table), list(hashes_of(part.table))
        if self.size(part.root) != size:
            raise DamagedBlobError(root=part.root.hex(), offset=0)
        for number in {0, len(names) - 1} if names else ():
            place = sum(lengths[:number])
            if chunk_hash(self.read(part.root, place, lengths[number])) != names[number]:
                raise DamagedBlobError(root=part.root.hex(), offset=place)

    def keep_table(self, root: bytes, table: bytes) -> None:
        """Keep *table* beside the blob, in the place of what was there."""
        self._put(self.place(root, "tables"), table)

    def copy(self, root: bytes, target: Path) -> None:
        """Write the whole blob to the new file *target*, not verified.

        Raises: UnknownBlobError; FileExistsError; StoreError.
        """
        size = self.size(root)
        if size is None:
            raise UnknownBlobError(root=root.hex())
        with target.open("xb") as file:
            for place in range(0, size, PIECE):
                file.write(self.read(root, place, PIECE))

    def remove(self, root: bytes) -> None:
        """Forget the blob and its table, if they are there."""
        for kind in ("blobs", "tables"):
            self._delete(self.place(root, kind))

    def set_aside(self, root: bytes) -> str:
        """Move a damaged blob where nobody finds it by its root; return where that is."""
        aside = self._key(f"damaged/{root.hex()}")
        try:
            obstore.copy(self.store, self.place(root), aside)
        except FAILURES as error:
            raise _refusal(error) from error
        self.remove(root)
        return aside

    def walk(self) -> Iterator[Held]:
        """Yield every blob, in no order."""
        for root, size in self._entries("blobs"):
            yield Held(root, size)

    def tables(self) -> Iterator[bytes]:
        """Yield the root of every chunk table, in no order."""
        for root, _size in self._entries("tables"):
            yield root

    def shares(self, _folder: Path) -> bool:
        """Tell that it does not: what is in a bucket is nowhere on this machine."""
        return False

    def _entries(self, kind: str) -> Iterator[tuple[bytes, int]]:
        try:
            for batch in obstore.list(self.store, prefix=self._key(kind)):
                for entry in batch:
                    name = entry["path"].rpartition("/")[2]
                    if len(name) == HEX_DIGITS:
                        yield bytes.fromhex(name), entry["size"]
        except FAILURES as error:
            raise _refusal(error) from error

    def _key(self, name: str) -> str:
        return f"{self._prefix}/{name}" if self._prefix else name

    def place(self, root: bytes, kind: str = "blobs") -> str:
        """Return the key of the blob *root* or of its table."""
        name = root.hex()
        return self._key(f"{kind}/{name[:2]}/{name}")

    def _get(self, key: str) -> bytes | None:
        try:
            return bytes(obstore.get(self.store, key).bytes())
        except FileNotFoundError:
            return None
        except FAILURES as error:
            raise _refusal(error) from error

    def _put(self, key: str, data: bytes) -> None:
        try:
            obstore.put(self.store, key, data, use_multipart=False)
        except FAILURES as error:
            raise _refusal(error) from error

    def _delete(self, key: str) -> None:
        try:
            obstore.delete(self.store, key)
        except FileNotFoundError:
            return
        except FAILURES as error:
            raise _refusal(error) from error


def _refusal(error: Exception) -> StoreError:
    """Return what a person reads: the first line, without the requests of the library."""
    return StoreError(reason=str(error).partition("\n")[0][:300])
