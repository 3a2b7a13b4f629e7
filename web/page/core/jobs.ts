// The jobs somebody sees: the list, and what they may do with one.

import { signal } from "@preact/signals";
import type { JobAnswer, JobPage, JobRequest, JobStatus, QueueAnswer, UploadAnswer } from "../api";
import { ask } from "./api";

export const LIST_MAX = 50;

/** The statuses that each choice of the list shows; none: every one. */
export const FILTERS = {
  all: [],
  active: ["running", "queued"],
  failed: ["failed"],
  succeeded: ["succeeded"],
} satisfies Record<string, JobStatus[]>;
export type Filter = keyof typeof FILTERS;

/** The newest jobs, and those that are being sent. */
export const jobs = signal<JobAnswer[] | null>(null);
export const sending = signal<{ key: string; request: JobRequest }[]>([]);
export const queue = signal<QueueAnswer | null>(null);
/** Whether there are older ones to be had. */
export const more = signal(false);

/** One list as it is being read: another filter begins another one, and late answers to this one count no more. */
interface Reading {
  filter: string;
  statuses: readonly JobStatus[];
  /** For each status, where its next page begins; null: there is none. */
  next: (string | null)[];
  /** Whether pages behind the first were read: a look at the first must not take them away. */
  deep: boolean;
  /** Jobs older than this may lie behind the first page. Milliseconds since 1970. */
  horizon: number;
  /** Told of since the last look began, which may not have seen them. */
  fresh: Set<string>;
}

let reading = newReading("all");

function newReading(filter: string): Reading {
  const statuses = FILTERS[filter as Filter] ?? [];
  return { filter, statuses, next: [], deep: false, horizon: Number.NEGATIVE_INFINITY, fresh: new Set() };
}

/** Look at the list and the queue once. Throws ApiError. */
export async function look(filter: string): Promise<void> {
  if (filter !== reading.filter) forget(filter);
  const here = reading;
  here.fresh.clear();
  const [pages, waiting] = await Promise.all([
    Promise.all(sourcesOf(here).map((status) => page(status, null))),
    ask<QueueAnswer>("GET", "/v1/queue"),
  ]);
  queue.value = waiting;
  if (here !== reading) return;
  here.horizon = Math.max(...pages.map(horizonOf));
  if (!here.deep) here.next = pages.map((each) => each.next_page_token);
  const kept = (jobs.value ?? []).filter((job) => here.fresh.has(job.id) || (here.deep && made(job) < here.horizon));
  show([...pages.flatMap((each) => each.jobs), ...kept]);
}

/** The page behind what is shown. Throws ApiError. */
export async function lookFurther(): Promise<void> {
  const here = reading;
  const pages = await Promise.all(
    sourcesOf(here).map(async (status, at) => {
      const token = here.next[at];
      return token ? page(status, token) : { jobs: [], next_page_token: null };
    }),
  );
  if (here !== reading) return;
  here.deep = true;
  here.next = pages.map((each) => each.next_page_token);
  show([...(jobs.value ?? []), ...pages.flatMap((each) => each.jobs)]);
}

/** Begin anew: for another filter, or for somebody else. */
export function forget(filter = "all"): void {
  reading = newReading(filter);
  jobs.value = null;
  more.value = false;
}

const sourcesOf = ({ statuses }: Reading): readonly (JobStatus | null)[] => (statuses.length ? statuses : [null]);

function page(status: JobStatus | null, token: string | null): Promise<JobPage> {
  const query = new URLSearchParams({ page_size: String(LIST_MAX) });
  if (status) query.set("status", status);
  if (token) query.set("page_token", token);
  return ask("GET", `/v1/jobs?${query}`);
}

function horizonOf({ jobs, next_page_token }: JobPage): number {
  const last = jobs.at(-1);
  return next_page_token && last ? made(last) : Number.NEGATIVE_INFINITY;
}

const made = (job: JobAnswer): number => Date.parse(job.created_at);

function show(found: JobAnswer[]): void {
  const known = new Map(jobs.value?.map((job) => [job.id, job]));
  const now = new Map<string, JobAnswer>();
  for (const job of found) now.set(job.id, newer(now.get(job.id) ?? known.get(job.id), job));
  jobs.value = [...now.values()].sort((a, b) => made(b) - made(a));
  more.value = reading.next.some(Boolean);
}

/** An answer may be overtaken by a later one. Lists and events do not count the place in the queue: it is kept. */
function newer(known: JobAnswer | undefined, next: JobAnswer): JobAnswer {
  if (!known) return next;
  if (Date.parse(known.updated_at) > Date.parse(next.updated_at)) return known;
  const place = next.status === "queued" ? (next.queue_position ?? known.queue_position) : null;
  return { ...next, queue_position: place };
}

let turn = 0;

/** Ask for the place of one job that waits, another each time. Throws ApiError. */
export async function lookAtAPlace(): Promise<void> {
  const waiting = (jobs.value ?? []).filter((job) => job.status === "queued");
  const job = waiting[turn++ % waiting.length];
  if (job) put(await ask<JobAnswer>("GET", `/v1/jobs/${job.id}`));
}

/** A key is random, and good also where the page did not come over TLS: there is no randomUUID then. */
export const newKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");

/** Submit once, whatever happens on the way: asked again with the same key it leads to the same job. */
export async function submit(request: JobRequest, key = newKey(), picture?: Blob): Promise<JobAnswer> {
  sending.value = [{ key, request }, ...sending.value];
  try {
    const job = await ask<JobAnswer>("POST", "/v1/jobs", {
      body: picture ? await withPicture(request, picture) : request,
      headers: { "Idempotency-Key": `"${key}"` },
    });
    put(job);
    return job;
  } finally {
    sending.value = sending.value.filter((each) => each.key !== key);
  }
}

/** The same picture has the same id, so it may be sent again. */
async function withPicture(request: JobRequest, picture: Blob): Promise<JobRequest> {
  const { id } = await ask<UploadAnswer>("POST", "/v1/uploads", {
    body: picture,
    headers: { "Content-Type": picture.type },
  });
  return { ...request, input: { ...request.input, image: id } };
}

export const cancel = (id: string): Promise<JobAnswer> => act(id, "cancel");

/** The same job once more, or with a seed another one like it. */
export const retry = (id: string, seed?: number): Promise<JobAnswer> =>
  act(id, "retry", seed === undefined ? {} : { seed });

async function act(id: string, verb: string, body?: unknown): Promise<JobAnswer> {
  const job = await ask<JobAnswer>("POST", `/v1/jobs/${id}/${verb}`, { body });
  put(job);
  return job;
}

/** What is known of a job now, in its place in the list, if the list reaches back to it. */
export function put(job: JobAnswer): void {
  const known = jobs.value ?? [];
  if (!known.some((each) => each.id === job.id) && made(job) < reading.horizon) return;
  reading.fresh.add(job.id);
  show([...known, job]);
}

/** It was deleted. */
export function drop(id: string): void {
  jobs.value = jobs.value?.filter((job) => job.id !== id) ?? null;
}
