// All that is known of one dead letter, and what can be done about it.

import { useSignal } from "@preact/signals";
import type { DeadAnswer } from "../api";
import { go, jobAddress, to } from "../core/route";
import { Copy, Said } from "../parts/failure";
import { Loading, Trouble } from "../parts/states";
import { Attempts, LetterFacts } from "./letter-facts";
import { useLook } from "./look";
import { NamedDialog, type Tally, type Verb } from "./named";
import { Payload } from "./payload";
import { Command, Scroll } from "./pieces";

const REFRESH_MS = 2000; // while it is on its way again

export function LetterRoom({ id }: { id: string }) {
  const open = useSignal(false);
  const { answer, error, again } = useLook<DeadAnswer>(
    `/v1/dead-letters/${encodeURIComponent(id)}`,
    open.value ? REFRESH_MS : 0,
  );
  if (answer) open.value = answer.job?.done === false;
  return (
    <>
      <a class="back" href={to(["ops", "dead"])}>
        <span aria-hidden="true">‹</span> Dead letters
      </a>
      {error && error.kind !== "offline" && <Trouble error={error} again={again} />}
      {!answer && !error && <Loading />}
      {answer && (
        <>
          <Head letter={answer} again={again} />
          <Attempts job={answer.job} />
          <Payload letter={answer} />
          <Raw letter={answer} />
        </>
      )}
    </>
  );
}

function Head({ letter, again }: { letter: DeadAnswer; again: () => void }) {
  const { job } = letter;
  return (
    <section class="sheet letter" aria-labelledby="letter-title">
      <div class="row spread">
        <h2 id="letter-title">{letter.what || letter.id}</h2>
        {job && <span class={`status ${job.status}`}>{job.status}</span>}
      </div>
      <Why letter={letter} />
      <Said title="What each route said" lines={job?.error?.refusals ?? []} />
      <LetterFacts letter={letter} />
      <Acts letter={letter} again={again} />
    </section>
  );
}

function Why({ letter: { reason, message, means } }: { letter: DeadAnswer }) {
  if (!reason) return null;
  return (
    <div class="trouble">
      <p class="what">
        {reason} <Copy what="reason" text={reason} />
      </p>
      {means && <p>{means.sentence}</p>}
      {message !== means?.sentence && <p class="fine">{message}</p>}
      {means && (
        <p>
          {means.retryable ? "Trying again can help." : "Trying again changes nothing."}{" "}
          <a href={`/docs#${reason.toLowerCase()}`}>What to do about it</a>{" "}
          <span class="fine">
            also in <code>{means.runbook}</code>
          </span>
        </p>
      )}
    </div>
  );
}

function Acts({ letter: { id, job }, again }: { letter: DeadAnswer; again: () => void }) {
  const asking = useSignal<Verb | null>(null);
  const close = ({ verb, done }: Tally) => {
    asking.value = null;
    if (!done) return;
    if (verb === "remove") go(to(["ops", "dead"]));
    else again();
  };
  const may = (verb: Verb) =>
    verb === "remove" ? !job || job.status === "failed" : job?.status === "failed" || job?.status === "canceled";
  return (
    <div class="row">
      {may("replay") && (
        <button type="button" class="main" onClick={() => (asking.value = "replay")}>
          Replay…
        </button>
      )}
      {job && (
        <a class="button" href={jobAddress(job.id)}>
          {job.done ? "See the job" : "Follow the job"}
        </a>
      )}
      {may("remove") && (
        <button type="button" class="risky" onClick={() => (asking.value = "remove")}>
          Remove…
        </button>
      )}
      {asking.value && <NamedDialog verb={asking.value} ids={[id]} onClose={close} />}
    </div>
  );
}

function Raw({ letter }: { letter: DeadAnswer }) {
  const text = JSON.stringify(letter, null, 2);
  return (
    <section class="sheet" aria-label="For a terminal">
      <h2>For a terminal</h2>
      <Command line={`lumen dlq show ${letter.id}`} />
      {letter.job && <Command line={`lumen dlq replay ${letter.id} --reason "…"`} />}
      <details>
        <summary>Everything, as JSON</summary>
        <Copy what="all of it, as JSON" text={text} />
        <Scroll label="JSON">
          <pre>{text}</pre>
        </Scroll>
      </details>
    </section>
  );
}
