/** The page: header, knobs, picture, and the other panels as tabs beside them. */

import type { ComponentType } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { Header } from "./header";
import { ComparePanel } from "./panels/compare";
import { JourneysPanel } from "./panels/journeys";
import { KnobsPanel } from "./panels/knobs";
import { MapPanel } from "./panels/map";
import { OwnPanel } from "./panels/own";
import { PicturePanel } from "./panels/picture";
import type { Side } from "./side";
import { restored, tab } from "./state";
import { Gone, Toasts } from "./ui/toasts";
import { Explanation } from "./ui/tip";
import { useNarrow } from "./ui/narrow";

interface Panel {
  key: string;
  title: string;
  Of: ComponentType<{ side: Side }>;
}

const PANELS: Panel[] = [
  { key: "map", title: "Map", Of: MapPanel },
  { key: "journeys", title: "Journeys", Of: JourneysPanel },
  { key: "own", title: "Your own example", Of: OwnPanel },
  { key: "compare", title: "Compare", Of: ComparePanel },
];
const KNOBS: Panel = { key: "knobs", title: "Knobs", Of: KnobsPanel };

export function App({ side }: { side: Side }) {
  const narrow = useNarrow();
  const panels = [...(narrow ? [KNOBS] : []), ...PANELS];
  const before = useRef(narrow);
  useEffect(() => {
    // Knobs are a tab where there is no column for them, and the first one there.
    if (narrow && !before.current && tab.peek() === "map") tab.value = "knobs";
    else if (!narrow && tab.peek() === "knobs") tab.value = "map";
    before.current = narrow;
  }, [narrow]);
  const open = panels.find(({ key }) => key === tab.value) ?? panels[0]!;
  return (
    <div class="frame" aria-busy={!restored.value}>
      <Header side={side} />
      <Gone run={side.about.run} />
      <main class="columns">
        {!narrow && (
          <section class="panel" aria-label="Knobs">
            <KnobsPanel side={side} />
          </section>
        )}
        <section class="panel middle" aria-label="Picture">
          <PicturePanel side={side} />
        </section>
        <section class="panel aside" aria-label={open.title}>
          <Tabs panels={panels} open={open} />
          <div class="sheet" role="tabpanel" id="sheet" aria-labelledby={`tab-${open.key}`}>
            <open.Of key={open.key} side={side} />
          </div>
        </section>
        <Toasts />
      </main>
      <Explanation />
    </div>
  );
}

function Tabs({ panels, open }: { panels: Panel[]; open: Panel }) {
  const step = (event: KeyboardEvent): void => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!by) return;
    const at = (panels.indexOf(open) + by + panels.length) % panels.length;
    tab.value = panels[at]!.key;
    event.preventDefault();
    requestAnimationFrame(() => document.getElementById(`tab-${tab.peek()}`)?.focus());
  };
  return (
    <div class="tabs" role="tablist" aria-label="More to explore" onKeyDown={step}>
      {panels.map(({ key, title }) => (
        <button
          key={key}
          type="button"
          role="tab"
          id={`tab-${key}`}
          aria-selected={key === open.key}
          aria-controls="sheet"
          tabIndex={key === open.key ? 0 : -1}
          onClick={() => (tab.value = key)}
        >
          {title}
        </button>
      ))}
    </div>
  );
}
