// How somebody looks at an object: what the tools, the list and the canvas share.

import { type Signal, signal } from "@preact/signals";
import type { PartInfo } from "../api";

export type Tab = "mesh" | "points" | "picture";

export interface Trouble {
  said: string;
  passes: boolean;
}

export interface Viewing {
  tab: Signal<Tab>;
  hidden: Signal<ReadonlySet<number>>;
  /** The part whose row is under the pointer or has the focus. */
  meant: Signal<number | null>;
  /** The part under the pointer in the canvas. */
  pointed: Signal<number | null>;
  /** The part that was clicked. */
  chosen: Signal<number | null>;
  explode: Signal<number>;
  wireframe: Signal<boolean>;
  turning: Signal<boolean>;
  /** Counts how often somebody wanted the first view back. */
  resets: Signal<number>;
  /** Counts how often somebody wanted another try at drawing it. */
  tries: Signal<number>;
  /** What the canvas has a picture of. */
  drawn: Signal<Tab | null>;
  /** Why it has none, in words, and whether that may change. */
  trouble: Signal<Trouble | null>;
}

export const viewing = (): Viewing => ({
  tab: signal<Tab>("mesh"),
  hidden: signal<ReadonlySet<number>>(new Set()),
  meant: signal<number | null>(null),
  pointed: signal<number | null>(null),
  chosen: signal<number | null>(null),
  explode: signal(0),
  wireframe: signal(false),
  turning: signal(false),
  resets: signal(0),
  tries: signal(0),
  drawn: signal<Tab | null>(null),
  trouble: signal<Trouble | null>(null),
});

export const choose = (view: Viewing, id: number | null): void => {
  view.chosen.value = view.chosen.value === id ? null : id;
};

export function toggle(view: Viewing, id: number): void {
  const hidden = new Set(view.hidden.value);
  if (!hidden.delete(id)) hidden.add(id);
  view.hidden.value = hidden;
}

export function showOnly(view: Viewing, id: number, parts: PartInfo[]): void {
  view.hidden.value = new Set(parts.map((part) => part.id).filter((each) => each !== id));
}

export function showAll(view: Viewing): void {
  view.hidden.value = new Set();
}

/** What a part is called and numbered where people read it. */
export const nameOf = (part: PartInfo): string => part.name.replaceAll("_", " ");
export const numberOf = (part: PartInfo): number => part.id + 1;
