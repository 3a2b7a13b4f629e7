// Small things that every table of this room has.

import type { ComponentChildren } from "preact";
import { count } from "../core/format";
import { Copy } from "../parts/failure";

/** A table that scrolls inside itself, also by keys. */
export function Scroll({ label, children }: { label: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable without a mouse
    <section class="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  );
}

export const plural = (n: number, what: string): string => `${count(n)} ${what}${n === 1 ? "" : "s"}`;

/** Parts of a whole, drawn over each other: the first is the strongest. */
export function Bar({ parts, of, kind = "" }: { parts: number[]; of: number; kind?: string }) {
  return (
    <span class={`bar ${kind}`} aria-hidden="true">
      {parts.map((part, n) => (
        <span key={n} style={{ width: `${of ? Math.max((100 * part) / of, part ? 1 : 0) : 0}%` }} />
      ))}
    </span>
  );
}

export function Command({ line }: { line: string }) {
  return (
    <p class="command">
      <code>{line}</code> <Copy text={line} what="the command" />
    </p>
  );
}

/** What is read further on demand, and whether there is more of it. */
export function Further({ more, busy }: { more: (() => void) | null; busy: boolean }) {
  if (!more) return null;
  return (
    <button type="button" class="further" disabled={busy} onClick={more}>
      {busy ? "A moment" : "Show more"}
    </button>
  );
}
