// Above every room: where one can go, who one is, and how much there is to do.

import { queue } from "../core/jobs";
import { route, to } from "../core/route";
import { isOps, session, signOut } from "../core/session";

export function Header() {
  const here = session.value;
  const ops = route.value.path[0] === "ops";
  return (
    <header class="top">
      <a class="brand" href={to([])}>
        <Mark />
        Lumen
      </a>
      {here.at === "home" && (
        <>
          {isOps() && (
            <nav aria-label="Rooms">
              <a href={to([])} aria-current={ops ? undefined : "page"}>
                Jobs
              </a>
              <a href="#/ops" aria-current={ops ? "page" : undefined}>
                Operations
              </a>
            </nav>
          )}
          <span class="space" />
          {!ops && <QueueLine />}
          <span class="who" title="Whose jobs these are">
            {here.me.owner}
          </span>
          {here.canLeave && (
            <button type="button" class="plain" onClick={signOut}>
              Sign out
            </button>
          )}
        </>
      )}
    </header>
  );
}

/** The icon, drawn once more: as a file it would be one request for 229 bytes. */
function Mark() {
  return (
    <svg viewBox="0 0 32 32" width="24" height="24" aria-hidden="true">
      <path fill="#e69f00" d="M16 3 28 10 16 17 4 10z" />
      <path fill="#0072b2" d="M4 12 15 18.5V30L4 23z" />
      <path fill="#56b4e9" d="M28 12 17 18.5V30l11-7z" />
    </svg>
  );
}

function QueueLine() {
  const now = queue.value;
  if (!now) return null;
  const { queued, running, paused } = now;
  const counts = `${queued} ${queued === 1 ? "waits" : "wait"}, ${running} ${running === 1 ? "runs" : "run"}`;
  const idle = queued + running === 0;
  return (
    <span class={`queue ${paused ? "paused" : idle ? "idle" : ""}`} title="Everybody's jobs">
      {paused ? `Paused · ${counts}` : idle ? "Nothing waits" : counts}
    </span>
  );
}
