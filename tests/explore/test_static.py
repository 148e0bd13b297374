"""The page as one file: what it carries, and that nothing in it can do harm."""

import dataclasses
import re
from html.parser import HTMLParser

import numpy as np
import pytest

from elbowroom.config import Config
from elbowroom.data import load
from elbowroom.errors import ConfigError, IncompatibleError
from elbowroom.explore import static
from elbowroom.explore.inlined import exactly, nearly, program
from elbowroom.explore.notebook import Explorer, explorer
from elbowroom.explore.onnx import Exported
from elbowroom.explore.page_files import page_with
from elbowroom.explore.session import Session
from elbowroom.explore.static import html_of, write_html
from tests.explore.runs import assembled
from tests.explore.unpacked import Unpacked

TINY = {"kind": "mlp", "hidden": [4]}
EXACT = {"start", "position", "colour/label"}
"""Parts that are written to tables, or that the model is asked about."""
HOSTILE = '</script><script>alert(1)</script><!-- $& ${x} "'


class Tags(HTMLParser):
    """The tags of a page as a browser finds them."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.found.append((tag, dict(attributes)))

    def scripts(self):
        return [attributes.get("type") for tag, attributes in self.found if tag == "script"]


@pytest.fixture
def without_graphs(monkeypatch):
    """Write pages without graphs, which take seconds to write."""

    def refuse(**refused):
        exported = Exported({"decode": b"", "see": b""}, {}, b"", refused)
        monkeypatch.setattr(static, "export", lambda run, **_: exported)

    refuse()
    return refuse


def test_the_file_carries_everything_and_asks_nobody(file_of):
    html = file_of("conditional")
    page, tags = Unpacked(html), Tags(html)

    assert len(html) < 8_000_000
    assert set(page.texts) == set(re.findall(r'"(part-\d+)"', html.split("{{")[0]))
    for tag, attributes in tags.found:
        assert tag not in ("link", "img", "iframe") or attributes["href"].startswith("data:")
        assert "src" not in attributes
    [allowed] = [a["content"] for t, a in tags.found if a.get("http-equiv")]
    assert "default-src 'none'" in allowed
    assert "connect-src 'none'" in allowed
    assert page.bytes_of(page.settings["runtime"])[:4] == b"\0asm"


def test_examples_are_in_the_file_exactly_and_parts_nearly(session_of, file_of):
    for name in ("conditional", "table"):
        session, page = session_of(name), Unpacked(file_of(name))
        held = page.about["held"]
        shown = session.examples(np.arange(held))
        assert np.array_equal(page.array("examples").reshape(held, -1).astype(np.float32), shown)
        for part, about in page.about["parts"].items():
            values = session.part(part).values
            assert tuple(about["shape"]) == values.shape
            found = page.array(part).reshape(values.shape)
            if part in EXACT or part.startswith("colour/factor:"):
                assert np.array_equal(found, values)
            else:
                assert np.allclose(found, values, rtol=1e-3, atol=1e-3)
    assert Unpacked(file_of("conditional")).file["arrays"]["examples"]["type"] == "uint8"


def test_places_in_large_data_are_exact(without_graphs, tmp_path):
    rows = np.random.default_rng(0).normal(size=(9000, 2)).astype(np.float32)
    years = np.arange(9000.0) + 30_000
    config = Config.from_dict(
        {"data": {"source": "<made>", "test": 0.6}, "model": {"latent": 2, "network": TINY}}
    )
    run = assembled(config, tmp_path / "run", load((rows, years)))
    session, page = Session.open(run), Unpacked(html_of([run], limit=10))
    for part in ("position", "colour/label"):
        assert session.part(part).values.max() > 2048  # the last whole number of float16's
        assert np.array_equal(page.array(part), session.part(part).values)


def test_the_map_of_a_file_holds_what_there_is_room_for(session_of, without_graphs, monkeypatch):
    run, said = session_of("table").run, []
    monkeypatch.setattr(static, "_ROOM", 40 * sum(run.model.units))
    assert Unpacked(html_of([run], say=said.append)).about["count"] == 20
    assert said == [f"{run.name}: codes of 2 units leave room for 20 examples."]


def test_names_that_look_like_tags_do_no_harm(session_of, without_graphs):
    run = session_of("table").run
    facts = {**run.facts, "name": HOSTILE}
    hostile = dataclasses.replace(run, path=run.path / HOSTILE.replace("/", "\u2044"), facts=facts)

    html = html_of([hostile])

    expected = Tags(html_of([run]))
    assert Tags(html).scripts() == expected.scripts()
    assert Unpacked(html).about["data"] == HOSTILE


def test_a_program_cannot_end_its_own_tag():
    text = 'const a = "</script><!--"; `${a}` + "$&";'
    html = page_with({}, title=HOSTILE, style="", script=program(text), parts="{{script}}")
    assert Tags(html).scripts() == ["application/json", "module"]
    assert r'"<\/script><\!--"; `${a}` + "$&";' in html
    assert HOSTILE not in html


def test_equal_runs_make_equal_files(session_of, without_graphs):
    run = session_of("table").run
    assert html_of([run]) == html_of([run])


def test_two_runs_of_the_same_data_share_what_is_equal(session_of, without_graphs):
    run = session_of("table").run
    one, two = html_of([run]), html_of([run, run])
    assert len(two) - len(one) < 20_000
    with pytest.raises(IncompatibleError, match="not of the same data"):
        html_of([run, session_of("binarised once").run])


def test_what_the_file_cannot_do_is_said_on_the_page_and_to_whoever_wrote_it(
    session_of, without_graphs, tmp_path
):
    without_graphs(encode="of a reason", score="of another")
    said = []
    path = write_html([session_of("table").run], tmp_path / "one" / "page.html", say=said.append)
    can = Unpacked(path.read_text()).about["can"]
    for verb, reason in {"encode": "of a reason", "score": "of another"}.items():
        assert f"cannot be had from a file alone: {reason}" in can[verb]
        assert "elbowroom explore RUN" in can[verb]
    assert "of another" in can["evidence"]
    assert can["decode"] is True
    one, both, size = said
    assert "The code of an example cannot be had from a file alone: of a reason" in one
    assert "What an example is worth and its log evidence cannot" in both
    assert "MB and opens in any browser" in size

    without_graphs(decode="of a reason")
    with pytest.raises(IncompatibleError, match="of a reason.*server shows any model"):
        html_of([session_of("table").run])


def test_fewer_examples_are_held_than_shown_where_that_is_asked(session_of, without_graphs):
    run = session_of("table").run
    page = Unpacked(html_of([run], limit=7))
    assert (page.about["held"], page.about["count"]) == (7, len(session_of("table").gallery))
    assert len(page.array("examples")) == 7 * session_of("table").gallery.values
    with pytest.raises(ConfigError, match="limit is 0"):
        html_of([run], limit=0)
    with pytest.raises(ConfigError, match="one run, or 2"):
        html_of([])


def test_a_notebook_shows_the_page_in_a_frame_of_its_own(session_of, without_graphs, tmp_path):
    shown = explorer(session_of("table").run, height=500)

    assert isinstance(shown, Explorer)
    framed = shown._repr_html_()
    [(tag, attributes)] = Tags(framed).found
    assert (tag, attributes["height"], attributes["srcdoc"]) == ("iframe", "500", shown.html)
    assert framed.isascii()
    assert "html=" not in repr(shown)
    assert shown.save(tmp_path / "page.html").read_text() == shown.html


@pytest.mark.parametrize(
    ("values", "kind"),
    [([0.0, 16.0], "uint8"), ([0.5, 1.0], "float32"), ([0.0, 256.0], "float32")],
)
def test_numbers_are_sent_in_as_few_bytes_as_will_do(values, kind):
    sent = exactly(np.array(values))
    assert sent.type == kind
    assert np.frombuffer(sent.content, kind).tolist() == values
    assert nearly(np.array([1e5, 0.5])).type == "float32"
