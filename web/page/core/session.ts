// Who is using the page: somebody with a key, or the one person at a machine whose server asks nobody who they are.

import { signal } from "@preact/signals";
import type { Me, Scope } from "../api";
import { ApiError, ask, askAs, type Bearer } from "./api";
import { forgetFirebase, lookForFirebase, remembered, signInByEmail } from "./firebase";

export type Session = { at: "door"; busy: boolean; error: ApiError | null } | { at: "home"; me: Me; canLeave: boolean };

const KEY = "lumen.key";

export const session = signal<Session>({ at: "door", busy: true, error: null });

/** Whether it is known who is here: until then nothing is shown, so that no door flashes up before who needs no key. */
export const begun = signal(false);

/** Whoever was here before, or whoever the server takes everybody for. */
export async function begin(): Promise<void> {
  await lookForFirebase();
  const key = sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  const token = await remembered().catch(() => null); // its code may not be there: the door says so when it is wanted
  await (token ? enter(token, true) : enter(async () => key, key !== null));
  const now = session.value;
  // Nobody was here before: that a key is wanted is no error.
  if (!token && key === null && now.at === "door" && now.error?.problem?.reason === "UNAUTHENTICATED") {
    session.value = { at: "door", busy: false, error: null };
  }
  begun.value = true;
}

/** Come in with a key; `keep`: until somebody signs out, not only until the tab is closed. */
export async function signIn(key: string, keep: boolean): Promise<void> {
  await enter(async () => key, true);
  if (session.value.at === "home") (keep ? localStorage : sessionStorage).setItem(KEY, key);
}

/** Come in as somebody whom Firebase knows. */
export async function signInAs(email: string, password: string, keep: boolean): Promise<void> {
  session.value = { at: "door", busy: true, error: null };
  try {
    await enter(await signInByEmail(email, password, keep), true);
  } catch (error) {
    const said = error instanceof ApiError ? error : new ApiError("offline", "This part of the page cannot be loaded.");
    session.value = { at: "door", busy: false, error: said };
  }
}

export function signOut(): void {
  forget();
  askAs(async () => null, forget);
  session.value = { at: "door", busy: false, error: null };
}

async function enter(token: Bearer, canLeave: boolean): Promise<void> {
  session.value = { at: "door", busy: true, error: null };
  askAs(token, forget);
  try {
    const me = await ask<Me>("GET", "/v1/me");
    askAs(token, turnedOut);
    session.value = { at: "home", me, canLeave };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    session.value = { at: "door", busy: false, error };
  }
}

function turnedOut(): void {
  forget();
  session.value = { at: "door", busy: false, error: new ApiError("refused", "Your key is not good any more.") };
}

function forget(): void {
  sessionStorage.removeItem(KEY);
  localStorage.removeItem(KEY);
  forgetFirebase();
}

const may = (scope: Scope): boolean => session.value.at === "home" && session.value.me.scopes.includes(scope);

export const isOps = (): boolean => may("ops");
export const maySubmit = (): boolean => may("submit");
