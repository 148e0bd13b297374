"""The numbers of a report: headline tiles, the evidence table, the errors of reconstructions."""

from collections.abc import Mapping
from typing import Any

from elbowroom.report.material import Material
from elbowroom.report.page.evidence import both_sides, not_measured
from elbowroom.report.page.html import Markup, joined, table, tag
from elbowroom.report.page.section import Section
from elbowroom.report.words import counted, error_text, quantity, share, worth

_MEANING = {
    "log evidence": "log p(x): how probable the model finds an example; higher is better",
    "ELBO": "a lower bound on it, −(distortion + rate): what training raises",
    "distortion": "−log p(x | z): what the code fails to say about the example",
    "rate": "KL from posterior to prior: what the code itself costs",
}
_OF_LEVEL = "the part of the rate that this level of codes costs; z1 is next to the data"


def tiles(material: Material) -> Markup:
    """Return the headline numbers."""
    found = []
    evidence = material.estimate("log evidence")
    if evidence is not None:
        value = quantity(evidence["value"], evidence["data_error"])
        flagged = evidence["flagged"]
        doubt = "" if flagged is None else f", {share(flagged)} flagged"
        found.append((value, "log evidence", f"nats per example, ± over examples{doubt}"))
        bits = evidence["bits_per_dimension"]
        dense = material.evaluation.get("measure") == "density"
        note = "; of a density, so below 0 is possible" if dense else ""
        if bits is not None:
            found.append((quantity(bits), "bits per dimension", f"the same, lower is better{note}"))
    if material.probabilistic:
        used = f"{material.active.sum()} of {material.latent}"
        found.append((used, "latent units in use", "their codes differ between examples"))
    else:
        found.append((f"{material.latent}", "latent units", "without noise and without a rate"))
    ours, pca = material.errors["VAE"], material.errors["PCA"]
    better = f"PCA of the same size: {quantity(pca.value, pca.error)}"
    found.append((quantity(ours.value, ours.error), "reconstruction error", better))
    return tag(
        "dl",
        *(
            tag("div", tag("dt", name), tag("dd", value), tag("dd", note, class_="note"))
            for value, name, note in found
        ),
        class_="tiles",
    )


def evidence(material: Material) -> Section | None:
    """Return the evidence table with what its columns mean, or how to get one."""
    if not material.probabilistic:
        return None
    result = material.evaluation
    if not result:
        command = tag("code", f"elbowroom evaluate {material.run.path}")
        return Section("Evidence", [tag("p", "Not measured yet. Measure it with ", command, ".")])
    meaning = _MEANING | {f"rate of {name}": _OF_LEVEL for name in material.units.levels}
    numbers = [number for name in meaning if (number := material.estimate(name))]
    rows: list[tuple[object, ...]] = [
        (
            joined(number["name"], tag("small", meaning[number["name"]])),
            quantity(number["value"], number["data_error"], alone=True),
            error_text(number["data_error"]),
            error_text(number["mc_error"]),
            quantity(number["bias"], number["mc_error"], alone=True) if number["bias"] else "–",
            f"{number['samples']:,}",
            _dash(number["flagged"], share),
            _dash(number["bits_per_dimension"], quantity),
        )
        for number in numbers
    ]
    headings = ("nats per example", "value", "data error", "Monte Carlo error", "bias", "K",
                "flagged", "bits per dimension")  # fmt: skip
    examples = counted(result["examples"], f"{result['split']} example")
    caption = f"Means over {examples}, seed {result['seed']}."
    glossary = _glossary(
        ("data error", "how far the mean would move with other examples from the same source "
         "(one standard error)"),
        ("Monte Carlo error", "how far it would move with other random codes (one standard error)"),
        ("bias", "how far it is off on average, to second order; below 0 the value is too low"),
        ("K", "random codes for each example, on average"),
        ("flagged", "share of examples whose weights are so uneven that K codes are too few for "
         "them (Pareto k, or the effective number of chains); their part of the number is too low"),
        ("bits per dimension", "the number divided by the number of values in an example, in bits; "
         "it can be compared across sizes"),
    )  # fmt: skip
    notes = tag("ul", *(tag("li", note) for note in result.get("notes", ())))
    headline = material.estimate("log evidence")
    lead = [worth(material, headline), _effort(headline)] if headline else []
    more = [part for part in (both_sides(material), not_measured(material)) if part is not None]
    body = [table(headings, rows, caption=caption), glossary, *more, notes]
    return Section("Evidence", [*filter(None, lead), *body])


def _effort(evidence: Mapping[str, Any]) -> str:
    """Say how log p(x) was found, what it cost, and how many examples went which way."""
    if not evidence.get("decodes"):
        return f"It was estimated by {evidence['method']}."
    each = evidence["decodes"] / evidence["examples"]
    text = (
        f"It was estimated by {evidence['method']}, with {evidence['decodes']:,} evaluations of "
        f"the decoder, {each:,.0f} for an example"
    )
    ways = {name: count for name, count in evidence["routes"].items() if count}
    routes = ", ".join(f"{count:,} by {_ROUTES[name]}" for name, count in ways.items())
    return f"{text}: {routes}." if routes else f"{text}."


_ROUTES = {
    "encoder": "draws from the encoder",
    "fitted": "draws from a posterior fitted to the example",
    "annealed": "annealing from there",
}


def error_table(material: Material) -> Markup:
    """Return the reconstruction errors of the model and of PCA."""
    names = {
        "VAE": material.kind,
        "PCA": f"PCA, {counted(material.pca.components, 'component')}",
    }
    rows: list[tuple[object, ...]] = [
        (names[name], quantity(error.value, error.error), f"{error.examples:,}")
        for name, error in material.errors.items()
    ]
    caption = f"Reconstruction error: {material.look.unit}."
    return table(("method", "error", f"{material.split} examples"), rows, caption=caption)


def _glossary(*entries: tuple[str, str]) -> Markup:
    pairs = [tag("div", tag("dt", term), tag("dd", meaning)) for term, meaning in entries]
    return tag("dl", *pairs, class_="glossary")


def _dash(value: Any, written: Any) -> str:
    return "–" if value is None else written(value)


def facts(pairs: Mapping[str, object]) -> Markup:
    """Return names and values as a list."""
    return tag(
        "dl",
        *(tag("div", tag("dt", name), tag("dd", value)) for name, value in pairs.items()),
        class_="facts",
    )
