"""The page's files in the package are those that its sources give."""

import gzip
import hashlib
import re
from pathlib import Path

import pytest

from elbowroom.explore.page_files import page_file

FRONTEND = Path(__file__).parents[2] / "frontend"
BESIDE = ("build.mjs", "package-lock.json", "tsconfig.json")


def sources():
    """Return the paths of everything that decides what is built."""
    found = [path for path in (FRONTEND / "src").rglob("*") if path.is_file()]
    names = [path.relative_to(FRONTEND).as_posix() for path in found]
    return sorted([name for name in names if not name.endswith(".test.ts")] + [*BESIDE])


@pytest.mark.parametrize("name", ["explorer.js", "explorer.css"])
def test_the_built_file_is_that_of_the_sources(name):
    fingerprint = hashlib.sha256()
    for source in sources():
        fingerprint.update(source.encode() + b"\0" + (FRONTEND / source).read_bytes() + b"\0")
    head = page_file(name)[:400].decode()
    [stamped] = re.findall(r"sources: ([0-9a-f]{64})", head)
    assert stamped == fingerprint.hexdigest(), "a source was changed and not built: make page"


def test_the_page_is_the_source():
    assert page_file("index.html") == (FRONTEND / "src" / "index.html").read_bytes()


def test_the_runtime_unpacks_and_always_packs_to_the_same_bytes():
    packed = page_file("ort-wasm-simd-threaded.wasm.gz")
    assert packed[4:8] == b"\0\0\0\0"  # no time
    assert gzip.decompress(packed)[:8] == b"\0asm\1\0\0\0"


def test_no_source_is_long():
    long = {
        name: count
        for name in sources()
        if name.startswith("src/") and not name.endswith(".css")
        if (count := (FRONTEND / name).read_text("utf-8").count("\n")) > 300
    }
    assert long == {}
