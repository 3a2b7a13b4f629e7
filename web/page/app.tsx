// The frame around everything, and which room somebody is in.

import { useEffect, useRef } from "preact/hooks";
import { ask, connection } from "./core/api";
import { about } from "./core/format";
import { focusHeading } from "./core/heading";
import { forget } from "./core/jobs";
import { lazy } from "./core/lazy";
import { now, whileVisible } from "./core/now";
import { route, to } from "./core/route";
import { begun, session } from "./core/session";
import { clear } from "./core/wish";
import { Header } from "./parts/header";
import { JobRoom } from "./parts/job";
import { JobList } from "./parts/job-list";
import { SignIn } from "./parts/sign-in";
import { Loading, Nowhere } from "./parts/states";
import { Submit } from "./parts/submit";
import "./style/layout.css";

const Ops = lazy(() => import("./ops/ops"));
const KNOCK_MS = 2000;

export function App() {
  const home = session.value.at === "home";
  useEffect(() => {
    // Nobody sees what belongs to who was here before.
    if (!home) {
      forget();
      clear();
    }
  }, [home]);
  useRoomChange();
  return (
    <>
      <button type="button" class="skip" onClick={toMain}>
        Skip to the content
      </button>
      <Header />
      <Reconnecting />
      {home ? <Room /> : begun.value ? <SignIn /> : <Loading />}
    </>
  );
}

/** No link: the part of the address behind # says which room this is. */
function toMain(): void {
  const main = document.getElementById("main");
  (main?.querySelector<HTMLElement>(".room") ?? main)?.focus();
}

/** Another room has another title, and the focus goes to its heading; not when the page is loaded. */
function useRoomChange(): void {
  const { path } = route.value;
  const address = path.join("/");
  const first = useRef(true);
  useEffect(() => {
    if (path[0] !== "jobs") document.title = path[0] === "ops" ? "Operations - Lumen" : "Lumen";
    if (!first.current) return focusHeading();
    first.current = false;
    return undefined;
  }, [address]);
}

/** While the server is away somebody has to knock, also where nothing else asks it anything. */
function Reconnecting() {
  const { up, heardAt } = connection.value;
  useEffect(() => {
    if (up) return undefined;
    return whileVisible(KNOCK_MS, () => {
      ask("GET", "/v1/me").catch(() => {});
    });
  }, [up]);
  return (
    <div class="banner-place" role="status">
      {!up && (
        <p class="banner">
          Reconnecting.{" "}
          {session.value.at === "home" && (
            <span aria-hidden="true">What you see is from {about((now.value - heardAt) / 1000)} ago.</span>
          )}
        </p>
      )}
    </div>
  );
}

function Room() {
  const [room, id] = route.value.path;
  if (room === "ops") {
    return (
      <main id="main" class="wide" tabIndex={-1}>
        <Ops />
      </main>
    );
  }
  return (
    <main id="main" class={`desk ${room ? "with-room" : ""}`} tabIndex={-1}>
      <Submit small={room !== undefined} />
      <JobList selected={id} />
      {room && (
        <div class="room" tabIndex={-1}>
          <a class="back" href={to([])}>
            <span aria-hidden="true">‹</span> All jobs
          </a>
          {room === "jobs" && id ? <JobRoom key={id} id={id} /> : <Nowhere />}
        </div>
      )}
    </main>
  );
}
