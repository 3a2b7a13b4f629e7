// What every way in ends with: whether to stay, and the button.

import type { Signal } from "@preact/signals";

export function Enter({ keep, busy }: { keep: Signal<boolean>; busy: boolean }) {
  return (
    <>
      <label class="check">
        <input
          type="checkbox"
          checked={keep}
          onChange={(event) => {
            keep.value = event.currentTarget.checked;
          }}
        />
        Stay signed in on this device
      </label>
      <button type="submit" class="main" disabled={busy}>
        {busy ? "Looking" : "Sign in"}
      </button>
    </>
  );
}
