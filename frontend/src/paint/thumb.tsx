/** A small picture of one example. */

import { useLayoutEffect, useRef } from "preact/hooks";
import type { About } from "../transport/transport";
import { paintExample, place } from "./example";

interface Props {
  values: ArrayLike<number> | null;
  about: About;
  /** Side of the box, CSS pixels; the picture is as large as whole pixels allow. */
  size: number;
  /** Height of the box where it is no square. */
  height?: number;
  /** What it shows, in words, for whoever cannot see it; decoration without. */
  label?: string;
}

export function Thumb({ values, about, size, height = size, label }: Props) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => {
    if (!canvas.current || !values) return;
    place(canvas.current, about, { width: size, height });
    paintExample(canvas.current, values, about, { width: size, height });
  }, [values, about, size, height]);
  const named = label
    ? { role: "img" as const, "aria-label": label }
    : { "aria-hidden": true as const };
  return (
    <span
      class={values ? "thumb" : "thumb skeleton"}
      style={{ width: `${size}px`, height: `${height}px` }}
    >
      <canvas ref={canvas} hidden={!values} {...named} />
    </span>
  );
}
