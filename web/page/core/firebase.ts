// Where the server is set up for Firebase: who is signed in with it, and jobs that Firestore itself tells of.
// Firebase's own code is a chunk that nobody loads who has no use for it.

import { signal } from "@preact/signals";
import type { Firebase, PageOptions } from "../api";
import { ApiError, ask } from "./api";
import { type Follow, followBy, followEvents } from "./live";

/** How a page gets at Firebase here; null: not at all. */
export const firebase = signal<Firebase | null>(null);

const MARK = "lumen.firebase"; // there while somebody is signed in with it: without it nobody loads the chunk to see
const chunk = () => import("../firestore/firestore");

/** Asks the server, once, before anything is shown. */
export async function lookForFirebase(): Promise<void> {
  try {
    firebase.value ??= (await ask<PageOptions>("GET", "/v1/page")).firebase;
  } catch (error) {
    if (!(error instanceof ApiError)) throw error; // what else cannot be asked says so in a better place
  }
  if (firebase.value?.database) followBy(followed);
}

/** Whether somebody can sign in with it: an emulator takes everybody's word already. */
export const signsIn = (): boolean => firebase.value !== null && firebase.value.emulator === null;

/** The ID token of who signed in before; null: nobody did. */
export async function remembered(): Promise<(() => Promise<string | null>) | null> {
  if (!signsIn() || !isMarked()) return null;
  return (await chunk()).restored();
}

/** Throws ApiError. `keep`: until somebody signs out, not only until the tab is closed. */
export async function signInByEmail(email: string, password: string, keep: boolean) {
  const token = await (await chunk()).signIn(email, password, keep);
  (keep ? localStorage : sessionStorage).setItem(MARK, "1");
  return token;
}

export function forgetFirebase(): void {
  if (!isMarked()) return;
  sessionStorage.removeItem(MARK);
  localStorage.removeItem(MARK);
  void chunk().then((loaded) => loaded.signOut());
}

const isMarked = () => (sessionStorage.getItem(MARK) ?? localStorage.getItem(MARK)) !== null;

/** Firestore knows who signed in with Firebase, and in an emulator everybody; who came with a key hears the API. */
const followed: Follow = (id, follower) => {
  if (!firebase.value?.emulator && !isMarked()) return followEvents(id, follower);
  const stopped = new AbortController();
  chunk()
    .then((loaded) => loaded.followInFirestore(id, follower, stopped.signal))
    .catch(() => {
      if (!stopped.signal.aborted) stopped.signal.addEventListener("abort", followEvents(id, follower));
    });
  return () => stopped.abort();
};
