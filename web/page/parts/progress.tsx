// How far a job is, and how long it may still take.

import { useComputed } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { JobAnswer } from "../api";
import { about } from "../core/format";
import { now } from "../core/now";
import "./progress.css";

export function Progress({ job }: { job: JobAnswer }) {
  const percent = useForward(job);
  const known = job.status === "running" && percent > 0;
  return (
    <div class="progress">
      {/* Without a value it says that something goes on, and nothing of how far. */}
      <progress max={100} {...(known && { value: percent })} aria-label="Progress" />
      <p class="fine">
        {known && <b class="number">{percent} %</b>} {job.eta_at && <Left until={Date.parse(job.eta_at)} />}
      </p>
    </div>
  );
}

/** A late answer takes nothing back that was shown, within one attempt. */
function useForward({ claims, progress }: JobAnswer): number {
  const shown = useRef({ claims, progress });
  const { current } = shown;
  shown.current = { claims, progress: current.claims === claims ? Math.max(current.progress, progress) : progress };
  return shown.current.progress;
}

function Left({ until }: { until: number }) {
  const text = useComputed(() => {
    const s = Math.ceil((until - now.value) / 1000);
    return s > 0 ? `about ${about(s)} left` : "taking longer than usual";
  });
  return <span class="number">{text}</span>;
}
