// The door: a key, kept until the tab is closed or, on request, until somebody signs out.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { ApiError, connection } from "../core/api";
import { signsIn } from "../core/firebase";
import { begin, session, signIn } from "../core/session";
import { ByEmail } from "./by-email";
import { Enter } from "./enter";
import { Trouble } from "./states";
import "./sign-in.css";

/** What a refusal means to somebody who stands at the door, where it is not what the server says of it. */
const SENTENCES: Record<string, string> = {
  UNAUTHENTICATED: "This key opens nothing here. Is it complete, and has nobody revoked it?",
  FORBIDDEN:
    "This key may not look at jobs, and without that there is nothing to see. Ask for one with the scope read.",
};

export function SignIn() {
  const key = useSignal("");
  const keep = useSignal(false);
  const byEmail = useSignal(false); // whose trouble it is that is told
  const { value: here } = session;
  const away = here.at === "door" && here.error?.kind === "offline";
  useEffect(() => {
    // Whoever was signed in comes in by themselves, as soon as the server can be asked again.
    if (away && connection.value.up) void begin();
  }, [away, connection.value.up]);
  if (here.at !== "door") return null;
  const enter = (event: Event) => {
    event.preventDefault();
    byEmail.value = false;
    void signIn(key.value.trim(), keep.value);
  };
  return (
    <main id="main" class="door" tabIndex={-1}>
      {signsIn() && <ByEmail here={here} asked={byEmail} />}
      <form class="sheet" onSubmit={enter} aria-busy={here.busy}>
        {signsIn() ? <h2>Or with a key</h2> : <h1>Sign in</h1>}
        {!signsIn() && <p class="fine">Words or a picture become a 3D object with named parts.</p>}
        <input
          class="unseen"
          type="text"
          autocomplete="username"
          value="lumen"
          readOnly
          tabIndex={-1}
          aria-hidden="true"
        />
        <label>
          Your key
          <input
            type="password"
            autocomplete="current-password"
            placeholder="lk_..."
            spellcheck={false}
            required
            aria-invalid={!byEmail.value && here.error?.kind === "refused"}
            value={key}
            onInput={(event) => {
              key.value = event.currentTarget.value;
            }}
          />
        </label>
        <Enter keep={keep} busy={here.busy} />
        {here.error && !byEmail.value && <Trouble error={plainer(here.error)} />}
      </form>
      <p class="fine">
        Whoever runs this server makes keys: <code>lumen keys create</code>. There is a <a href="/docs">description</a>{" "}
        of the API too.
      </p>
    </main>
  );
}

function plainer(error: ApiError): ApiError {
  const { problem } = error;
  const sentence = problem && SENTENCES[problem.reason];
  return sentence ? new ApiError(error.kind, sentence, problem, error.againAt) : error;
}
