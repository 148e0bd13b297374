/** How much each unit tells about the shown example. */

import { useSignal } from "@preact/signals";
import type { Side } from "../../side";
import type { Score } from "../../transport/transport";
import { Tip } from "../../ui/tip";

/** More units than these are not worth a bar each: they tell next to nothing. */
const MOST = 48;

export function Rates({ side, score }: { side: Side; score: Score | null }) {
  const pointed = useSignal<number | null>(null);
  const order = side.about.order.slice(0, MOST);
  const rates = score?.rates;
  if (rates && !rates.some(Number.isFinite)) return null;
  const most = Math.max(0.5, ...order.map((unit) => rates?.[unit] ?? 0));
  const unit = pointed.value;
  return (
    <div class="rates">
      <p class="row apart small">
        <Tip
          words="In nats, from the most used unit to the least used."
          formula="KL( q(zᵢ|x) ‖ p(zᵢ) )"
        >
          What each knob tells about this example
        </Tip>
        <span class="muted number">
          {unit !== null && rates
            ? `${side.nameOf(unit)}: ${(rates[unit] ?? NaN).toFixed(2)} nats`
            : `up to ${most.toFixed(1)} nats`}
        </span>
      </p>
      <div class="rate-bars" onPointerLeave={() => (pointed.value = null)}>
        {order.map((unit) => {
          const rate = Math.max(rates?.[unit] ?? 0, 0);
          return (
            <span
              key={unit}
              role="img"
              data-unit={unit}
              aria-label={`${side.nameOf(unit)}: ${rates ? `${rate.toFixed(2)} nats` : "not known yet"}`}
              onPointerEnter={() => (pointed.value = unit)}
            >
              <i style={{ transform: `scaleY(${rate / most})` }} />
            </span>
          );
        })}
      </div>
    </div>
  );
}
