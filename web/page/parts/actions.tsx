// What somebody may do with a job: end it, try it again, make another one of it, remove it.

import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { JobAnswer } from "../api";
import { ApiError, ask } from "../core/api";
import { draft } from "../core/draft";
import { words } from "../core/format";
import { cancel, drop, retry } from "../core/jobs";
import { go, jobAddress, to } from "../core/route";
import { maySubmit } from "../core/session";
import { randomSeed } from "../core/wish";
import { Trouble } from "./states";
import "./actions.css";

type Act = (verb: string, act: () => Promise<void>) => void;

type Hear = (job: JobAnswer) => void;

/** `hear`: told of the job as an answer has it, before any event does. */
export function Actions({ job, hear }: { job: JobAnswer; hear: Hear }) {
  const busy = useSignal("");
  const failed = useSignal<{ error: ApiError; again: () => void } | null>(null);
  if (!maySubmit()) return null;
  const act: Act = async (verb, doIt) => {
    busy.value = verb;
    failed.value = null;
    try {
      await doIt();
    } catch (error) {
      if (!(error instanceof ApiError)) throw error;
      failed.value = { error, again: () => act(verb, doIt) };
    } finally {
      busy.value = "";
    }
  };
  return (
    <div class="actions">
      {job.done ? (
        <Over job={job} act={act} busy={busy.value} hear={hear} />
      ) : (
        <Open job={job} act={act} busy={busy.value} hear={hear} />
      )}
      {failed.value && <Trouble error={failed.value.error} again={failed.value.again} />}
    </div>
  );
}

interface Doing {
  job: JobAnswer;
  act: Act;
  busy: string;
  hear: Hear;
}

function Open({ job, act, busy, hear }: Doing) {
  if (job.cancel_requested) return <p role="status">Asked to stop; it does within seconds.</p>;
  return (
    <button type="button" disabled={!!busy} onClick={() => act("cancel", async () => hear(await cancel(job.id)))}>
      {busy ? "Canceling" : "Cancel"}
    </button>
  );
}

function Over({ job, act, busy, hear }: Doing) {
  const same = async () => hear(await retry(job.id));
  const another = async () => go(jobAddress((await retry(job.id, otherSeed(job.input.seed))).id));
  const hopeless = job.status === "failed" && !job.error?.retryable;
  const main = (is: boolean) => (is ? "main" : "");
  return (
    <div class="row">
      {job.status !== "succeeded" && (
        <button type="button" class={main(!hopeless)} disabled={!!busy} onClick={() => act("same", same)}>
          Try again
        </button>
      )}
      <button type="button" disabled={!!busy} onClick={() => act("another", another)}>
        {job.status === "succeeded" ? "Again, new seed" : "New seed"}
      </button>
      <button type="button" class={main(hopeless)} onClick={() => fill(job)}>
        {job.input.image ? "Change the request" : "Edit the words"}
      </button>
      <Remove job={job} act={act} busy={busy} />
    </div>
  );
}

/** The form takes it from there. */
function fill(job: JobAnswer): void {
  draft.value = { ...job.input };
}

/** Any but its own. */
function otherSeed(own: number): number {
  const seed = randomSeed();
  return seed === own ? seed ^ 1 : seed;
}

function Remove({ job, act, busy }: Omit<Doing, "hear">) {
  const asks = useRef<HTMLDialogElement>(null);
  const remove = async () => {
    await ask("DELETE", job.links.self);
    drop(job.id);
    go(to([]));
  };
  const answered = () => asks.current?.returnValue === "delete" && act("delete", remove);
  return (
    <>
      <button type="button" class="risky" disabled={!!busy} onClick={() => asks.current?.showModal()}>
        Delete
      </button>
      <dialog ref={asks} class="sure" aria-labelledby="delete-asked" onClose={answered}>
        <form method="dialog">
          <h2 id="delete-asked">Delete {words(job.input)}?</h2>
          <p>The job and its files are removed for good.</p>
          <p class="row">
            <button type="submit" value="">
              Keep it
            </button>
            <button type="submit" value="delete" class="risky">
              Delete
            </button>
          </p>
        </form>
      </dialog>
    </>
  );
}
