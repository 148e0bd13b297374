/** The room that an element has, in CSS pixels. */

import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

export interface Box {
  width: number;
  height: number;
}

/** Follow the size of an element's content box; null before it is on the page. */
export function useBox(element: RefObject<HTMLElement | null>): Box | null {
  const [box, setBox] = useState<Box | null>(null);
  useLayoutEffect(() => {
    const target = element.current;
    if (!target) return;
    const { width, height } = target.getBoundingClientRect();
    setBox({ width, height });
    const watch = new ResizeObserver(([entry]) => {
      if (!entry) return;
      const { width, height } = entry.contentRect;
      setBox((old) => (old?.width === width && old.height === height ? old : { width, height }));
    });
    watch.observe(target);
    return () => watch.disconnect();
  }, []);
  return box;
}
