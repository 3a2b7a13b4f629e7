// What happened to a job, line by line. There is no log on the server: it is read from the document, whose stamps say
// when, so a reload in the middle has one too; what a later document no longer tells is kept from the ones before it.

import type { Attempt, JobAnswer } from "../api";
import { about } from "./format";
import { ordinal, stageName, took } from "./steps";

export interface Line {
  /** What it is about. The same thing told again, in other words, is the same line. */
  key: string;
  at: string;
  text: string;
  tone: "" | "good" | "bad";
}

export const LINES_MAX = 50;

/** The log so far and the newest document become the log, oldest first. */
export function grown(log: readonly Line[], job: JobAnswer): Line[] {
  const lines = new Map(log.map((line) => [line.key, line]));
  for (const line of told(job)) lines.set(line.key, { ...line, at: lines.get(line.key)?.at ?? line.at });
  return [...lines.values()].sort((a, b) => Date.parse(a.at) - Date.parse(b.at)).slice(-LINES_MAX);
}

/** Everything one document tells. */
function told(job: JobAnswer): Line[] {
  const lines = [line("created", job.created_at, "Asked for.")];
  if (job.replay) lines.push(line(`replay ${job.replay.count}`, job.replay.at, `Tried again by ${job.replay.by}.`));
  for (const attempt of job.attempts) lines.push(...ofAttempt(attempt));
  lines.push(...ofStages(job));
  if (job.cancel_requested && !job.done) {
    lines.push(line(`cancel ${job.claims}`, job.updated_at, "Somebody asked for it to be canceled."));
  }
  if (job.completed_at) lines.push(end(job, job.completed_at));
  return lines;
}

function ofAttempt({ n, token, worker, started_at, ended_at, event, reason, message }: Attempt): Line[] {
  const begun = line(`begun ${token}`, started_at, `${ordinal(n)} try begins on ${worker}.`);
  const said = ENDS[event ?? ""];
  if (!ended_at || !said) return [begun];
  const why = reason ? ` ${reason}: ${message}` : "";
  return [begun, line(`ended ${token}`, ended_at, `${ordinal(n)} try ${said}${why}`, reason ? "bad" : "")];
}

// How an attempt ends without the job being over. The ends of a job are told as such.
const ENDS: Record<string, string> = {
  retry: "failed; another one follows.",
  hand_back: "was handed back; it does not count.",
  lapse: "lost its worker; another one follows.",
};

function ofStages({ stages, stage, claims }: JobAnswer): Line[] {
  const lines = stages.map((done, at) => {
    const how = done.hit ? "taken from the shelf." : `done, ${took(done.seconds)}.`;
    return line(`done ${claims} ${at}`, done.ended_at, `${stageName(done.name)}: ${how}`);
  });
  if (!stage) return lines;
  const said = stage.message ? `${stage.label}: ${stage.message}` : stage.label;
  return [...lines, line(`stage ${claims} ${stage.started_at}`, stage.started_at, said)];
}

function end(job: JobAnswer, at: string): Line {
  const { status, metrics, output, error } = job;
  const key = `end ${job.claims} ${at}`;
  if (status === "succeeded") {
    const took = metrics ? ` in ${about(metrics.run_seconds)}` : "";
    return line(key, at, `Made${took}: ${output?.parts.length ?? 0} parts.`, "good");
  }
  if (status === "failed") return line(key, at, `Failed. ${error?.reason}: ${error?.message}`, "bad");
  return line(key, at, status === "canceled" ? "Canceled." : `Over: ${status}.`);
}

const line = (key: string, at: string, text: string, tone: Line["tone"] = ""): Line => ({ key, at, text, tone });
