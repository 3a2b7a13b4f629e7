// Before something is done: what it is, and why it is done. The reason goes on record.

import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { ApiError } from "../core/api";
import { Trouble } from "../parts/states";

const WHY_CHARS_MAX = 500; // as the API has it

interface Asking {
  title: string;
  /** What the button says that does it. */
  verb: string;
  risky?: boolean;
  optional?: boolean;
  ready?: boolean;
  /** Does it; the signal fires when somebody closes the dialog meanwhile. Throws ApiError, which is shown. */
  act: (reason: string, signal: AbortSignal) => Promise<unknown>;
  onClose: () => void;
  children: ComponentChildren;
}

/** A dialog that is open as long as it is there. */
export function Dialog({ title, verb, risky, optional, ready = true, act, onClose, children }: Asking) {
  const dialog = useRef<HTMLDialogElement>(null);
  const stop = useRef(new AbortController());
  const heading = useId();
  const [why, busy, error] = [useSignal(""), useSignal(false), useSignal<ApiError | null>(null)];
  useEffect(() => {
    dialog.current?.showModal();
    return () => stop.current.abort();
  }, []);
  const submit = async (event: Event) => {
    event.preventDefault();
    busy.value = true;
    error.value = null;
    try {
      await act(why.value.trim(), stop.current.signal);
      dialog.current?.close();
    } catch (thrown) {
      if (thrown instanceof ApiError) error.value = thrown;
    } finally {
      busy.value = false;
    }
  };
  return (
    <dialog ref={dialog} class="sheet" aria-labelledby={heading} onClose={onClose}>
      <form onSubmit={submit}>
        <h2 id={heading}>{title}</h2>
        {children}
        <label>
          {optional ? "Why, if there is more to say" : "Why"}
          <input
            required={!optional}
            pattern={optional ? undefined : ".*\\S.*"}
            title="A reason, for whoever looks at it later"
            maxLength={WHY_CHARS_MAX}
            value={why}
            onInput={(event) => {
              why.value = event.currentTarget.value;
            }}
          />
        </label>
        <p class="fine">It stands in the audit, with your name.</p>
        {error.value && <Trouble error={error.value} />}
        <div class="row ends">
          <button type="button" onClick={() => dialog.current?.close()}>
            Cancel
          </button>
          <button type="submit" class={risky ? "risky" : "main"} disabled={busy.value || !ready}>
            {busy.value ? "A moment" : verb}
          </button>
        </div>
      </form>
    </dialog>
  );
}
