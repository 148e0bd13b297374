/** The strip of small pictures under a knob: what it does, and places to go to. */

import { useLayoutEffect, useRef, useState } from "preact/hooks";
import { Thumb } from "../../paint/thumb";
import type { Side } from "../../side";
import { effects } from "./effects";
import { FRAMES, places, stripsOf } from "./strips";

export function Strip({ side, unit }: { side: Side; unit: number }) {
  const box = useRef<HTMLDivElement>(null);
  const strips = stripsOf(side);
  const frames = strips.of(unit).value;
  const ends = strips.ends(unit).value;
  const [size, setSize] = useState(34);

  useLayoutEffect(() => {
    const element = box.current;
    if (!element) return;
    const seen = new IntersectionObserver(
      ([entry]) => strips.look(unit, entry?.isIntersecting ?? false),
      { rootMargin: "80px" },
    );
    const sized = new ResizeObserver(([entry]) => {
      const width = entry?.contentRect.width ?? 0;
      if (width) setSize(Math.max(16, Math.min(56, Math.floor(width / FRAMES) - 2)));
    });
    seen.observe(element);
    sized.observe(element);
    return () => {
      seen.disconnect();
      sized.disconnect();
      strips.look(unit, false);
    };
  }, [strips, unit]);

  const table = side.about.kind === "table";
  const height = table ? Math.min(size, 26) : size;
  return (
    <>
      <div class="strip" ref={box} style={{ minHeight: `${height}px` }}>
        {places(side, unit).map((value, i) => (
          <button
            key={i}
            type="button"
            tabIndex={-1}
            aria-label={`Set ${side.nameOf(unit)} to ${value.toFixed(1)}`}
            title={value.toFixed(1)}
            onClick={() => side.setUnit(unit, value)}
          >
            <Thumb values={frames?.[i] ?? null} about={side.about} size={size} height={height} />
          </button>
        ))}
      </div>
      {table && <p class="effects small muted cut">{ends ? effects(ends, side.about) : " "}</p>}
    </>
  );
}
