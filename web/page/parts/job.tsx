// One job, as it goes and as it ended.

import { useComputed, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { JobAnswer, Output } from "../api";
import type { ApiError } from "../core/api";
import { standing, words } from "../core/format";
import { jobs, put } from "../core/jobs";
import { lazy } from "../core/lazy";
import { type EarlyFile, follow } from "../core/live";
import { grown, type Line } from "../core/log";
import { to } from "../core/route";
import { ordinal, tryOf } from "../core/steps";
import { Actions } from "./actions";
import { Downloads } from "./downloads";
import { Facts } from "./facts";
import { CanceledNote, Copy, FailureNote } from "./failure";
import { JobPicture } from "./job-picture";
import { Log } from "./log";
import { Progress } from "./progress";
import { Loading, Nowhere, Trouble } from "./states";
import { Earlier, Stepper } from "./stepper";
import { Waiting } from "./waiting";
import "./job.css";

const Viewer = lazy(() => import("../viewer/viewer"));

const PICTURES: Record<string, string> = {
  "picture.png": "What the shape is made from",
  "preview.png": "A first look at it",
};

export function JobRoom({ id }: { id: string }) {
  const { job, log, early, lost, hear, again } = useFollowed(id);
  useTitle(job.value);
  if (lost.value) return <Lost error={lost.value} again={again} />;
  const { value: now } = job;
  if (!now) return <Loading what="Loading the job" />;
  return (
    <article class="job-room">
      <div class="sheet">
        <Head job={now} picture={now.links.artifacts["input.png"] ?? early.value["picture.png"]?.url} />
        {!now.output && <Stepper job={now} />}
        {!now.done && <Progress job={now} />}
        {now.status === "queued" && <Waiting job={now} />}
        {now.error && <FailureNote job={now} error={now.error} />}
        {now.status === "canceled" && <CanceledNote job={now} />}
        <Actions job={now} hear={hear} />
        {!now.output && <Earlier job={now} />}
        {!now.output && <Log lines={log.value} />}
      </div>
      {now.output ? (
        <Result job={now} output={now.output} lines={log.value} />
      ) : (
        <EarlyFiles files={early.value} version={now.claims} />
      )}
    </article>
  );
}

/** The object first; how it came to be is of less interest now. */
function Result({ job, output, lines }: { job: JobAnswer; output: Output; lines: Line[] }) {
  return (
    <>
      <Viewer job={job} />
      <div class="sheet">
        <Downloads job={job} />
      </div>
      <div class="sheet">
        <Facts job={job} output={output} />
      </div>
      <div class="sheet">
        <h2>How it went</h2>
        <Stepper job={job} />
        <Earlier job={job} />
        <Log lines={lines} />
      </div>
    </>
  );
}

function Head({ job, picture }: { job: JobAnswer; picture: string | undefined }) {
  const status = standing(job);
  const n = tryOf(job);
  return (
    <header class="head">
      {job.input.image && picture && <JobPicture url={picture} alt="" />}
      <div class="title">
        <h1 tabIndex={-1}>{words(job.input)}</h1>
        <p>
          <span class={`status ${status}`} role="status">
            {status}
          </span>
          {n > 1 && <span class="fine"> {ordinal(n)} try</span>}
        </p>
      </div>
      <Copy what="the address of this job" text={location.href} label="Copy link" />
    </header>
  );
}

function EarlyFiles({ files, version }: { files: Record<string, EarlyFile>; version: number }) {
  return (
    <div class="early">
      {Object.values(files).map(({ file, url }) => (
        <figure key={file} class="sheet">
          <JobPicture url={url} version={version} alt="" />
          <figcaption class="fine">{PICTURES[file] ?? file}</figcaption>
        </figure>
      ))}
    </div>
  );
}

function Lost({ error, again }: { error: ApiError; again: () => void }) {
  if (error.problem?.status === 404) {
    return (
      <Nowhere what="There is no such job among yours: it was deleted, its time is over, or it is somebody else's." />
    );
  }
  return (
    <section class="sheet">
      <Trouble error={error} again={again} />
      <a href={to([])}>To your jobs</a>
    </section>
  );
}

/** All that is known of a job, kept up to date for as long as somebody is in its room. */
function useFollowed(id: string) {
  const job = useSignal<JobAnswer | null>(null);
  const log = useSignal<Line[]>([]);
  const early = useSignal<Record<string, EarlyFile>>({});
  const lost = useSignal<ApiError | null>(null);
  const round = useSignal(0);
  const take = (next: JobAnswer) => {
    job.value = next;
    log.value = grown(log.value, next);
    put(next);
  };
  const again = () => {
    lost.value = null;
    round.value += 1;
  };
  const hear = (next: JobAnswer) => {
    const goesOn = !!job.value?.done && !next.done;
    take(next);
    if (goesOn) again();
  };
  useEffect(
    () =>
      follow(id, {
        job: take,
        early(file) {
          early.value = { ...early.value, [file.file]: file };
        },
        lost(error) {
          lost.value = error;
        },
      }),
    [id, round.value],
  );
  // A job that is over is not followed. Where another tab tries it again, the list is who sees it first.
  const woken = useComputed(() => {
    const listed = jobs.value?.find((each) => each.id === id);
    return !!job.value?.done && !!listed && !listed.done && listed.updated_at > job.value.updated_at;
  });
  useSignalEffect(() => {
    if (woken.value) round.value = round.peek() + 1;
  });
  return { job, log, early, lost, hear, again };
}

/** "62 % flying bird - Lumen": to be seen from another tab. */
function useTitle(job: JobAnswer | null): void {
  const far = job?.status === "running" ? `${job.progress} %` : job && standing(job);
  const title = job ? `${far} ${words(job.input)} - Lumen` : "Lumen";
  useEffect(() => {
    document.title = title;
  }, [title]);
}
