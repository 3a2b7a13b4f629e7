// Who signs in with Firebase, by e-mail and password. No pop-up and no frame: nothing of another origin is run here.

import {
  type Auth,
  browserLocalPersistence,
  browserSessionPersistence,
  initializeAuth,
  setPersistence,
  signInWithEmailAndPassword,
  type User,
  signOut as withoutUser,
} from "@firebase/auth";
import { ApiError } from "../core/api";
import { app } from "./app";

let made: Auth | undefined;

const UNREACHABLE = "auth/network-request-failed";
const WRONG = "There is nobody here with this e-mail and password.";
const SENTENCES: Record<string, string> = {
  "auth/invalid-credential": WRONG,
  "auth/invalid-email": "This is no e-mail address.",
  "auth/user-not-found": WRONG,
  "auth/wrong-password": WRONG,
  "auth/user-disabled": "This account was closed.",
  "auth/too-many-requests": "Too many tries. Wait a few minutes.",
  [UNREACHABLE]: "The server that signs you in cannot be reached.",
};

function auth(): Auth {
  made ??= initializeAuth(app(), { persistence: [browserLocalPersistence, browserSessionPersistence] });
  return made;
}

/** Gives the ID token of who signed in before, a fresh one where the last is old. */
export async function restored(): Promise<(() => Promise<string | null>) | null> {
  await auth().authStateReady();
  const { currentUser } = auth();
  return currentUser && tokenOf(currentUser);
}

/** Throws ApiError. */
export async function signIn(email: string, password: string, keep: boolean) {
  try {
    await setPersistence(auth(), keep ? browserLocalPersistence : browserSessionPersistence);
    const { user } = await signInWithEmailAndPassword(auth(), email, password);
    return tokenOf(user);
  } catch (error) {
    throw plain(error);
  }
}

export const signOut = (): Promise<void> => withoutUser(auth());

const tokenOf = (user: User) => async () => {
  try {
    return await user.getIdToken();
  } catch (error) {
    if (codeOf(error) === UNREACHABLE) throw plain(error);
    return null; // closed, or signed out everywhere: the API refuses, and that is what is shown
  }
};

const codeOf = (error: unknown): string => (error as { code?: string }).code ?? "";

function plain(error: unknown): ApiError {
  const code = codeOf(error);
  return new ApiError(
    code === UNREACHABLE ? "offline" : "refused",
    SENTENCES[code] ?? `Nobody was signed in (${code}).`,
  );
}
