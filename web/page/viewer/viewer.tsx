// The object, to be turned round and taken apart.

import { useMemo, useRef } from "preact/hooks";
import type { JobAnswer } from "../api";
import { words } from "../core/format";
import { Canvas } from "./canvas";
import { usePicture } from "./files";
import { Parts, Swatch } from "./parts";
import { Tabs } from "./tabs";
import { Tools, Ways } from "./tools";
import { nameOf, type Viewing, viewing } from "./viewing";
import "./viewer.css";

const PREVIEW = "preview.png";
const PICTURES = ["picture.png", "input.png", PREVIEW]; // what the shape was made from, if anything; the best first

/** A job that was tried again has another object: nothing of the former is kept. */
export default function Viewer({ job }: { job: JobAnswer }) {
  return <Inner key={`${job.id} ${job.output?.files["object.glb"]?.sha256}`} job={job} />;
}

function Inner({ job }: { job: JobAnswer }) {
  const view = useMemo(viewing, []);
  const parts = job.output?.parts ?? [];
  const frame = useRef<HTMLDivElement>(null);
  const is3D = view.tab.value !== "picture" && view.trouble.value === null;
  return (
    <section class="viewer sheet" aria-label="The object">
      <div class="pair">
        <div class="frame" ref={frame}>
          <Tabs view={view} />
          <Stand job={job} view={view} frame={() => frame.current} />
          {is3D && <Tools view={view} />}
          <Excuse view={view} />
        </div>
        <Parts parts={parts} view={view} />
      </div>
    </section>
  );
}

/** Where the object is seen: its picture at once, itself as soon as it is drawn. */
function Stand({ job, view, frame }: { job: JobAnswer; view: Viewing; frame: () => Element | null }) {
  const { value: tab } = view.tab;
  const { value: trouble } = view.trouble;
  const isPicture = tab === "picture";
  const name = isPicture ? PICTURES.find((each) => each in job.links.artifacts) : PREVIEW;
  const picture = usePicture(name && job.links.artifacts[name]);
  const covered = !isPicture && trouble === null && view.drawn.value !== null;
  const what = name === PREVIEW ? "the object" : "what the object was made from";
  return (
    <div
      class={`stand ${covered ? "covered" : ""} ${isPicture || trouble ? "flat" : ""}`}
      role="tabpanel"
      id="viewer-panel"
      aria-labelledby={`viewer-${tab}`}
      aria-busy={!isPicture && !trouble && view.drawn.value !== tab}
    >
      {picture.value && (
        <img src={picture.value} alt={`Picture of ${what}: ${words(job.input)}`} aria-hidden={covered} />
      )}
      <Canvas job={job} view={view} again={view.tries.value} />
      <Pointed job={job} view={view} />
      {covered && <Ways view={view} frame={frame} />}
      <p class="hint fine" id="viewer-keys">
        Arrow keys turn it, + and − zoom, 0 goes back
      </p>
    </div>
  );
}

/** Why there is a picture instead. */
function Excuse({ view }: { view: Viewing }) {
  const { value: trouble } = view.trouble;
  if (!trouble || view.tab.value === "picture") return null;
  const again = () => {
    view.trouble.value = null;
    view.tries.value += 1;
  };
  return (
    <div class="excuse row" role="status">
      <p>{trouble.said} What you see is its picture.</p>
      {trouble.passes && (
        <button type="button" onClick={again}>
          Try again
        </button>
      )}
    </div>
  );
}

/** What the part under the pointer is called. */
function Pointed({ job, view }: { job: JobAnswer; view: Viewing }) {
  const part = job.output?.parts.find(({ id }) => id === view.pointed.value);
  if (!part || !view.drawn.value || view.tab.value === "picture") return null;
  return (
    <p class="pointed">
      <Swatch part={part} /> {nameOf(part)}
    </p>
  );
}
