"""How much memory this process took at most (Linux)."""

from __future__ import annotations

from pathlib import Path


def reset_peak_memory() -> int:
    """Bytes in memory now, from which the peak counts again."""
    Path("/proc/self/clear_refs").write_text("5")
    return peak_memory()


def peak_memory(pid: int | str = "self") -> int:
    """Most bytes that the process had in memory at once."""
    status = Path(f"/proc/{pid}/status").read_text()
    line = next(line for line in status.splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) * 1024
