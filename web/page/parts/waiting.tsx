// What a job waits for: others, its time, somebody who lets workers go on, or a worker.

import { type Signal, useComputed, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JobAnswer, QueueAnswer } from "../api";
import { ask } from "../core/api";
import { about, moment } from "../core/format";
import { queue } from "../core/jobs";
import { now, whileVisible } from "../core/now";

const LOOK_MS = 3000; // the place is no part of a job's version, so no event tells of it
const PATIENCE_MS = 4000; // a worker that is there has claimed it by then

export function Waiting({ job }: { job: JobAnswer }) {
  const place = useSignal(job.queue_position);
  useEffect(() => whileVisible(LOOK_MS, () => void look(job.id, place)), [job.id]);
  const due = Date.parse(job.not_before);
  const text = useComputed(() => {
    if (due > now.value) return `It starts at ${moment(job.not_before)} at the earliest, in ${until(due, now.value)}.`;
    return inLine(place.value, queue.value, now.value - due > PATIENCE_MS);
  });
  return (
    <p class="waiting" role="status">
      {text}
    </p>
  );
}

/** The list looks at the queue too, but not where somebody has stopped it. */
async function look(id: string, place: Signal<number | null>): Promise<void> {
  try {
    const [job, line] = await Promise.all([
      ask<JobAnswer>("GET", `/v1/jobs/${id}`),
      ask<QueueAnswer>("GET", "/v1/queue"),
    ]);
    place.value = job.queue_position;
    queue.value = line;
  } catch {} // whoever follows the job says what is wrong
}

function inLine(place: number | null, line: QueueAnswer | null, late: boolean): string {
  if (line?.paused) return `${who(place)}; paused by ops: no job is begun until they let it go on.`;
  if (line && line.running === 0 && late) return "Nobody works on any job now: a worker has to start first.";
  if (place === null || !line) return "It waits for a worker.";
  const s = beginsIn(place, line);
  return s === null ? `${who(place)}.` : `${who(place)}, about ${about(s)}.`;
}

function who(place: number | null): string {
  if (place === null) return "It waits";
  return place ? `${place} ahead of it` : "It is next";
}

/** As the server reckons for a new job (jobs/stats.py): all alike, as many workers as jobs run, half of those done. */
function beginsIn(place: number, { median_run_seconds, running }: QueueAnswer): number | null {
  return median_run_seconds === null ? null : ((place + running / 2) / Math.max(running, 1)) * median_run_seconds;
}

const until = (due: number, at: number): string => about(Math.ceil((due - at) / 1000));
