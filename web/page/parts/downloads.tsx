// The files of a result, to be taken home.

import { type Signal, useSignal } from "@preact/signals";
import type { JobAnswer } from "../api";
import { ApiError } from "../core/api";
import { size } from "../core/format";
import { save, saveDocument } from "../core/save";
import { Trouble } from "./states";
import "./downloads.css";

// The best first. Whatever else there is comes behind, under its own name.
const FILES: Record<string, string> = {
  "object.glb": "3D object in parts",
  "points.ply": "Labelled points",
  "points.npz": "Points for NumPy",
  "preview.png": "Picture of the object",
  "input.png": "What it was made from",
  "report.json": "How it was made",
};
// Made from the object when they are first asked for, so nobody knows yet how large they are.
const FORMATS: Record<string, string> = {
  "object.obj.zip": "OBJ, zipped",
  "object.stl": "STL",
  "object_mesh.ply": "PLY mesh",
};
const SHOWN_BYTES = 500_000; // below, it is here before somebody could read a number

export function Downloads({ job }: { job: JobAnswer }) {
  const error = useSignal<{ error: ApiError; again: () => void } | null>(null);
  const files = job.output?.files ?? {};
  const rank = Object.keys(FILES);
  const names = Object.keys(files).sort((a, b) => place(rank, a) - place(rank, b));
  return (
    <section class="downloads" aria-label="Files">
      <h2>Files</h2>
      <ul class="files">
        {names.map((name) => (
          <File key={name} job={job} name={name} what={FILES[name]} bytes={files[name]?.bytes} error={error} />
        ))}
      </ul>
      <h3>In other formats, made when you ask</h3>
      <ul class="files">
        {Object.entries(FORMATS).map(([name, what]) => (
          <File key={name} job={job} name={name} what={what} error={error} />
        ))}
        <li>
          <button type="button" onClick={() => saveDocument(job)}>
            <span>The job itself</span>
            <span class="fine">job.json</span>
          </button>
        </li>
      </ul>
      {error.value && <Trouble error={error.value.error} again={error.value.again} />}
    </section>
  );
}

const place = (rank: string[], name: string): number => (rank.includes(name) ? rank.indexOf(name) : rank.length);

interface FileProps {
  job: JobAnswer;
  name: string;
  what?: string | undefined;
  bytes?: number | undefined;
  error: Signal<{ error: ApiError; again: () => void } | null>;
}

function File({ job, name, what, bytes, error }: FileProps) {
  const loaded = useSignal<number | null>(null);
  const fetchIt = async () => {
    loaded.value = 0;
    error.value = null;
    try {
      await save(job, name, (so_far) => {
        loaded.value = so_far;
      });
    } catch (thrown) {
      if (!(thrown instanceof ApiError)) throw thrown;
      error.value = { error: thrown, again: () => void fetchIt() };
    } finally {
      loaded.value = null;
    }
  };
  const { value: here } = loaded;
  const long = here !== null && (bytes ?? 0) > SHOWN_BYTES;
  return (
    <li>
      <button type="button" disabled={here !== null} aria-busy={here !== null} onClick={() => void fetchIt()}>
        <span>{what ?? name}</span>
        <span class="fine">
          {name}
          {bytes !== undefined && <span class="size">{long ? `${size(here)} of ${size(bytes)}` : size(bytes)}</span>}
        </span>
        {long && <progress max={bytes ?? 1} value={here} aria-label={`${name} loaded`} />}
      </button>
    </li>
  );
}
