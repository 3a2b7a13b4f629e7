// How a job ended that made nothing, and whether trying again can help.

import { useSignal } from "@preact/signals";
import type { Failure, JobAnswer } from "../api";
import { seconds } from "../core/format";
import { SENTENCES } from "../core/reasons";
import { stageName } from "../core/steps";
import "./failure.css";

export function FailureNote({ job, error }: { job: JobAnswer; error: Failure }) {
  const where = [error.stage && `in “${stageName(error.stage)}”`, error.route && `on the route ${error.route}`];
  return (
    <section class="ending bad" aria-label="What went wrong">
      <h2>It failed {where.filter(Boolean).join(", ")}</h2>
      {/* A later server may have reasons that this page knows nothing of. */}
      <p>{SENTENCES[error.reason]}</p>
      <p class="fine">{error.message}</p>
      <p>{error.retryable ? "Trying again can help." : "Trying the same again changes nothing: other words may."}</p>
      <Said title="What each route said" lines={repeats(error) ? [] : error.refusals} />
      <p class="fine row">
        <a href={`/docs#${error.reason.toLowerCase()}`}>{error.reason}</a>
        <Copy what="reason" text={error.reason} />
        {job.request_id && (
          <>
            <span>
              request <code>{job.request_id}</code>
            </span>
            <Copy what="request id" text={job.request_id} />
          </>
        )}
      </p>
    </section>
  );
}

/** One route alone has said what the message says. */
const repeats = ({ refusals, message }: Failure): boolean =>
  refusals.every((refusal) => refusal.endsWith(`: ${message}`));

export function CanceledNote({ job }: { job: JobAnswer }) {
  return (
    <section class="ending" aria-label="What became of it">
      <h2>Canceled</h2>
      <p>{job.attempts.length ? `${seconds(worked(job))} of work had been done.` : "It had not been begun."}</p>
    </section>
  );
}

/** Seconds of all attempts together. */
const worked = ({ attempts }: JobAnswer): number =>
  attempts.reduce(
    (s, { started_at, ended_at }) => s + (Date.parse(ended_at ?? started_at) - Date.parse(started_at)),
    0,
  ) / 1000;

/** Sentences of routes, where there are any. */
export function Said({ title, lines }: { title: string; lines: string[] }) {
  if (!lines.length) return null;
  return (
    <div class="said">
      <h3>{title}</h3>
      <ul>
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </div>
  );
}

/** It says that it has; where a browser does not let it, it stays as it is. */
export function Copy({ what, text, label = "Copy" }: { what: string; text: string; label?: string }) {
  const copied = useSignal(false);
  const copy = async () => {
    await navigator.clipboard?.writeText(text);
    copied.value = true;
  };
  return (
    <button
      type="button"
      class="plain copy"
      aria-label={`${label}: ${what}`}
      onClick={() => void copy().catch(() => {})}
    >
      <span role="status">{copied.value ? "Copied" : label}</span>
    </button>
  );
}
