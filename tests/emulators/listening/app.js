// The documented snippet in a page: Firestore's emulator, somebody it takes for who they say, and a DOM.

import { connectFirestoreEmulator } from "firebase/firestore";
import { cancelJob, followJob, listJobs, open } from "../../../docs/firestore/listen.js";
import { asAnswer } from "../../../web/page/firestore/translate";

const said = new URLSearchParams(location.search);
const [host, port] = said.get("emulator").split(":");
const id = said.get("job");
const uid = said.get("uid");
const put = (name, text) => {
  document.getElementById(name).textContent = text;
};

const db = open({ projectId: said.get("project"), apiKey: "k", appId: "a" });
connectFirestoreEmulator(db, host, Number(port), { mockUserToken: { user_id: uid } });

followJob(
  db,
  id,
  (job) => {
    put("progress", `${job.status} ${job.progress}${job.cancel_requested ? " canceling" : ""}`);
    const known = { links: { self: `/v1/jobs/${id}` }, queue_position: null };
    put("answer", JSON.stringify(asAnswer(job, known)));
  },
  (error) => put("progress", error.code),
);
listJobs(
  db,
  uid,
  (jobs) => put("list", jobs.map((job) => job.id).join(" ")),
  (error) => put("list", error.code),
);
document.getElementById("cancel").onclick = () => cancelJob(db, id).catch((error) => put("list", error.code));
