// A web app that follows jobs in Firestore. Jobs are made through the API, with the same person's ID token.

import { initializeApp } from "firebase/app";
import { getAuth, signInWithEmailAndPassword } from "firebase/auth";
import { collection, doc, getFirestore, limit, onSnapshot, orderBy, query, updateDoc, where } from "firebase/firestore";

const AGAIN_MS = 500;

export const open = (config) => getFirestore(initializeApp(config));

/** What the API takes: `Authorization: Bearer ${token}`. A token is good for an hour; getIdToken gives a fresh one. */
export async function signIn(email, password) {
  const { user } = await signInWithEmailAndPassword(getAuth(), email, password);
  return () => user.getIdToken();
}

/** Calls `show` with the job at every change. Returns what ends it. */
export function followJob(db, id, show, refused) {
  let stop;
  let denials = 0;
  const listen = () => {
    stop = onSnapshot(
      doc(db, "jobs", id),
      (job) => job.exists() && show(job.data()),
      (error) => {
        // Denied is also what is not there yet: ask again a few times after the API has made it.
        if (error.code === "permission-denied" && ++denials < 3) {
          const timer = setTimeout(listen, AGAIN_MS);
          stop = () => clearTimeout(timer);
        } else refused(error);
      },
    );
  };
  listen();
  return () => stop();
}

/** Calls `show` with the newest jobs of this person. Without the constraint and a limit of 100 at most it is denied. */
export function listJobs(db, uid, show, refused) {
  const mine = query(collection(db, "jobs"), where("owner_uid", "==", uid), orderBy("created_at", "desc"), limit(20));
  return onSnapshot(mine, (found) => show(found.docs.map((each) => each.data())), refused);
}

/** Asks that a job stops: all that a web app may write. It becomes `canceled` once it really has stopped. */
export const cancelJob = (db, id) => updateDoc(doc(db, "jobs", id), { cancel_requested: true });
