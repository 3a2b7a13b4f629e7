// How it goes, and what ops may do about it.

import { route } from "../core/route";
import { isOps } from "../core/session";
import { Nowhere } from "../parts/states";
import { AuditRoom } from "./audit";
import { DeadRoom } from "./dead";
import { LetterRoom } from "./letter";
import { Overview } from "./overview";
import { RunRoom } from "./run";
import "./ops.css";

const ROOMS = [
  ["", "Overview"],
  ["dead", "Dead letters"],
  ["audit", "Audit"],
] as const;

export default function Ops() {
  if (!isOps()) return <Forbidden />;
  const [, room = "", id] = route.value.path;
  return (
    <div class="ops">
      <header class="row">
        <h1>Operations</h1>
        <nav class="tabs" aria-label="Operations">
          {ROOMS.map(([name, title]) => (
            <a
              key={name}
              href={`#/ops${name && `/${name}`}`}
              aria-current={name === (room === "runs" ? "dead" : room) ? "page" : undefined}
            >
              {title}
            </a>
          ))}
        </nav>
      </header>
      <Inside room={room} id={id} />
    </div>
  );
}

function Inside({ room, id }: { room: string; id: string | undefined }) {
  if (room === "dead") return id ? <LetterRoom key={id} id={id} /> : <DeadRoom />;
  if (room === "runs" && id) return <RunRoom key={id} id={id} />;
  if (room === "audit" && !id) return <AuditRoom />;
  return room ? <Nowhere /> : <Overview />;
}

function Forbidden() {
  return (
    <section class="state">
      <h1>This room is for ops</h1>
      <p>
        Your key does not allow it. Whoever runs this server makes one that does:{" "}
        <code>lumen keys create --scope ops</code>
      </p>
      <a class="button" href="#/">
        Back to your jobs
      </a>
    </section>
  );
}
