// A job's way, told step by step: what was done in this attempt, what is being done, how much may come.

import type { Attempt, JobAnswer } from "../api";
import { seconds } from "./format";

export interface Step {
  key: string;
  name: string;
  state: "done" | "running";
  /** How long it took; of a running step see `since`. */
  seconds: number | null;
  /** When it began, in milliseconds since 1970. */
  since: number;
  /** It lay on the shelf, from this job or another one. */
  shelved: boolean;
  /** What the stage says of itself: "step 5 of 28". */
  message: string;
}

// What a stage has done, in a word or two; the document has the label of the running one alone.
const NAMES: Record<string, string> = {
  plan: "Words",
  text_to_image: "Drawing",
  read_picture: "Picture",
  cut_out: "Cutting out",
  recognize: "Recognising",
  image_to_parts: "Shape",
  image_to_mesh: "Shape",
  shape: "Shape",
  label: "Names",
  clean: "Cleaning",
  points: "Points",
  export: "Object",
  preview: "Preview",
};

export const stageName = (name: string): string => NAMES[name] ?? name.replaceAll("_", " ");

const ms = (iso: string | null | undefined): number => (iso ? Date.parse(iso) : 0);

/** The wait for this attempt, its finished stages, and the one that runs. */
export function stepsOf(job: JobAnswer): Step[] {
  if (job.status === "queued") return [wait(job)]; // its stages are still those of the attempt before
  const done: Step[] = job.stages.map((stage, at) => ({
    key: `${at} ${stage.name}`,
    name: stageName(stage.name),
    state: "done",
    seconds: stage.seconds,
    since: ms(stage.started_at),
    shelved: stage.hit,
    message: "",
  }));
  const { stage } = job;
  if (!stage || isOver(job)) return [wait(job), ...done];
  const now: Step = {
    key: `${done.length} ${stage.name}`,
    name: stage.label || stageName(stage.name),
    state: "running",
    seconds: null,
    since: ms(stage.started_at),
    shelved: false,
    message: stage.message,
  };
  return [wait(job), ...done, now];
}

/** How many more there may be: as many as all routes together need, so it may turn out to be fewer. */
export function stepsToCome(job: JobAnswer): number {
  const { stage } = job;
  return stage && !job.done ? Math.max(stage.total - stage.index - 1, 0) : 0;
}

/** A stage that was just finished is shown as running until the next one begins. */
function isOver({ stage, stages }: JobAnswer): boolean {
  return stages.some((done) => done.name === stage?.name && done.started_at === stage.started_at);
}

/** Of this attempt: it counts from when it could have begun. */
function wait(job: JobAnswer): Step {
  const open = job.status === "queued" || job.attempts.length === 0;
  const [attempt, before] = open ? [undefined, job.attempts.at(-1)] : [job.attempts.at(-1), job.attempts.at(-2)];
  const since = Math.max(ms(job.created_at), ms(job.not_before), ms(job.replay?.at), ms(before?.ended_at));
  const until = attempt ? ms(attempt.started_at) : ms(job.completed_at);
  return {
    key: "wait",
    name: "Waiting",
    state: until ? "done" : "running",
    seconds: until ? Math.max(until - since, 0) / 1000 : null,
    since,
    shelved: false,
    message: "",
  };
}

/** Those before the one that counts: what they ended with is in their record. */
export function earlierAttempts(job: JobAnswer): Attempt[] {
  return job.attempts.filter((attempt, at) => attempt.ended_at && (at < job.attempts.length - 1 || !job.done));
}

/** What a stage took: most of the quick ones are over before there is anything to count. */
export const took = (s: number): string => (s < 0.05 ? "< 0.1 s" : seconds(s));

/** 1 for the first; only what was counted: an attempt that was handed back was none. */
export const tryOf = (job: JobAnswer): number => (job.done || job.status === "running" ? job.attempt : job.attempt + 1);

/** 1 -> "1st" */
export function ordinal(n: number): string {
  const ending = n % 100 > 10 && n % 100 < 14 ? "th" : (["th", "st", "nd", "rd"][n % 10] ?? "th");
  return `${n}${ending}`;
}
