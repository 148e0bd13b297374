"""What all tests share: one thread a worker, a fixed seed, no window, no network."""

import os
import random
import sys

# Before anything imports torch or NumPy, which read these once. Two workers of pytest-xdist share
# two cores; and with one thread the order of additions, so every last bit, is the same each time.
if "PYTEST_XDIST_WORKER" in os.environ:
    for variable in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ[variable] = "1"
os.environ["MPLBACKEND"] = "Agg"
os.environ["HF_HUB_OFFLINE"] = "1"
# A terminal's width and colours must not decide what a message looks like to a test.
os.environ["COLUMNS"] = "100"
os.environ["NO_COLOR"] = "1"

import hypothesis
import pytest

hypothesis.settings.register_profile("local", deadline=None, max_examples=50)
hypothesis.settings.register_profile("ci", deadline=None, max_examples=50, derandomize=True)
hypothesis.settings.load_profile("ci" if os.environ.get("CI") else "local")


@pytest.fixture(autouse=True)
def seed() -> int:
    """Seed every global generator before each test, so that its order among others is no matter.

    torch and NumPy are seeded where a test module has imported them: a test of the command line's
    help should not pay for, nor hide, an import of torch.
    """
    value = 0
    random.seed(value)
    if "numpy" in sys.modules:
        sys.modules["numpy"].random.seed(value)
    if "torch" in sys.modules:
        sys.modules["torch"].manual_seed(value)
    return value
