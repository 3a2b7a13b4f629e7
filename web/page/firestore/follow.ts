// A job as Firestore tells of it: without the server in between, while that is possible; by events where it is not.

import {
  connectFirestoreEmulator,
  type DocumentReference,
  doc,
  type Firestore,
  getFirestore,
  onSnapshot,
  setLogLevel,
} from "@firebase/firestore";
import type { JobAnswer } from "../api";
import { ask } from "../core/api";
import { type EarlyFile, type Follower, followEvents, pause, visible } from "../core/live";
import { session } from "../core/session";
import { app, setUp } from "./app";
import { asAnswer } from "./translate";

const PATIENCE_MS = 8000; // without a word from Firestore itself; then events are asked for
const DENIALS_MAX = 3; // rules deny what is not there yet as they deny what is somebody else's
const DENIED_MS = 500;

type End = "done" | "hidden" | "denied" | "away";

let made: Firestore | undefined;

function database(): Firestore {
  if (made) return made;
  const { database, emulator } = setUp();
  setLogLevel("silent"); // what goes wrong is told below, in other words
  made = getFirestore(app(), database ?? "(default)");
  const here = session.peek();
  if (emulator && here.at === "home") {
    const { hostname, port } = new URL(`http://${emulator}`);
    connectFirestoreEmulator(made, hostname, Number(port), { mockUserToken: { user_id: here.me.owner } });
  }
  return made;
}

/** Tells of every change until the job is over or `stopped` fires. A hidden tab holds no stream. */
export async function followInFirestore(id: string, follower: Follower, stopped: AbortSignal): Promise<void> {
  try {
    const known = await ask<JobAnswer>("GET", `/v1/jobs/${id}`, { signal: stopped });
    follower.job(known);
    if (known.done || (await listening(known, follower, stopped))) return;
  } catch {} // events tell what is wrong
  if (!stopped.aborted) stopped.addEventListener("abort", followEvents(id, follower));
}

/** Whether that was all there is to tell; false: Firestore has nothing more to say, and the job is not over. */
async function listening(known: JobAnswer, follower: Follower, stopped: AbortSignal): Promise<boolean> {
  const at = doc(database(), "jobs", known.id);
  const tell = teller(known, follower, stopped);
  for (let denials = 0; !stopped.aborted; ) {
    await visible(stopped);
    const end = await listen(at, tell, stopped);
    if (end === "done") return true;
    if (end === "away" || (end === "denied" && ++denials > DENIALS_MAX)) return false;
    if (end === "denied") await pause(DENIED_MS, stopped);
  }
  return true;
}

/** One listener, to its end. A document from memory alone is no word of Firestore's. */
function listen(at: DocumentReference, tell: (fields: Fields) => boolean, stopped: AbortSignal): Promise<End> {
  return new Promise((resolve) => {
    let patience = setTimeout(() => end("away"), PATIENCE_MS);
    const quiet = () => document.hidden && end("hidden");
    const stop = () => end("done");
    const unsubscribe = onSnapshot(
      at,
      { includeMetadataChanges: true },
      (snapshot) => {
        clearTimeout(patience);
        if (snapshot.metadata.fromCache) patience = setTimeout(() => end("away"), PATIENCE_MS);
        else if (!snapshot.exists()) end("away");
        else if (tell(snapshot.data())) end("done");
      },
      (error) => end(error.code === "permission-denied" ? "denied" : "away"),
    );
    document.addEventListener("visibilitychange", quiet);
    stopped.addEventListener("abort", stop);
    function end(how: End) {
      clearTimeout(patience);
      document.removeEventListener("visibilitychange", quiet);
      stopped.removeEventListener("abort", stop);
      unsubscribe();
      resolve(how);
    }
  });
}

type Fields = Record<string, unknown>;

/** What there is to tell now, without a stream. */
interface Events {
  events: { id: string; data: EarlyFile | JobAnswer }[];
}

/** Tells a follower what a document says, and whether that was the end. Pictures are asked of the API: it has them. */
function teller(known: JobAnswer, follower: Follower, stopped: AbortSignal) {
  let last = known;
  let stages = "";
  let seen = "";
  const look = async () => {
    const headers = seen ? { "Last-Event-ID": seen } : {};
    const { events } = await ask<Events>("GET", `/v1/jobs/${known.id}/events`, { headers, signal: stopped });
    for (const { id, data } of events) {
      seen = id;
      if ("file" in data) follower.early?.(data);
    }
  };
  return (fields: Fields): boolean => {
    last = asAnswer(fields, last);
    follower.job(last);
    const now = Object.keys(last.checkpoints).join();
    if (now !== stages && !last.done) void look().catch(() => {}); // there is another look at the next stage
    stages = now;
    return last.done;
  };
}
