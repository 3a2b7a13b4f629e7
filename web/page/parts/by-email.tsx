// The door for who has an account with Firebase, where the server takes those.

import { type Signal, useSignal } from "@preact/signals";
import { type Session, signInAs } from "../core/session";
import { Enter } from "./enter";
import { Trouble } from "./states";

/** `asked`: whether this way was tried last. */
export function ByEmail({ here, asked }: { here: Extract<Session, { at: "door" }>; asked: Signal<boolean> }) {
  const email = useSignal("");
  const password = useSignal("");
  const keep = useSignal(false);
  const enter = async (event: Event) => {
    event.preventDefault();
    asked.value = true;
    await signInAs(email.value.trim(), password.value, keep.value);
  };
  return (
    <form class="sheet" onSubmit={enter} aria-busy={here.busy}>
      <h1>Sign in</h1>
      <p class="fine">Words or a picture become a 3D object with named parts.</p>
      <label>
        E-mail
        <input
          type="email"
          autocomplete="username"
          required
          value={email}
          onInput={(event) => {
            email.value = event.currentTarget.value;
          }}
        />
      </label>
      <label>
        Password
        <input
          type="password"
          autocomplete="current-password"
          required
          value={password}
          onInput={(event) => {
            password.value = event.currentTarget.value;
          }}
        />
      </label>
      <Enter keep={keep} busy={here.busy} />
      {asked.value && here.error && <Trouble error={here.error} />}
    </form>
  );
}
