/** What the colours mean: categories that can be hidden, or a bar with numbers. */

import type { Signal } from "@preact/signals";
import { categoryColour, css, DISTINCT, ringed, span, viridis } from "../../maths/colours";
import { written } from "../../paint/columns";
import type { Colouring } from "./colourings";

interface Props {
  colouring: Colouring;
  values: Float32Array | null;
  hidden: Signal<ReadonlySet<number>>;
}

export function Legend({ colouring, values, hidden }: Props) {
  if (!colouring.name) return <div class="map-legend" />;
  if (!values) return <div class="map-legend skeleton" />;
  return colouring.categories ? (
    <Categories names={colouring.categories} title={colouring.title} hidden={hidden} />
  ) : (
    <Bar colouring={colouring} values={values} />
  );
}

function Categories({
  names,
  title,
  hidden,
}: {
  names: string[];
  title: string;
  hidden: Signal<ReadonlySet<number>>;
}) {
  const toggle = (category: number): void => {
    const next = new Set(hidden.value);
    if (!next.delete(category)) next.add(category);
    // Nothing left to see is nobody's wish: the last one brings all back.
    hidden.value = next.size === names.length ? new Set() : next;
  };
  const only = (category: number): void => {
    hidden.value = new Set(names.map((_, other) => other).filter((other) => other !== category));
  };
  return (
    <div
      class="map-legend"
      role="group"
      aria-label={`${title}: click to hide, double click for one alone`}
    >
      {names.map((name, category) => (
        <button
          type="button"
          class="swatch"
          aria-pressed={!hidden.value.has(category)}
          title={
            hidden.value.has(category)
              ? `Show ${name}`
              : `Hide ${name} (double click: only ${name})`
          }
          onClick={() => toggle(category)}
          onDblClick={() => only(category)}
        >
          <i
            class={ringed(category) ? "ring" : ""}
            style={{ color: css(categoryColour(category)) }}
          />
          {name}
        </button>
      ))}
      {names.length > DISTINCT && (
        <small class="muted">
          From the {DISTINCT + 1}st on, colours and shapes begin again: hide some to tell them apart.
        </small>
      )}
    </div>
  );
}

function Bar({
  colouring: { title, unit, help },
  values,
}: {
  colouring: Colouring;
  values: Float32Array;
}) {
  const [low, high] = span(values);
  const stops = Array.from({ length: 9 }, (_, i) => css(viridis(i / 8)));
  const numbers = [low, (low + high) / 2, high].map((value) => written(value, high - low));
  return (
    <div
      class="map-legend bar"
      role="img"
      aria-label={`${title}, dark ${numbers[0]} to light ${numbers[2]} ${unit}`}
      title={help}
    >
      <span
        class="gradient"
        style={{ background: `linear-gradient(to right, ${stops.join(", ")})` }}
      />
      {numbers.map((number, i) => (
        <span key={i}>
          {number} {i === 2 && unit}
        </span>
      ))}
    </div>
  );
}
