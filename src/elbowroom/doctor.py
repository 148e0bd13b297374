"""What is installed here, what the machine has, and what is slow or broken and how to mend it.

Each check is one function that yields findings; nothing lists them but the order of this file.
"""

import importlib.metadata as metadata
import os
import platform
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from rich.table import Table

State = Literal["ok", "absent", "slow", "broken"]
_STYLES: dict[State, str] = {"ok": "green", "absent": "dim", "slow": "yellow", "broken": "red"}

_PACKAGES = ("torch", "numpy", "pydantic", "cyclopts", "safetensors", "scikit-learn", "matplotlib")
_GEMM = 1024  # rows of the square matrices that are multiplied: 2 * 1024^3 operations
_SLOW_GFLOPS = 5.0  # for each core; a core with AVX2 reaches 30 to 100
_SLOW_IMPORT_S = 8.0
_LITTLE_DISK_GB = 2.0


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Args:
        name: What was looked at.
        state: "ok", "absent" (optional and not there), "slow" or "broken".
        found: What was found.
        mend: What to do about it.
    """

    name: str
    state: State
    found: str
    mend: str = ""


@dataclass(frozen=True)
class Diagnosis:
    """All findings."""

    findings: tuple[Finding, ...]

    @property
    def exit_code(self) -> int:
        """1 where something is broken."""
        return int(any(finding.state == "broken" for finding in self.findings))

    def table(self) -> "Table":
        """Return the findings for a terminal."""
        from rich.markup import escape
        from rich.table import Table

        table = Table("", "", "found", "what to do", show_edge=False)
        for finding in self.findings:
            style = _STYLES[finding.state]
            state = f"[{style}]{finding.state}[/]"
            table.add_row(escape(finding.name), state, escape(finding.found), escape(finding.mend))
        return table

    def to_dict(self) -> dict[str, Any]:
        """Return the findings for JSON."""
        return {"findings": [asdict(finding) for finding in self.findings]}

    def __str__(self) -> str:
        return "\n".join(f"{f.name}: {f.state}, {f.found}. {f.mend}" for f in self.findings)


def diagnose() -> Diagnosis:
    """Look at the installation and the machine; takes about as long as importing torch.

    Returns:
        The findings; a check that fails itself is a finding too.
    """
    return Diagnosis(tuple(f for name, check in _CHECKS.items() for f in _guarded(name, check)))


def _guarded(name: str, check: Callable[[], Iterator[Finding]]) -> list[Finding]:
    try:
        return list(check())
    except (ImportError, OSError, RuntimeError, subprocess.SubprocessError) as error:
        return [Finding(name, "broken", f"{type(error).__name__}: {error}", _REINSTALL)]


_REINSTALL = "Install again: pip install --force-reinstall elbowroom"


def _check_versions() -> Iterator[Finding]:
    recent = sys.version_info >= (3, 11)
    version = platform.python_version()
    mend = "" if recent else "Elbowroom needs Python 3.11 or newer."
    yield Finding("python", "ok" if recent else "broken", version, mend)
    for package in ("elbowroom", *_PACKAGES):
        version = _version(package)
        yield Finding(
            package, "ok" if version else "broken", version or "not installed",
            "" if version else _REINSTALL,
        )  # fmt: skip


def _check_torch() -> Iterator[Finding]:
    started = time.perf_counter()
    already = "torch" in sys.modules
    import torch

    seconds = time.perf_counter() - started
    if not already:
        slow = seconds > _SLOW_IMPORT_S
        mend = "A slow disk, or the first import after installing?" if slow else ""
        yield Finding("import torch", "slow" if slow else "ok", f"{seconds:.1f} s", mend)
    product = torch.ones(2, 2) @ torch.ones(2, 2)
    right = bool((product == 2).all())
    yield Finding(
        "torch computes", "ok" if right else "broken", "yes" if right else "wrong product",
        "" if right else _REINSTALL,
    )  # fmt: skip


def _check_processor() -> Iterator[Finding]:
    import torch

    cores = _usable_cores()
    yield Finding("processor", "ok", f"{_processor_name()}, {cores} cores for this process")
    threads = torch.get_num_threads()
    asked = {name: os.environ[name] for name in _THREAD_VARIABLES if name in os.environ}
    found = f"{threads} threads" + "".join(f", {k}={v}" for k, v in asked.items())
    fewer, more = threads < cores // 2, threads > cores
    mend = {
        (True, False): f"Half of the cores idle: unset {' '.join(asked) or 'OMP_NUM_THREADS'}.",
        (False, True): f"More threads than cores fight: set OMP_NUM_THREADS={cores}.",
    }.get((fewer, more), "")
    yield Finding("threads", "slow" if mend else "ok", found, mend)


_THREAD_VARIABLES = ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def _check_speed() -> Iterator[Finding]:
    import torch

    matrix = torch.randn(_GEMM, _GEMM)
    matrix @ matrix  # the first product also starts the threads
    seconds = min(_timed(lambda: matrix @ matrix) for _ in range(3))
    gflops = 2 * _GEMM**3 / seconds / 1e9
    slow = gflops < _SLOW_GFLOPS * torch.get_num_threads()
    mend = "Is the machine busy, or this processor without AVX2?" if slow else ""
    found = f"{gflops:.0f} GFLOP/s in float32"
    yield Finding("matrix product", "slow" if slow else "ok", found, mend)


def _check_accelerators() -> Iterator[Finding]:
    import torch

    if torch.cuda.is_available():
        for index in range(torch.cuda.device_count()):
            gpu = torch.cuda.get_device_properties(index)
            found = f"{gpu.name}, {gpu.total_memory / 2**30:.0f} GiB"
            yield Finding(f"cuda:{index}", "ok", found)
    elif torch.version.cuda:
        mend = "torch was built for CUDA: is the NVIDIA driver installed and new enough?"
        yield Finding("cuda", "broken" if shutil.which("nvidia-smi") else "absent", "none", mend)
    else:
        has_gpu = shutil.which("nvidia-smi") is not None
        mend = "This torch has no CUDA: see pytorch.org for a build that has." if has_gpu else ""
        yield Finding("cuda", "slow" if has_gpu else "absent", "torch without CUDA", mend)
    if sys.platform == "darwin":
        there = torch.backends.mps.is_available()
        yield Finding("mps", "ok" if there else "absent", "available" if there else "none")


def _check_compiler() -> Iterator[Finding]:
    compiler = next(filter(None, map(shutil.which, ("c++", "g++", "clang++", "cl"))), None)
    if compiler is None:
        mend = "--training.compile needs one: install g++ (apt install g++) or clang."
        yield Finding("C++ compiler", "absent", "none", mend)
        return
    answer = subprocess.run(
        [compiler, "--version"], capture_output=True, text=True, timeout=20, check=False
    )
    version = (answer.stdout or answer.stderr or "?").splitlines()[0]
    yield Finding("C++ compiler", "ok", f"{version}, for --training.compile")


def _check_disk() -> Iterator[Finding]:
    free = shutil.disk_usage(".").free / 1e9
    little = free < _LITTLE_DISK_GB
    mend = "Runs and checkpoints may not fit: free some space." if little else ""
    yield Finding("disk", "slow" if little else "ok", f"{free:.1f} GB free in this folder", mend)


def _check_extras() -> Iterator[Finding]:
    for extra, packages in sorted(_extras().items()):
        missing = [package for package in packages if not _version(package)]
        mend = f"If you want it: pip install 'elbowroom[{extra}]'" if missing else ""
        found = f"without {', '.join(missing)}" if missing else ", ".join(packages)
        yield Finding(f"extra '{extra}'", "absent" if missing else "ok", found, mend)


def _check_torchvision() -> Iterator[Finding]:
    """Torchvision of another build crashes whoever imports it; it is never imported here."""
    vision, torch_version = _version("torchvision"), _version("torch")
    if vision and torch_version and vision.partition("+")[2] != torch_version.partition("+")[2]:
        found = f"torchvision {vision} beside torch {torch_version}"
        yield Finding("torchvision", "broken", found, "Install both from the same index.")


_CHECKS: dict[str, Callable[[], Iterator[Finding]]] = {
    name.removeprefix("_check_"): value
    for name, value in list(globals().items())
    if name.startswith("_check_")
}


def _extras() -> dict[str, list[str]]:
    """Return the packages of each extra, as this package's metadata say."""
    if not _version("elbowroom"):
        return {}
    extras: dict[str, list[str]] = {}
    for requirement in metadata.requires("elbowroom") or []:
        package = re.match(r"[\w.-]+", requirement)
        marker = re.search(r"""extra == ['"]([\w-]+)['"]""", requirement)
        if package and marker and package[0] != "elbowroom":
            extras.setdefault(marker[1], []).append(package[0])
    return extras


def _version(package: str) -> str | None:
    try:
        return metadata.version(package)
    except metadata.PackageNotFoundError:
        return None


def _usable_cores() -> int:
    affinity = getattr(os, "sched_getaffinity", None)
    return len(affinity(0)) if affinity else os.cpu_count() or 1


def _processor_name() -> str:
    listing = Path("/proc/cpuinfo")
    lines = listing.read_text().splitlines() if listing.is_file() else []
    names = (line.split(":", 1)[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor() or platform.machine())


def _timed(work: Callable[[], Any]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started
