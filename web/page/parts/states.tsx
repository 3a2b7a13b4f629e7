// What is shown where there is nothing to show, and why.

import { useComputed } from "@preact/signals";
import type { ComponentChildren } from "preact";
import type { Reason } from "../api";
import type { ApiError } from "../core/api";
import { about } from "../core/format";
import { now } from "../core/now";
import { to } from "../core/route";
import "./states.css";

/** What it comes to, in a few words; what the server said stands below. */
const TITLES: Partial<Record<Reason, string>> = {
  NOT_FOUND: "This is not here",
  FORBIDDEN: "You may not do this",
  RATE_LIMITED: "That was a little fast",
  QUOTA_EXCEEDED: "You have as many open jobs as you may",
  OVERLOADED: "There is too much to do just now",
  STORAGE_UNAVAILABLE: "Where jobs are kept cannot be reached",
  PROMPT_REJECTED: "These words are not taken here",
  UNSUPPORTED_MEDIA: "This is no picture Lumen reads",
  PAYLOAD_TOO_LARGE: "This is too large",
  INTERNAL: "Something broke on the server",
};
const OF_KIND = { offline: "No connection", garbled: "An answer nobody can read", refused: "" };

/** An empty room: a line that says so, and what to do about it. */
export function State({ title, children }: { title: string; children?: ComponentChildren }) {
  return (
    <section class="state">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

/** An address that leads to nothing. As a room of its own it has the page's heading. */
export function Nowhere({ what = "This address leads nowhere." }: { what?: string }) {
  return (
    <section class="state">
      <h1>There is nothing here</h1>
      <p>{what}</p>
      <a class="button" href={to([])}>
        To your jobs
      </a>
    </section>
  );
}

/** A failure in a sentence, with what helps to find it again; `again` is offered once the server takes it. */
export function Trouble({ error, again, verb = "Try again" }: { error: ApiError; again?: () => void; verb?: string }) {
  const { problem, againAt } = error;
  const title = (problem && TITLES[problem.reason]) || OF_KIND[error.kind];
  return (
    <div class="trouble">
      <div role="alert">
        {title && <p class="what">{title}</p>}
        <p>{error.message}</p>
      </div>
      {again && <Again at={againAt} run={again} verb={verb} />}
      {problem && (
        <p class="fine">
          <a href={`/docs#${problem.reason.toLowerCase()}`}>{problem.reason}</a> · request{" "}
          <code>{problem.request_id}</code>
        </p>
      )}
    </div>
  );
}

/** Counts down what the server asked for (Retry-After). It is no live region: it would be read out every second. */
function Again({ at, run, verb }: { at: number | null; run: () => void; verb: string }) {
  const left = useComputed(() => Math.max(Math.ceil(((at ?? 0) - now.value) / 1000), 0));
  return (
    <p>
      <button type="button" disabled={left.value > 0} onClick={run}>
        {left.value > 0 ? `${verb} in ${about(left.value)}` : verb}
      </button>
    </p>
  );
}

/** Nothing yet, and not for long: it stays unseen for a moment, so that what comes at once does not flicker. */
export function Loading({ what = "Loading" }: { what?: string }) {
  return (
    <p class="loading fine" aria-busy="true">
      {what}
    </p>
  );
}
