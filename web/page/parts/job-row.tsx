// One job in a line.

import type { JobAnswer, JobRequest } from "../api";
import { seconds, words } from "../core/format";
import { jobAddress } from "../core/route";
import { isOps, session } from "../core/session";
import { Ago } from "./ago";

export function JobRow({ job, status, selected }: { job: JobAnswer; status: string; selected: boolean }) {
  return (
    <li>
      <a class="job" href={jobAddress(job.id)} aria-current={selected ? "true" : undefined}>
        <span class="words">{words(job.input)}</span>
        <span class={`status ${status}`}>{status}</span>
        <span class="much">{howFar(job)}</span>
        <span class="when">
          <Owner of={job} />
          <Ago at={job.created_at} />
        </span>
        {job.status === "running" && (
          <span class="bar" aria-hidden="true">
            <span style={{ inlineSize: `${job.progress}%` }} />
          </span>
        )}
      </a>
    </li>
  );
}

/** Not answered yet: there is nothing to open. */
export function SendingRow({ request }: { request: JobRequest }) {
  const { prompt = null, verb = "" } = request.input;
  return (
    <li>
      <div class="job">
        <span class="words">{words({ prompt, verb })}</span>
        <span class="status">sending</span>
      </div>
    </li>
  );
}

function howFar({ status, progress, queue_position, metrics }: JobAnswer): string {
  if (status === "running") return `${progress} %`;
  if (status === "queued" && queue_position !== null) return queue_position ? `${queue_position} before it` : "next";
  return status === "succeeded" && metrics ? seconds(metrics.run_seconds) : "";
}

/** Ops see everybody's jobs: those of others say whose they are. */
function Owner({ of }: { of: JobAnswer }) {
  const here = session.value;
  if (!isOps() || here.at !== "home" || here.me.owner === of.owner_uid) return null;
  return <span class="owner">{of.owner_uid}</span>;
}
