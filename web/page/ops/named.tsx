// Dead letters that were named are tried again, or removed: one after the other, each with an answer of its own.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import { ApiError, ask } from "../core/api";
import { Dialog } from "./dialog";
import { plural } from "./pieces";

export type Verb = "replay" | "remove";

export interface Tally {
  verb: Verb;
  done: number;
  /** Those that the API would not do, and what it said. */
  left: { id: string; why: string }[];
}

interface Named {
  verb: Verb;
  ids: readonly string[];
  /** Also when it was stopped in the middle. */
  onClose: (tally: Tally) => void;
}

const SAYS = {
  replay: { title: "Replay", does: "The same job with the same input, and its attempts renewed.", risky: false },
  remove: { title: "Remove", does: "Gone for good: a failed job with its files, or a message.", risky: true },
};

export function NamedDialog({ verb, ids, onClose }: Named) {
  const { title, does, risky } = SAYS[verb];
  const rest = useRef([...ids]);
  const tally = useRef<Tally>({ verb, done: 0, left: [] });
  const at = useSignal(0);
  const act = async (reason: string, signal: AbortSignal) => {
    for (let id = rest.current[0]; id; id = rest.current[0]) {
      try {
        await patiently(() => one(verb, id as string, reason, signal), signal);
        tally.current.done += 1;
      } catch (error) {
        if (ids.length === 1 || !(error instanceof ApiError) || error.kind !== "refused") throw error;
        tally.current.left.push({ id, why: error.message });
      }
      rest.current.shift();
      at.value += 1;
    }
  };
  return (
    <Dialog
      title={`${title} ${ids.length === 1 ? ids[0] : plural(ids.length, "dead letter")}?`}
      verb={title}
      risky={risky}
      act={act}
      onClose={() => onClose(tally.current)}
    >
      <p>{does}</p>
      {ids.length > 1 && at.value > 0 && (
        <progress aria-label={`${at} of ${ids.length}`} max={ids.length} value={at.value} />
      )}
    </Dialog>
  );
}

function one(verb: Verb, id: string, reason: string, signal: AbortSignal): Promise<unknown> {
  const path = `/v1/dead-letters/${encodeURIComponent(id)}`;
  if (verb === "replay") return ask("POST", `${path}/replay`, { body: { reason }, signal });
  return ask("DELETE", `${path}?${new URLSearchParams({ reason })}`, { signal });
}

/** Who is too fast waits as long as the server says. */
async function patiently<Answer>(run: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (;;) {
    try {
      return await run();
    } catch (error) {
      if (!(error instanceof ApiError) || error.problem?.reason !== "RATE_LIMITED" || !error.againAt) throw error;
      await sleep(error.againAt - Date.now(), signal);
    }
  }
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener("abort", () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
