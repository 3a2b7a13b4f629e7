// A run of replays: how far it is, and how to go on with one whose process ended.

import { useSignal } from "@preact/signals";
import type { RunAnswer } from "../api";
import { ApiError, ask } from "../core/api";
import { about, count } from "../core/format";
import { Ago } from "../parts/ago";
import { Loading, Trouble } from "../parts/states";
import { useLook } from "./look";
import { Command, plural } from "./pieces";

const REFRESH_MS = 2000;

export function RunRoom({ id }: { id: string }) {
  const over = useSignal(false);
  const path = `/v1/replays/${encodeURIComponent(id)}`;
  const { answer: run, error, again } = useLook<RunAnswer>(path, over.value ? 0 : REFRESH_MS);
  over.value = run ? run.done_at !== null : error !== null && error.kind !== "offline";
  return (
    <>
      <a class="back" href="#/ops/dead">
        <span aria-hidden="true">‹</span> Dead letters
      </a>
      {error && error.kind !== "offline" && <Trouble error={error} again={again} />}
      {!run && !error && <Loading />}
      {run && <Run run={run} path={path} again={again} />}
    </>
  );
}

function Run({ run, path, again }: { run: RunAnswer; path: string; again: () => void }) {
  const through = run.replayed + run.left;
  return (
    <section class="sheet run" aria-label="Replay">
      <h2>
        {run.done_at ? "Replayed" : "Replaying"} {plural(run.total, "failed job")}
      </h2>
      <progress aria-label="How far it is" max={run.total || 1} value={run.done_at ? run.total || 1 : through} />
      <p role="status">
        {run.done_at && "Done: "}
        {count(run.replayed)} of {count(run.total)} replayed
        {run.left > 0 && `, ${count(run.left)} left as they were: somebody else tried, canceled or removed them`}.
        {!run.done_at && ` About ${about((run.total - through) / run.rps)} to go, at ${run.rps} a second.`}
      </p>
      <p>{run.reason}</p>
      <p class="fine">
        {run.who}, <Ago at={run.begun_at} />
        {run.filter.length > 0 && `: ${run.filter.join(", ")}`}
      </p>
      {!run.done_at && <GoOn id={run.id} path={path} again={again} />}
      <p class="row">
        <a href="#/ops/dead?since=10m">What failed in the last ten minutes</a>
      </p>
    </section>
  );
}

/** Nobody can tell a run that is slow from one whose process ended; but going on does no harm. */
function GoOn({ id, path, again }: { id: string; path: string; again: () => void }) {
  const [busy, error] = [useSignal(false), useSignal<ApiError | null>(null)];
  const resume = async () => {
    busy.value = true;
    error.value = null;
    try {
      await ask("POST", `${path}/resume`);
      again();
    } catch (thrown) {
      if (thrown instanceof ApiError) error.value = thrown;
    } finally {
      busy.value = false;
    }
  };
  return (
    <details>
      <summary>It stands still?</summary>
      <p>
        How far it is is noted every few seconds. If it stays where it is, the process that did it has ended: go on with
        it here. No job is tried twice.
      </p>
      <p>
        <button type="button" disabled={busy} onClick={resume}>
          Go on with it
        </button>
      </p>
      <Command line={`lumen dlq replay --resume ${id}`} />
      {error.value && <Trouble error={error.value} />}
    </details>
  );
}
