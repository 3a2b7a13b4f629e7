// Whether workers take jobs, and the switch for it.

import { useSignal } from "@preact/signals";
import type { Pause } from "../api";
import { ask } from "../core/api";
import { Ago } from "../parts/ago";
import { Trouble } from "../parts/states";
import { Dialog } from "./dialog";
import { useLook } from "./look";

export function PausePanel({ everyMs }: { everyMs: number }) {
  const { answer: pause, error, again } = useLook<Pause>("/v1/pause", everyMs);
  const asking = useSignal(false);
  const close = () => {
    asking.value = false;
    again();
  };
  return (
    <section class={`sheet pause ${pause?.paused ? "on" : ""}`} aria-label="Pause">
      {error && error.kind !== "offline" && <Trouble error={error} />}
      {pause && (
        <>
          <div role="status">
            <State pause={pause} />
          </div>
          <div class="row">
            <button
              type="button"
              onClick={() => {
                asking.value = true;
              }}
            >
              {pause.paused ? "Go on…" : "Pause…"}
            </button>
          </div>
          {asking.value && <Switch paused={pause.paused} onClose={close} />}
        </>
      )}
    </section>
  );
}

function State({ pause }: { pause: Pause }) {
  if (!pause.paused) {
    return (
      <>
        <h2>Workers take jobs</h2>
        {pause.by && (
          <p class="fine">
            {pause.by} said so last{pause.reason && `: ${pause.reason}`}
          </p>
        )}
      </>
    );
  }
  return (
    <>
      <h2>Paused: no worker takes a job</h2>
      <p>{pause.reason}</p>
      <p class="fine">
        {pause.by}
        {pause.paused_at && (
          <>
            , <Ago at={pause.paused_at} />
          </>
        )}
      </p>
    </>
  );
}

/** The other one of the two. What it would do is decided when it opens: a look meanwhile must not turn it round. */
function Switch({ paused, onClose }: { paused: boolean; onClose: () => void }) {
  const going = useSignal(paused).value;
  return (
    <Dialog
      title={going ? "Let workers take jobs again?" : "Pause all workers?"}
      verb={going ? "Go on" : "Pause"}
      risky={!going}
      optional={going}
      act={(reason, signal) => ask("POST", going ? "/v1/resume" : "/v1/pause", { body: { reason }, signal })}
      onClose={onClose}
    >
      <p>
        {going
          ? "Jobs that wait are taken again, the most urgent first."
          : "No worker takes another job until somebody says go on. What runs goes on, and jobs can still be submitted."}
      </p>
    </Dialog>
  );
}
