// The canvas, and what is put into it: the mesh or the points, as soon as somebody sees where they belong.

import { effect, useSignal, useSignalEffect } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { JobAnswer } from "../api";
import { bytes } from "../core/api";
import { words } from "../core/format";
import { whyNot } from "./files";
import { BadFile, readGlb } from "./glb";
import { clouds, type Model, meshes } from "./pieces";
import { readPly } from "./ply";
import { type Look, View3D } from "./scene";
import { choose, type Viewing } from "./viewing";

const GLB = "object.glb";
const PLY = "points.ply";
const NO_WEBGL = "This browser draws nothing in 3D: it has no WebGL, or it is switched off.";
const LOST = "The graphics card took the 3D picture away; it is shown again when the card gives it back.";
const KEYS: Record<string, Parameters<View3D["move"]>[0]> = {
  ArrowLeft: { right: -1 },
  ArrowRight: { right: 1 },
  ArrowUp: { up: 1 },
  ArrowDown: { up: -1 },
  "+": { closer: 1 },
  "=": { closer: 1 }, // + without shift
  "-": { closer: -1 },
};

/** What was loaded of a job, to be shown again and given back at the end. */
type Loaded = Map<"mesh" | "points", Model>;

export function Canvas({ job, view, again }: { job: JobAnswer; view: Viewing; again: number }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const shown = useSignal<View3D | null>(null);
  const loaded = useRef<Loaded>(new Map()).current;

  useEffect(() => {
    const at = canvas.current as HTMLCanvasElement;
    const opened = open(at, view);
    if (!opened) return;
    const unfollow = effect(() => opened.look(lookOf(view)));
    const unseen = whenSeen(at, () => {
      shown.value = opened;
    });
    return () => {
      unseen();
      unfollow();
      shown.value = null;
      opened.close([...loaded.values()]);
      loaded.clear();
    };
  }, [again]);

  useSignalEffect(() => {
    const { value: tab } = view.tab;
    return shown.value && tab !== "picture" ? fill(shown.value, tab, loaded, job, view) : undefined;
  });
  useSignalEffect(() => {
    if (view.resets.value) shown.peek()?.reset();
  });

  const key = (event: KeyboardEvent) => {
    const move = KEYS[event.key];
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (move) shown.value?.move(move);
    else if (event.key === "0") shown.value?.reset();
    else if (event.key === "Escape" && view.chosen.value !== null) view.chosen.value = null;
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noInteractiveElementToNoninteractiveRole: so ARIA calls what has keys of its own
    <canvas
      ref={canvas}
      key={again}
      tabIndex={0}
      role="application"
      aria-roledescription="3D view"
      aria-label={`${words(job.input)}, ${job.output?.parts.length} parts`}
      aria-describedby="viewer-keys"
      onKeyDown={key}
    />
  );
}

function open(canvas: HTMLCanvasElement, view: Viewing): View3D | null {
  const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
  const opened = View3D.open(
    canvas,
    {
      pointed: (id) => {
        view.pointed.value = id;
      },
      chosen: (id) => choose(view, id),
      held: () => {
        view.turning.value = false;
      },
      lost: (isLost) => {
        view.trouble.value = isLost ? { said: LOST, passes: true } : null;
      },
    },
    calm,
  );
  view.trouble.value = opened ? null : { said: NO_WEBGL, passes: false };
  return opened;
}

const lookOf = (view: Viewing): Look => ({
  hidden: view.hidden.value,
  meant: view.meant.value ?? view.chosen.value,
  pointed: view.pointed.value,
  explode: view.explode.value,
  wireframe: view.wireframe.value,
  turning: view.turning.value,
});

/** Calls `then` once, when something comes into sight. */
function whenSeen(element: Element, then: () => void): () => void {
  const observer = new IntersectionObserver((entries) => {
    if (!entries.some((entry) => entry.isIntersecting)) return;
    observer.disconnect();
    then();
  });
  observer.observe(element);
  return () => observer.disconnect();
}

/** Puts what the tab is about into the canvas; what was loaded before is not loaded again. */
function fill(shown: View3D, tab: "mesh" | "points", loaded: Loaded, job: JobAnswer, view: Viewing): () => void {
  const stop = new AbortController();
  if (!shown.context.isContextLost()) view.trouble.value = null; // of the other tab's file
  load(shown, tab, loaded, job, stop.signal).then(
    (model) =>
      stop.signal.aborted ||
      shown.show(model, () => {
        view.drawn.value = tab;
      }),
    (error) => {
      if (stop.signal.aborted) return;
      view.trouble.value = { said: error instanceof BadFile ? error.message : whyNot(error), passes: true };
    },
  );
  return () => stop.abort();
}

async function load(
  shown: View3D,
  tab: "mesh" | "points",
  loaded: Loaded,
  job: JobAnswer,
  signal: AbortSignal,
): Promise<Model> {
  const known = loaded.get(tab);
  if (known) return known;
  const url = job.links.artifacts[tab === "mesh" ? GLB : PLY];
  if (url === undefined) throw new BadFile("This job has no such file.");
  const file = await (await bytes(url, signal)).arrayBuffer();
  const parts = job.output?.parts ?? [];
  const model = tab === "mesh" ? meshes(readGlb(file), parts, shown.turn) : clouds(readPly(file), parts, shown.turn);
  signal.throwIfAborted(); // nobody would give it back
  loaded.set(tab, model);
  return model;
}
