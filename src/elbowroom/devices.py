"""Which device and which precision to compute in."""

import torch

from elbowroom.errors import DeviceError


def device_for(name: str) -> torch.device:
    """Return a device by name, 'auto' being the fastest there is.

    Raises:
        DeviceError: If this machine does not have it.

    Example:
        >>> device_for("cpu")
        device(type='cpu')
    """
    present = {"cpu": True, "cuda": torch.cuda.is_available(), "mps": _has_mps()}
    if name == "auto":
        return torch.device(next(kind for kind in ("cuda", "mps", "cpu") if present[kind]))
    kind, _, index = name.partition(":")
    here = ", ".join(kind for kind, there in present.items() if there)
    if kind not in present or not present[kind]:
        raise DeviceError(f"there is no device {name!r} on this machine: use one of {here}, auto")
    if index and not (kind == "cuda" and index.isdigit()):
        raise DeviceError(f"{name!r} is no device: use one of {here}, auto, or cuda:0, cuda:1, ...")
    if index and int(index) >= torch.cuda.device_count():
        raise DeviceError(
            f"there is no device {name!r}: this machine has {torch.cuda.device_count()} GPU(s), "
            "counted from 0"
        )
    return torch.device(name)


def _has_mps() -> bool:
    return torch.backends.mps.is_available()


def autocast_for(device: torch.device, precision: str) -> torch.autocast | None:
    """Return the mixed-precision context, or None to compute in float32.

    bfloat16 is 'auto' on a GPU that has it; on CPUs without native support it is some 7 times
    slower than float32. It has float32's range, so no gradient scaler is needed; distributions
    compute in float32 all the same.
    """
    fast = device.type == "cuda" and torch.cuda.is_bf16_supported()
    wanted = fast if precision == "auto" else precision == "bfloat16"
    return torch.autocast(device.type, torch.bfloat16) if wanted else None
