// A job as it changes. Events first; where there is no seat for them, a long poll; where there is no way, again soon.

import { EventSourceParserStream } from "eventsource-parser/stream";
import type { JobAnswer } from "../api";
import { ApiError, ask, connection, send } from "./api";

/** A file that can be had before the job is over. */
export interface EarlyFile {
  file: string;
  url: string;
}

/** Who follows a job. */
export interface Follower {
  job(job: JobAnswer): void;
  /** A picture that can be seen before the job is over. */
  early?(file: EarlyFile): void;
  /** It cannot be followed: it is not there, or not theirs. */
  lost(error: ApiError): void;
}

const SILENCE_MS = 40_000; // the server says something every 15 s
const AGAIN_MS = [500, 1000, 2000, 5000, 10_000]; // and so on; jittered, so that a thousand pages do not come at once
const WAIT_S = 25;
const FINAL = [401, 403, 404, 410];

/** Tells of every change until the job is over or the returned function is called. A hidden tab holds no stream. */
export type Follow = (id: string, follower: Follower) => () => void;

let way: Follow = followEvents;

export const follow: Follow = (id, follower) => way(id, follower);

/** Another way than events, where there is one. */
export function followBy(other: Follow): void {
  way = other;
}

/** By the API alone. */
export function followEvents(id: string, follower: Follower): () => void {
  const stopped = new AbortController();
  void keepFollowing(id, follower, stopped.signal);
  return () => stopped.abort();
}

async function keepFollowing(id: string, follower: Follower, stopped: AbortSignal): Promise<void> {
  const seen = { id: "", done: false };
  for (let failures = 0; !stopped.aborted && !seen.done; ) {
    await visible(stopped);
    try {
      await listen(id, follower, seen, stopped);
      failures = 0;
      // It ended early: the server goes, or an hour is over. One that was let go comes back when it is looked at.
      if (!seen.done && !document.hidden) await pause(AGAIN_MS[0] as number, stopped);
    } catch (error) {
      if (stopped.aborted) return;
      if (error instanceof ApiError && FINAL.includes(error.problem?.status ?? 0)) return follower.lost(error);
      if (error instanceof ApiError && error.problem?.reason === "OVERLOADED") {
        await poll(id, follower, seen, stopped).catch(() => {}); // the next stream says what is wrong
      }
      const asked = error instanceof ApiError && error.againAt ? error.againAt - Date.now() : 0;
      await pause(Math.max(asked, AGAIN_MS[Math.min(failures++, AGAIN_MS.length - 1)] as number), stopped);
    }
  }
}

/** One stream, to its end. */
async function listen(id: string, follower: Follower, seen: Seen, stopped: AbortSignal): Promise<void> {
  const cut = new AbortController();
  const quiet = () => document.hidden && cut.abort();
  document.addEventListener("visibilitychange", quiet);
  const headers = { Accept: "text/event-stream", ...(seen.id && { "Last-Event-ID": seen.id }) };
  const signal = AbortSignal.any([stopped, cut.signal]);
  let silence = setTimeout(() => cut.abort(), SILENCE_MS);
  try {
    const response = await send("GET", `/v1/jobs/${id}/events`, { headers, signal });
    if (!response.body) return;
    const heard = new TransformStream<Uint8Array, Uint8Array>({
      transform(chunk, on) {
        clearTimeout(silence);
        silence = setTimeout(() => cut.abort(), SILENCE_MS);
        on.enqueue(chunk);
      },
    });
    const events = response.body.pipeThrough(heard).pipeThrough(text()).pipeThrough(new EventSourceParserStream());
    for await (const { event, id: version, data } of each(events)) {
      seen.id = version ?? seen.id;
      const said = JSON.parse(data);
      if (event === "job") follower.job(said);
      else if (event === "done") seen.done = true;
      else follower.early?.(said);
    }
  } catch (error) {
    if (!cut.signal.aborted) throw error;
  } finally {
    clearTimeout(silence);
    document.removeEventListener("visibilitychange", quiet);
  }
}

interface Seen {
  id: string;
  done: boolean;
}

/** One long poll. */
async function poll(id: string, follower: Follower, seen: Seen, signal: AbortSignal): Promise<void> {
  const job = await ask<JobAnswer>("GET", `/v1/jobs/${id}?wait=${WAIT_S}`, { signal });
  follower.job(job);
  seen.done = job.done;
}

const text = () => new TextDecoderStream() as unknown as TransformStream<Uint8Array, string>;

/** A stream can be iterated itself, but not yet in every browser. */
async function* each<T>(stream: ReadableStream<T>): AsyncGenerator<T> {
  const reader = stream.getReader();
  try {
    for (let got = await reader.read(); !got.done; got = await reader.read()) yield got.value;
  } finally {
    reader.releaseLock();
  }
}

export function visible(stopped: AbortSignal): Promise<void> {
  if (!document.hidden) return Promise.resolve();
  return new Promise((resolve) => {
    document.addEventListener("visibilitychange", () => resolve(), { once: true, signal: stopped });
    stopped.addEventListener("abort", () => resolve(), { once: true });
  });
}

/** Shorter where somebody else finds out that the server is back. */
export function pause(ms: number, stopped: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    let { up: wasUp } = connection.peek();
    const timer = setTimeout(wake, ms * (1 + Math.random() / 2));
    const unsubscribe = connection.subscribe(({ up }) => {
      if (up && !wasUp) wake();
      wasUp = up;
    });
    stopped.addEventListener("abort", wake, { once: true });
    function wake() {
      clearTimeout(timer);
      unsubscribe();
      stopped.removeEventListener("abort", wake);
      resolve();
    }
  });
}
