// Three ways to see the object. One stop for the Tab key; arrow keys go from one to the next.

import type { Tab, Viewing } from "./viewing";

const TABS: [Tab, string][] = [
  ["mesh", "3D mesh"],
  ["points", "Points"],
  ["picture", "Picture"],
];

export function Tabs({ view }: { view: Viewing }) {
  const go = (event: KeyboardEvent) => {
    const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (by === undefined) return;
    const at = TABS.findIndex(([tab]) => tab === view.tab.value);
    const [next] = TABS.at((at + by) % TABS.length) as [Tab, string];
    view.tab.value = next;
    document.getElementById(`viewer-${next}`)?.focus();
  };
  return (
    <div class="tabs" role="tablist" aria-label="Ways to see the object" onKeyDown={go}>
      {TABS.map(([tab, name]) => (
        <button
          key={tab}
          type="button"
          role="tab"
          id={`viewer-${tab}`}
          aria-controls="viewer-panel"
          aria-selected={view.tab.value === tab}
          tabIndex={view.tab.value === tab ? 0 : -1}
          onClick={() => {
            view.tab.value = tab;
          }}
        >
          {name}
        </button>
      ))}
    </div>
  );
}
