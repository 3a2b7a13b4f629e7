// How often the list is looked at again, as this browser's owner likes it.

import { signal } from "@preact/signals";

const KEPT = "lumen.refresh";
const USUAL_S = 2;

/** Seconds between two looks; 0: only when it is asked for. */
export const CHOICES_S = [1, 2, 5, 30, 0] as const;

export const refreshS = signal(kept());

export function refreshEvery(seconds: number): void {
  refreshS.value = seconds;
  localStorage.setItem(KEPT, String(seconds));
}

function kept(): number {
  const said = Number(localStorage.getItem(KEPT) ?? USUAL_S);
  return CHOICES_S.some((choice) => choice === said) ? said : USUAL_S;
}
