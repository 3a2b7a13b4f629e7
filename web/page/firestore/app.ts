// The Firebase app of this page: made when it is first wanted, as the server says it is set up.

import { type FirebaseApp, initializeApp } from "@firebase/app";
import type { Firebase } from "../api";
import { firebase } from "../core/firebase";

let made: FirebaseApp | undefined;

export const setUp = (): Firebase => firebase.peek() as Firebase; // nobody comes here without

export function app(): FirebaseApp {
  made ??= initializeApp(setUp().app);
  return made;
}
