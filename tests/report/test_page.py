"""The page: complete, self-contained, well formed, and deaf to what names in data try."""

import re
from html.parser import HTMLParser

import numpy as np
import pytest
import torch

from elbowroom.report import Material, write
from elbowroom.report.page.html import Markup, joined, table, tag
from elbowroom.report.page.page import page, sections_of
from elbowroom.report.words import trust

from .conftest import HOSTILE

VOID = {"meta", "br", "img", "hr", "link"}

MEASURED = [
    "Example by example",
    "What the gap and the rate are made of",
    "What is wrong, if anything",
    "Where the prior has the fewest codes",
]
ALL = [
    "What it keeps of an example",
    "What it makes up",
    "Where it puts things",
    "What the latent units do",
    "From one example to another",
    "Evidence",
    *MEASURED,
    "How it learned",
    "How it was made",
]


class Reader(HTMLParser):
    """Reads a page and fails where tags do not nest."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[tuple[str, dict]] = []
        self.words: list[str] = []
        self.headings: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open and self.open.pop() == tag

    def handle_data(self, data):
        if self.open and self.open[-1] not in ("style", "script"):
            self.words.append(data)
        if self.open and self.open[-1] == "h2":
            self.headings.append(data)

    @property
    def text(self) -> str:
        return " ".join(" ".join(self.words).split())


def read(run) -> Reader:
    """Return the page without its drawings, which take most of the time."""
    material = Material(run)
    sections = sections_of(material)
    empty = {plate.name: Markup("") for part in sections for plate in part.plates}
    return Reader(page(material, sections, empty))


def check_alone(text: str, reader: Reader) -> None:
    """Nothing on the page is fetched from anywhere."""
    for _, attributes in reader.tags:
        for name in ("src", "href", "xlink:href", "data", "action", "srcset"):
            value = attributes.get(name)
            assert value is None or value.startswith(("data:", "#")), value
    assert not {"script", "link", "iframe", "object"} & {name for name, _ in reader.tags}
    assert "@import" not in text and not re.search(r"url\((?!#)", text)


@pytest.mark.parametrize(
    "kind",
    [
        {"data": "digits", "latent": 8},
        {"data": "hostile", "latent": 2},
        {"data": "digits", "latent": 2, "posterior": "deterministic", "objective": "autoencoder"},
    ],
    ids=["digits", "hostile names", "autoencoder"],
)
def test_the_page_is_whole_and_needs_nothing_else(run_of, kind):
    run = run_of(**kind)
    path = write(run)
    text = path.read_text()
    reader = Reader(text)
    check_alone(text, reader)
    ids = [attributes["id"] for _, attributes in reader.tags if "id" in attributes]
    assert len(ids) == len(set(ids))
    drawn = [a["aria-label"] for name, a in reader.tags if name == "svg"]
    names = {file.stem for file in (run.path / "figures").iterdir()}
    assert len(drawn) == len(names) and all(drawn)
    for name in names:
        assert (run.path / "figures" / f"{name}.png").read_bytes()[:4] == b"\x89PNG"
        assert "<svg" in (run.path / "figures" / f"{name}.svg").read_text()
    assert path == run.path / "report.html"


def test_writing_again_gives_the_same_page_and_leaves_nothing_else_changed(run_of):
    run = run_of("digits", epochs=1)
    state, first = torch.random.get_rng_state(), write(run).read_bytes()
    assert write(run).read_bytes() == first
    assert torch.equal(torch.random.get_rng_state(), state)
    # Each file was written beside its place and moved there: no half of one is left.
    assert not list(run.path.rglob(".*"))


@pytest.mark.parametrize(
    ("data", "latent"),
    [("digits", 1), ("digits", 8), ("colours", 2), ("opacity", 8), ("table", 1), ("table", 8)],
)
def test_every_kind_of_run_has_every_section(run_of, data, latent):
    run = run_of(data, latent=latent)
    assert read(run).headings == ALL


def test_units_and_factors_meet_where_examples_suffice(run_of):
    run, heading = run_of("factors", latent=3, measured=False), "How units and factors meet"
    shown = {
        split: {section.title: section for section in sections_of(Material(run, split))}
        for split in ("train", "test")
    }
    assert heading in shown["train"] and heading not in shown["test"]  # 40 where it takes 100
    captions = [plate.caption for plate in shown["train"][heading].plates]
    assert "These predictors are linear" in captions[1]


def test_the_headline_is_the_number_that_evaluate_wrote(run_of):
    run = run_of("digits", latent=8)
    [evidence] = [n for n in run.results["evaluate-test"]["numbers"] if n["name"] == "log evidence"]
    text = read(run).text
    assert f"{-evidence['value']:.0f}" in text and "log evidence" in text
    assert trust(evidence) in text
    assert f"{evidence['bits_per_dimension']:.3f}" in text


def test_one_epoch_has_no_learning_curves(run_of):
    assert read(run_of("digits", epochs=1)).headings == [h for h in ALL if h != "How it learned"]


def test_an_evidence_that_nothing_fitted_is_not_trusted(run_of):
    reader = read(run_of("digits", latent=2, objective="autoencoder"))
    assert "An autoencoder learned" in reader.text and "A variational" not in reader.text
    assert "What it makes up" not in reader.headings
    assert "nothing in the training held the codes near the prior" in reader.text
    assert "can be trusted" not in reader.text and "Take it as a lower bound" not in reader.text


def test_an_autoencoder_has_no_samples_and_no_evidence(run_of):
    reader = read(run_of("digits", latent=2, posterior="deterministic", objective="autoencoder"))
    missing = {"What it makes up", "Evidence", *MEASURED}
    assert reader.headings == [heading for heading in ALL if heading not in missing]
    assert "An autoencoder learned" in reader.text and "nats per example, ±" not in reader.text


def test_without_an_evaluation_the_page_says_how_to_get_one(run_of):
    run = run_of("digits", measured=False)
    assert f"elbowroom evaluate {run.path}" in read(run).text


def test_hostile_names_are_text(run_of):
    reader = read(run_of("hostile", folder="<b>&'\"run"))
    assert HOSTILE[0] in reader.text and "<b>&'\"run" in reader.text
    assert not {"script", "b"} & {name for name, _ in reader.tags}


def test_what_a_report_shows_fits_together(run_of):
    material = Material(run_of("opacity", latent=8))
    count = len(material.data)
    assert material.codes.shape == (count, 8)
    assert material.reconstructions.shape == material.originals.shape == (count, 4, 6, 5)
    np.testing.assert_array_equal(
        material.decode(material.codes.reshape(1, count, 8))[0], material.reconstructions
    )
    chosen = material.varied(4)
    assert list(material.data.labels[chosen]) == [0, 1, 0, 1]
    assert set(np.flatnonzero(material.active)) <= set(material.by_use)
    assert (np.diff(material.rates[material.by_use]) <= 0).all()


def test_pca_with_all_components_is_exact_and_its_map_is_its_codes(run_of):
    material = Material(run_of("table", latent=8))
    assert material.pca.components == 5
    chosen = material.varied(3)
    shown = material.originals[chosen]
    np.testing.assert_allclose(material.pca_reconstructions(shown), shown, rtol=1e-4, atol=1e-4)
    assert material.errors["PCA"].value < 1e-4 < material.errors["VAE"].value


def test_html_escapes_text_and_keeps_markup():
    assert tag("p", "<i>", tag("i", "&"), title='"<') == (
        '<p title="&quot;&lt;">&lt;i&gt;<i>&amp;</i></p>'
    )
    assert joined("<", None, Markup("<br>"), 3) == "&lt;<br>3"
    assert '<th scope="row">&lt;</th>' in table(("a",), [("<",)])


@pytest.mark.parametrize(
    ("flagged", "words"),
    [(0.0, "can be trusted"), (0.2, "somewhat higher"), (0.9, "lower bound only"), (None, "")],
)
def test_trust_follows_the_share_flagged(flagged, words):
    said = trust({"flagged": flagged, "samples": 1000})
    assert words in said and bool(said) == (flagged is not None)
