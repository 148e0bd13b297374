"""The Python in the README runs, as it stands there and in its order."""

import re
from pathlib import Path

import pytest

from elbowroom.commands import COMMANDS

README = Path(__file__).parents[1] / "README.md"
BLOCKS = re.findall(r"```python\n(.*?)```", README.read_text(), flags=re.DOTALL)
LINES = re.findall(r"^elbowroom (\S+)(.*?)(?:  #.*)?$", README.read_text(), flags=re.MULTILINE)


@pytest.mark.parametrize("block", BLOCKS, ids=range(len(BLOCKS)))
def test_a_block_of_python_runs(block, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    shorter = block.replace("epochs=20", "epochs=1").replace(
        'model={"latent": 8}', 'model={"latent": 2}, training={"epochs": 1}'
    )
    exec(shorter.replace("target_error=0.05", "target_error=2.0"), {})
    assert capsys.readouterr().out


@pytest.mark.parametrize("line", LINES, ids=" ".join)
def test_a_command_line_exists_with_its_options(line):
    from elbowroom.cli.app import make_app

    name, rest = line
    assert name in {known.replace("_", "-") for known in COMMANDS}
    words = rest.split()
    _, bound, _ = make_app(lambda result, json: 0).parse_args([name, *words])
    assert bound is not None
