/** The paper: a canvas that a hand, a finger or the arrow keys draw on. */

import { useSignal } from "@preact/signals";
import { useLayoutEffect, useRef } from "preact/hooks";
import type { Stroke } from "../../maths/brush";
import { paintExample, place } from "../../paint/example";
import type { About } from "../../transport/transport";

interface Props {
  about: About;
  values: Float32Array;
  radius: number;
  erases: boolean;
  /** Written on the paper while it is empty. */
  hint: string;
  onBegin(stroke: Stroke): void;
  onGoOn(stroke: Stroke): void;
}

/** Side of the paper, CSS pixels. */
const SIDE = 288;

const STEPS: Record<string, readonly [number, number]> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export function Sheet({ about, values, radius, erases, hint, onBegin, onGoOn }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const stroke = useRef<Stroke | null>(null);
  // The one that draws: a second finger, or the palm beside a pen, is no ink.
  const pointer = useRef<number | null>(null);
  const [, height = 1, width = 1] = about.shape;
  // Where the brush is for the keyboard, in picture units; null while a hand draws.
  const brush = useSignal<readonly [number, number] | null>(null);

  useLayoutEffect(() => {
    place(canvas.current!, about, { width: SIDE, height: SIDE });
    paintExample(canvas.current!, values, about);
  }, [about, values]);

  const pictured = (event: PointerEvent): [number, number] => {
    const box = canvas.current!.getBoundingClientRect();
    return [
      ((event.clientX - box.left) / box.width) * width,
      ((event.clientY - box.top) / box.height) * height,
    ];
  };
  const begin = (points: readonly number[]): void => {
    stroke.current = { points, radius, erases };
    onBegin(stroke.current);
  };
  const goOn = (more: readonly number[]): void => {
    if (!stroke.current) return;
    stroke.current = { ...stroke.current, points: [...stroke.current.points, ...more] };
    onGoOn(stroke.current);
  };
  const down = (event: PointerEvent): void => {
    if (event.button > 0 || pointer.current !== null) return;
    pointer.current = event.pointerId;
    canvas.current!.setPointerCapture(event.pointerId);
    brush.value = null;
    begin(pictured(event));
  };
  const move = (event: PointerEvent): void => {
    if (event.pointerId !== pointer.current) return;
    // A fast hand makes several moves between two frames: all of them are ink.
    const all = event.getCoalescedEvents?.() ?? [];
    goOn((all.length ? all : [event]).flatMap(pictured));
  };
  const up = (event: PointerEvent): void => {
    if (event.pointerId === pointer.current) stroke.current = pointer.current = null;
  };
  const key = (event: KeyboardEvent): void => {
    const step = STEPS[event.key];
    const at = brush.peek() ?? [width / 2, height / 2];
    if (step) {
      const to = [clamp(at[0] + step[0], width), clamp(at[1] + step[1], height)] as const;
      brush.value = to;
      if (event.shiftKey) begin([...at, ...to]);
    } else if (event.key === " " || event.key === "Enter") {
      brush.value = at;
      begin(at);
    } else return;
    stroke.current = null;
    event.preventDefault();
  };
  const seen = brush.value;
  return (
    <div class="paper" style={{ width: `${SIDE}px` }} data-hint={hint}>
      <canvas
        ref={canvas}
        role="application"
        aria-roledescription="drawing"
        aria-label={`Drawing of ${width} by ${height} pixels. Arrow keys move the brush, Space draws.`}
        tabIndex={0}
        onPointerDown={down}
        onPointerMove={move}
        onPointerUp={up}
        onPointerCancel={up}
        onLostPointerCapture={up}
        onKeyDown={key}
        onBlur={() => (brush.value = null)}
      />
      {seen && (
        <i
          class="brush"
          style={{
            left: `${(seen[0] / width) * 100}%`,
            top: `${(seen[1] / height) * 100}%`,
            width: `${(2 * radius * 100) / width}%`,
          }}
        />
      )}
    </div>
  );
}

function clamp(value: number, most: number): number {
  return Math.max(0, Math.min(most, value));
}
