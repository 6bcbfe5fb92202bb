"""How fast the TLS carrier is when the line is not the limit: loopback, BLAKE3, files, two cores for both ends."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.freight.budget import budget
from benchmarks.result import Result, say

PROMISE = "freight-loopback"
BAR = 6.0
CPU_BAR = 5.0
GIGABYTES = 4
SHORT_GIGABYTES = 1
ROUNDS = 3


def once(folder: Path, sent: Path, out: Path) -> tuple[float, float, float]:
    """Carry the file once; return Gbit/s and processor seconds a GB of sender and receiver."""
    ends = [sys.executable, "-m", "benchmarks.freight.ends"]
    receiver = subprocess.Popen(  # noqa: S603
        [*ends, "receive", str(folder), str(out)], stdout=subprocess.PIPE, text=True
    )
    while not (folder / "session").exists():
        if receiver.poll() is not None:
            raise SystemExit("The receiver ended.")
    said = subprocess.run(  # noqa: S603
        [*ends, "send", str(folder), str(sent), "--streams", "2"],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    heard, _ = receiver.communicate(timeout=60)
    sender, taken = json.loads(said.stdout), json.loads(heard)
    size = sent.stat().st_size
    (folder / "session").unlink()
    return size * 8 / sender["seconds"] / 1e9, sender["cpu"] / size * 1e9, taken["cpu"] / size * 1e9


def main() -> int:
    """Run the benchmark; print its line."""
    size = (SHORT_GIGABYTES if sys.argv[1:2] == ["short"] else GIGABYTES) * 10**9
    memory = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    with tempfile.TemporaryDirectory(prefix="jumelage-bench-", dir=memory) as name:
        folder, sent, out = Path(name) / "shared", Path(name) / "sent", Path(name) / "out"
        for path in (sent, out):  # both exist before: fresh memory is not what is measured
            with path.open("wb") as file:
                for _ in range(size // 10**6):
                    file.write(os.urandom(10**6))
        prepare = [sys.executable, "-m", "benchmarks.freight.ends", "prepare", str(folder)]
        subprocess.run([*prepare, str(sent)], check=True, stdout=subprocess.DEVNULL)  # noqa: S603
        found = []
        for turn in range(ROUNDS):
            say(f"loopback, {size / 1e9:.0f} GB, turn {turn + 1}")
            found.append(once(folder, sent, out))
        same = subprocess.run(["cmp", str(sent), str(out)], check=False).returncode == 0  # noqa: S603, S607
        parts = budget(out)
    rate, sender, receiver = sorted(found)[ROUNDS // 2]
    for end, whole in (("sender", sender), ("receiver", receiver)):
        parts[end]["python, locks, the rest"] = round(whole - sum(parts[end].values()), 3)
        for name, seconds in parts[end].items():
            say(f"  {end:8} {name:24} {seconds:6.3f} s/GB  {seconds / whole:4.0%}")
    return Result(
        PROMISE, round(rate, 2), "Gbit/s", BAR,
        ok=same and rate >= BAR and sender + receiver <= CPU_BAR,
        conditions={
            "gigabytes": size / 1e9, "rounds": [round(r, 2) for r, _, _ in found],
            "cpu_s_per_gb": {"sender": round(sender, 2), "receiver": round(receiver, 2)},
            "profile_s_per_gb": parts,
            "two_cores_allow_gbit": round(2 * 8 / (sender + receiver), 1),
            "cores_for_10_gbit": {"sender": round(sender * 1.25, 1), "receiver": round(receiver * 1.25, 1)},
            "what": "TLS 1.3 over two connections, BLAKE3 of every 64 KiB at both ends, files in memory",
            "ten_gbit_needs": "these cores at each end, and two processes a side: one interpreter serves about "
                              "one core and a half before its lock is what is waited for",
        },
    ).finish()  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
