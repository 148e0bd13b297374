"""The model card: complete, valid Markdown whatever the data are called, right references."""

import re

import pytest

from elbowroom.references import references_of
from elbowroom.report import write_card
from elbowroom.report.card import code, text


def cited(run) -> list[str]:
    return re.findall(r"@\w+\{(\w+),", write_card(run).read_text())


def test_a_card_says_what_a_stranger_needs(run_of):
    run = run_of("digits", latent=8)
    card = write_card(run).read_text()
    for heading in ("What it is", "Numbers", "Limits", "How to use it", "Methods"):
        assert f"\n## {heading}\n" in card
    assert run.facts["digest"] in card and repr(run.model) in card
    assert "Distortion() + Weighted(1, Rate())" in card
    [evidence] = [n for n in run.results["evaluate-test"]["numbers"] if n["name"] == "log evidence"]
    row = next(line for line in card.splitlines() if line.startswith("| log evidence"))
    assert f"{abs(evidence['value']):.0f}" in row and "nats" in row and "30" in row
    assert f"seed {run.results['evaluate-test']['seed']}" in card


def test_the_python_in_a_card_runs(run_of, monkeypatch):
    from elbowroom.run import Run

    run = run_of("digits", latent=8)
    card = write_card(run).read_text()
    [script] = re.findall(r"```python\n(.*?)```", card, flags=re.DOTALL)
    # The data of this run were in memory, which a run opened from its folder does not have.
    monkeypatch.setattr(Run, "load", lambda path: run)
    names: dict = {}
    exec(script, names)
    assert names["codes"].shape == (10, 8) and names["made"].shape == (10, 1, 8, 8)


def test_every_table_row_has_as_many_cells_as_its_head(run_of):
    card = write_card(run_of("hostile", folder="a|b")).read_text()
    for block in re.findall(r"(?:^\|.*\n)+", card, flags=re.MULTILINE):
        cells = {len(re.findall(r"(?<!\\)\|", line)) for line in block.splitlines()}
        assert len(cells) == 1
    assert "<script>" not in card


@pytest.mark.parametrize(
    ("kind", "keys"),
    [
        ({}, {"kingma2014auto", "rezende2014stochastic"}),
        ({"beta": 4.0}, {"kingma2014auto", "higgins2017beta"}),
        (
            {"posterior": "deterministic", "objective": "autoencoder"},
            {"hinton2006reducing"},
        ),
    ],
    ids=["VAE", "beta-VAE", "autoencoder"],
)
def test_a_card_cites_what_the_run_used(run_of, kind, keys):
    found = cited(run_of("digits", **kind))
    assert keys <= set(found) and len(found) == len(set(found))
    assert ("higgins2017beta" in found) == ("beta" in kind)
    assert ("kingma2014auto" in found) != ("posterior" in kind)


def test_bibtex_entries_are_closed():
    likelihood, objective = (
        {"kind": "optimal-gaussian"},
        {"kind": "elbo", "beta": {"kind": "warmup", "end": 4.0}},
    )
    model = {"posterior": {"kind": "diagonal-gaussian"}, "likelihood": likelihood}
    papers = references_of({"model": model, "objective": objective})
    assert {"Rybkin et al. (2021)", "Higgins et al. (2017)"} <= {paper.short for paper in papers}
    for paper in papers:
        assert paper.bibtex.count("{") == paper.bibtex.count("}")


def test_a_card_without_numbers_says_how_to_get_them(run_of):
    assert "elbowroom evaluate" in write_card(run_of("digits", measured=False)).read_text()


def test_markdown_is_escaped():
    assert text("# *a* [b](c) <d>\n`e` | f & g") == (
        r"\# \*a\* \[b\](c) &lt;d&gt; \`e\` \| f &amp; g"
    )
    assert code("a``b") == "``` a``b ```"
