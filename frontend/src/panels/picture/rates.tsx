/** How much each unit tells about the shown example. */

import { useSignal } from "@preact/signals";
import type { Side } from "../../side";
import type { Score } from "../../transport/transport";
import { Tip } from "../../ui/tip";

/** More bars than these stand without gaps. */
const APART = 60;

const STEPS: Record<string, number> = { ArrowRight: 1, ArrowLeft: -1, Home: -Infinity, End: Infinity };

export function Rates({ side, score }: { side: Side; score: Score | null }) {
  // Where a pointer or the arrow keys are, among the units in their order.
  const pointed = useSignal<number | null>(null);
  const { order } = side.about;
  const rates = score?.rates;
  if (rates && !rates.some(Number.isFinite)) return null;
  const most = order.reduce((top, unit) => Math.max(top, rates?.[unit] || 0), 0.5);
  const told = (unit: number): string =>
    `${side.nameOf(unit)}: ${rates ? `${Math.max(rates[unit] || 0, 0).toFixed(2)} nats` : "not known yet"}`;
  const unit = pointed.value === null ? undefined : order[pointed.value];
  const go = (to: number): void => {
    pointed.value = Math.max(0, Math.min(order.length - 1, to));
  };
  const point = (event: PointerEvent & { currentTarget: Element }): void => {
    const { left, width } = event.currentTarget.lastElementChild!.getBoundingClientRect();
    const start = event.currentTarget.firstElementChild!.getBoundingClientRect().left;
    go(Math.floor(((event.clientX - start) / (left + width - start)) * order.length));
  };
  const step = (event: KeyboardEvent): void => {
    const by = STEPS[event.key];
    if (by === undefined || event.ctrlKey || event.metaKey || event.altKey) return;
    go((pointed.peek() ?? (by > 0 ? -1 : order.length)) + by);
    event.preventDefault();
  };
  return (
    <div class="rates">
      <p class="row apart small">
        <Tip
          words="In nats, from the most used unit to the least used. Point at a bar, or use the arrow keys on them, to read it."
          formula="KL( q(zᵢ|x) ‖ p(zᵢ) )"
        >
          What each knob tells about this example
        </Tip>
        <span class="muted number" aria-live="polite">
          {unit === undefined ? `up to ${most.toFixed(1)} nats` : told(unit)}
        </span>
      </p>
      <div
        class={order.length > APART ? "rate-bars dense" : "rate-bars"}
        role="group"
        aria-label="What each knob tells about this example: arrow keys go from knob to knob"
        tabIndex={0}
        onPointerMove={point}
        onPointerLeave={() => (pointed.value = null)}
        onBlur={() => (pointed.value = null)}
        onKeyDown={step}
      >
        {order.map((each) => (
          <span
            key={each}
            role="img"
            class={each === unit ? "pointed" : ""}
            data-unit={each}
            aria-label={told(each)}
          >
            <i style={{ transform: `scaleY(${Math.max(rates?.[each] || 0, 0) / most})` }} />
          </span>
        ))}
      </div>
    </div>
  );
}
