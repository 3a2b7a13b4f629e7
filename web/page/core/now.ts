// A clock for what counts by itself: it ticks while somebody is looking.

import { signal } from "@preact/signals";

export const TICK_MS = 250;

/** Milliseconds since 1970. Who reads it is drawn again at every tick. */
export const now = signal(Date.now());

setInterval(() => {
  if (!document.hidden) now.value = Date.now();
}, TICK_MS);

/** Runs when it is called, again every `ms`, and when the tab is looked at again; never while it is hidden. */
export function whileVisible(ms: number, run: () => void): () => void {
  const look = () => {
    if (!document.hidden) run();
  };
  const timer = setInterval(look, ms);
  document.addEventListener("visibilitychange", look);
  look();
  return () => {
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
  };
}
