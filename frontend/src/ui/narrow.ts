/** Whether the page is too narrow for three columns. */

import { useEffect, useState } from "preact/hooks";

const QUERY = "(max-width: 1100px)";

export function isNarrow(): boolean {
  return matchMedia(QUERY).matches;
}

export function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(isNarrow);
  useEffect(() => {
    const media = matchMedia(QUERY);
    const follow = ({ matches }: MediaQueryListEvent): void => setNarrow(matches);
    media.addEventListener("change", follow);
    return () => media.removeEventListener("change", follow);
  }, []);
  return narrow;
}
