"""The doctor: every finding says what was found, and every fault how to mend it."""

import json
from collections.abc import Callable, Iterator
from importlib import metadata

import pytest

from elbowroom import doctor
from elbowroom.cli import main
from elbowroom.doctor import Diagnosis, Finding, diagnose


@pytest.fixture(scope="module")
def diagnosis() -> Diagnosis:
    return diagnose()


def test_this_installation_is_sound(diagnosis: Diagnosis) -> None:
    assert diagnosis.exit_code == 0
    assert not [finding for finding in diagnosis.findings if finding.state == "broken"]


def test_every_fault_comes_with_what_to_do(diagnosis: Diagnosis) -> None:
    faults = [finding for finding in diagnosis.findings if finding.state in ("slow", "broken")]
    assert not [finding for finding in faults if not finding.mend]


@pytest.mark.parametrize(
    "name",
    ["python", "elbowroom", "torch", "numpy", "processor", "threads", "matrix product", "disk"],
)
def test_what_is_looked_at(diagnosis: Diagnosis, name: str) -> None:
    [finding] = [finding for finding in diagnosis.findings if finding.name == name]
    assert finding.found


def test_every_extra_is_looked_at(diagnosis: Diagnosis) -> None:
    declared = metadata.metadata("elbowroom").get_all("Provides-Extra") or []
    names = {finding.name for finding in diagnosis.findings}
    direct = doctor._extras()
    assert set(direct) <= set(declared)
    assert {f"extra '{name}'" for name in direct} <= names


def test_versions_are_those_installed(diagnosis: Diagnosis) -> None:
    found = {finding.name: finding.found for finding in diagnosis.findings}
    assert found["numpy"] == metadata.version("numpy")


def test_a_missing_package_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "_version", lambda name: None if name == "safetensors" else "1.0")
    broken = [finding for finding in doctor._check_versions() if finding.state == "broken"]
    assert [finding.name for finding in broken] == ["safetensors"]
    assert "pip install" in broken[0].mend


def test_a_check_that_fails_is_a_finding(monkeypatch: pytest.MonkeyPatch) -> None:
    def crash() -> Iterator[Finding]:
        raise OSError("no such thing")
        yield

    checks: dict[str, Callable[[], Iterator[Finding]]] = {"thing": crash}
    monkeypatch.setattr(doctor, "_CHECKS", checks)
    found = diagnose()
    assert found.exit_code == 1
    assert "no such thing" in str(found)


def test_torchvision_of_another_build_is_reported_not_imported(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    versions = {"torchvision": "0.28.0+cu130", "torch": "2.13.0+cpu"}
    monkeypatch.setattr(doctor, "_version", versions.get)
    [finding] = doctor._check_torchvision()
    assert finding.state == "broken"


def test_too_many_threads_are_slow(monkeypatch: pytest.MonkeyPatch) -> None:
    import torch

    monkeypatch.setattr(doctor, "_usable_cores", lambda: 2)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 8)
    threads = [finding for finding in doctor._check_processor() if finding.name == "threads"]
    assert threads[0].state == "slow"
    assert "OMP_NUM_THREADS=2" in threads[0].mend


def test_the_command_prints_json(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    diagnosis: Diagnosis,
) -> None:
    monkeypatch.setattr(doctor, "diagnose", lambda: diagnosis)
    assert main(["doctor", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == diagnosis.to_dict()
    assert main(["doctor"]) == 0
    assert "GFLOP/s" in capsys.readouterr().out
