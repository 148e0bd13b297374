/**
 * A slider for one unit of the code.
 *
 * A move changes one CSS variable that a transform reads, and one attribute: nothing is laid out
 * again and no component is rendered, so that it follows the hand.
 */

import { useRef } from "preact/hooks";
import type { Side } from "../../side";
import { useNow } from "../../ui/now";

interface Props {
  side: Side;
  unit: number;
}

/** Values of a slider's keys, from the value now. */
const KEYS: Record<string, (value: number, low: number, high: number) => number> = {
  ArrowRight: (value, low, high) => value + (high - low) / 50,
  ArrowUp: (value, low, high) => value + (high - low) / 50,
  ArrowLeft: (value, low, high) => value - (high - low) / 50,
  ArrowDown: (value, low, high) => value - (high - low) / 50,
  PageUp: (value, low, high) => value + (high - low) / 10,
  PageDown: (value, low, high) => value - (high - low) / 10,
  Home: (_, low) => low,
  End: (_, __, high) => high,
};

/** A finger that has gone less far than this, in CSS pixels, has gone nowhere yet. */
const STILL = 6;

/** A hand on the slider. */
interface Hand {
  readonly x: number;
  /** The code before it came, to which it goes back when the browser takes the hand for scrolling. */
  readonly before: Float32Array;
  turns: boolean;
}

const RESET = new Set(["0", "Backspace", "Delete"]);

export function Slider({ side, unit }: Props) {
  const { low, high } = side.about.units[unit]!;
  const track = useRef<HTMLDivElement>(null);
  const box = useRef<DOMRect | null>(null);
  const hand = useRef<Hand | null>(null);
  const last = useRef(Number.NaN);
  const share = (value: number): number => clamp((value - low) / (high - low || 1), 0, 1);

  useNow(() => {
    const value = side.z.value[unit] ?? 0;
    if (value === last.current || !track.current) return;
    last.current = value;
    track.current.style.setProperty("--at", String(share(value)));
    track.current.setAttribute("aria-valuenow", String(value));
    track.current.setAttribute("aria-valuetext", value.toFixed(2));
    track.current.classList.toggle("beyond", value < low || value > high);
  }, [side, unit]);

  // The tick and band of the example that is shown.
  useNow(() => {
    const code = side.shown.value?.code;
    const mean = code?.mean[unit];
    const element = track.current;
    element?.classList.toggle("placed", mean !== undefined);
    if (!element || mean === undefined) return;
    const sd = code?.sd[unit] ?? 0;
    element.style.setProperty("--tick", String(share(mean)));
    element.style.setProperty("--from", String(share(mean - sd)));
    element.style.setProperty("--to", String(share(mean + sd)));
  }, [side, unit]);

  const go = (clientX: number): void => {
    if (!box.current) return;
    const at = clamp((clientX - box.current.left) / box.current.width, 0, 1);
    side.setUnit(unit, low + at * (high - low));
  };

  return (
    <div
      ref={track}
      class="slider"
      role="slider"
      tabIndex={0}
      aria-label={side.nameOf(unit)}
      aria-valuemin={low}
      aria-valuemax={high}
      data-unit={unit}
      onPointerDown={(event) => {
        if (event.button !== 0) return;
        box.current = event.currentTarget.getBoundingClientRect();
        event.currentTarget.setPointerCapture(event.pointerId);
        // A finger may be about to scroll: it turns once it has moved sideways, or has left again.
        const turns = event.pointerType !== "touch";
        hand.current = { x: event.clientX, before: side.z.peek(), turns };
        if (turns) go(event.clientX);
      }}
      onPointerMove={(event) => {
        const now = hand.current;
        if (!now || !event.currentTarget.hasPointerCapture(event.pointerId)) return;
        now.turns ||= Math.abs(event.clientX - now.x) > STILL;
        if (now.turns) go(event.clientX);
      }}
      onPointerUp={(event) => {
        if (hand.current && !hand.current.turns) go(event.clientX);
        hand.current = null;
      }}
      onPointerCancel={() => {
        if (hand.current?.turns) side.setCode(hand.current.before);
        hand.current = null;
      }}
      onDblClick={() => side.resetUnit(unit)}
      onKeyDown={(event) => {
        const { key, altKey, ctrlKey, metaKey } = event;
        if (altKey || ctrlKey || metaKey) return;
        const next = KEYS[key];
        if (next) {
          const value = next(clamp(side.z.peek()[unit] ?? 0, low, high), low, high);
          side.setUnit(unit, clamp(value, low, high));
        } else if (RESET.has(key)) side.resetUnit(unit);
        else return;
        event.preventDefault();
      }}
    >
      <span class="slider-rail" />
      <span class="slider-band" />
      <span class="slider-tick" />
      <span class="slider-carrier">
        <span class="slider-thumb" />
      </span>
    </div>
  );
}

function clamp(value: number, low: number, high: number): number {
  return Math.min(Math.max(value, low), high);
}
