// Dead letters: failed jobs, and messages in which no job was found. Which there are, and what is done with them.

import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import type { DeadPage, DeadRow } from "../api";
import { route } from "../core/route";
import { Loading, State, Trouble } from "../parts/states";
import { AllDialog } from "./all";
import { Fields } from "./fields";
import { Letters } from "./letters";
import { usePages } from "./look";
import { NamedDialog, type Tally, type Verb } from "./named";
import { Further, plural } from "./pieces";
import { FIELDS, listing, RARE_FIELDS, said, whichOf } from "./which";

const PAGE = 50;

export function DeadRoom() {
  const which = whichOf(route.value.query);
  const path = listing(which, PAGE);
  const pages = usePages<DeadPage, DeadRow>(path, (page) => page.dead_letters);
  const { rows, error, again } = pages;
  const [chosen, asking] = [useSignal<ReadonlySet<string>>(new Set()), useSignal<Verb | "all" | null>(null)];
  const tally = useSignal<Tally | null>(null);
  useEffect(() => {
    chosen.value = new Set();
    tally.value = null;
  }, [path]);
  const close = (came?: Tally) => {
    asking.value = null;
    if (!came || came.done + came.left.length === 0) return;
    tally.value = came;
    chosen.value = new Set();
    again();
  };
  const picked = rows?.filter(({ id }) => chosen.value.has(id)) ?? [];
  const ids = (asking.value === "replay" ? picked.filter(isJob) : picked).map(({ id }) => id);
  return (
    <section class="sheet" aria-label="Dead letters">
      <Fields path={["ops", "dead"]} fields={FIELDS} rare={RARE_FIELDS} />
      <Acts rows={rows} picked={picked} ask={(what) => (asking.value = what)} />
      {tally.value && <CameTo tally={tally.value} />}
      {error && <Trouble error={error} again={again} />}
      {!rows && !error && <Loading />}
      {rows?.length === 0 && (
        <State title="No dead letters">
          {said(which) ? "None matches." : "Nothing has failed that is still kept."}
        </State>
      )}
      {rows && rows.length > 0 && <Letters rows={rows} chosen={chosen} />}
      <Further more={pages.more} busy={pages.busy} />
      {asking.value === "all" && <AllDialog which={which} onClose={() => close()} />}
      {(asking.value === "replay" || asking.value === "remove") && (
        <NamedDialog verb={asking.value} ids={ids} onClose={close} />
      )}
    </section>
  );
}

const isJob = ({ kind }: DeadRow): boolean => kind === "job";

interface Asks {
  rows: DeadRow[] | null;
  picked: DeadRow[];
  ask: (what: Verb | "all") => void;
}

function Acts({ rows, picked, ask }: Asks) {
  if (!rows?.length) return null;
  const jobs = picked.filter(isJob).length;
  const n = (count: number) => (count ? ` (${count})` : "");
  return (
    <div class="row">
      <button type="button" disabled={!jobs} onClick={() => ask("replay")}>
        Replay selected{n(jobs)}…
      </button>
      <button type="button" class="risky" disabled={!picked.length} onClick={() => ask("remove")}>
        Remove selected{n(picked.length)}…
      </button>
      <button type="button" disabled={!rows.some(isJob)} onClick={() => ask("all")}>
        Replay all matching…
      </button>
    </div>
  );
}

function CameTo({ tally: { verb, done, left } }: { tally: Tally }) {
  return (
    <div role="status">
      <p>
        {plural(done, "dead letter")} {verb === "replay" ? "replayed" : "removed"}
        {left.length > 0 && `, ${left.length} left as they were:`}
        {left.length === 0 && "."}
      </p>
      <ul>
        {left.map(({ id, why }) => (
          <li key={id}>
            <code>{id}</code> {why}
          </li>
        ))}
      </ul>
    </div>
  );
}
