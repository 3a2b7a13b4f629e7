// The way of a job: what each step took, and which one it is at.

import { useComputed } from "@preact/signals";
import type { Attempt, JobAnswer } from "../api";
import { seconds } from "../core/format";
import { now } from "../core/now";
import { earlierAttempts, ordinal, type Step, stageName, stepsOf, stepsToCome, took } from "../core/steps";
import "./stepper.css";

export function Stepper({ job }: { job: JobAnswer }) {
  const toCome = stepsToCome(job);
  return (
    <ol class="steps" aria-label="Steps">
      {stepsOf(job).map((step) => (
        <StepItem key={step.key} step={step} />
      ))}
      {job.status === "failed" && job.error?.stage && (
        <li class="failed">
          <span class="name">{stageName(job.error.stage)}</span>
          <span class="took">failed</span>
        </li>
      )}
      {toCome > 0 && <li class="unseen">up to {toCome} more</li>}
      {Array.from({ length: toCome }, (_, at) => (
        <li key={at} class="to-come" aria-hidden="true" />
      ))}
    </ol>
  );
}

function StepItem({ step }: { step: Step }) {
  return (
    <li class={step.state} aria-current={step.state === "running" ? "step" : undefined}>
      <span class="name">{step.name}</span>
      <span class="took number">
        {step.shelved ? "from the shelf" : step.seconds === null ? <Counting since={step.since} /> : took(step.seconds)}
      </span>
      {step.message && <span class="message">{step.message}</span>}
    </li>
  );
}

/** Only its own text is drawn again at each tick. */
function Counting({ since }: { since: number }) {
  const text = useComputed(() => counted(Math.floor((now.value - since) / 1000)));
  return <>{text}</>;
}

/** Attempts before the one that is shown, folded. */
export function Earlier({ job }: { job: JobAnswer }) {
  const earlier = earlierAttempts(job);
  if (!earlier.length) return null;
  return (
    <details class="earlier">
      <summary>{earlier.length === 1 ? "An earlier try" : `${earlier.length} earlier tries`}</summary>
      <ul>
        {earlier.map((attempt) => (
          <li key={attempt.token}>
            <Told attempt={attempt} />
          </li>
        ))}
      </ul>
    </details>
  );
}

function Told({ attempt }: { attempt: Attempt }) {
  const { n, started_at, ended_at, event, reason, message } = attempt;
  const s = (Date.parse(ended_at ?? started_at) - Date.parse(started_at)) / 1000;
  return (
    <>
      {ordinal(n)} try, {took(s)}: {WORDS[event ?? ""] ?? event} {reason && <code>{reason}</code>} {message}
    </>
  );
}

const WORDS: Record<string, string> = {
  retry: "failed.",
  fail: "failed.",
  lapse: "its worker went silent.",
  hand_back: "handed back, not counted.",
  cancel: "canceled.",
  finish: "succeeded.",
};

/** Tenths would flicker. */
const counted = (s: number): string => (s < 60 ? `${Math.max(s, 0)} s` : seconds(s));
