// What can be done with the object in the canvas.

import type { Viewing } from "./viewing";

export function Tools({ view }: { view: Viewing }) {
  return (
    <div class="tools row">
      <label class="check explode">
        Explode
        <input
          type="range"
          min="0"
          max="1"
          step="0.01"
          value={view.explode}
          onInput={(event) => {
            view.explode.value = event.currentTarget.valueAsNumber;
          }}
        />
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={view.wireframe}
          disabled={view.tab.value === "points"}
          onChange={(event) => {
            view.wireframe.value = event.currentTarget.checked;
          }}
        />
        Wireframe
      </label>
      <label class="check">
        <input
          type="checkbox"
          checked={view.turning}
          onChange={(event) => {
            view.turning.value = event.currentTarget.checked;
          }}
        />
        Rotate
      </label>
    </div>
  );
}

/** In the corner of the canvas: the first view back, and all of the screen. */
export function Ways({ view, frame }: { view: Viewing; frame: () => Element | null }) {
  return (
    <span class="ways">
      <Icon name="Reset view" path="M4 4v5h5M4.6 9A8 8 0 1 1 4 13" onClick={() => view.resets.value++} />
      {document.fullscreenEnabled && (
        <Icon
          name="Full screen"
          path="M4 9V4h5M20 9V4h-5M4 15v5h5M20 15v5h-5"
          onClick={() => void fullScreen(frame())}
        />
      )}
    </span>
  );
}

function Icon({ name, path, onClick }: { name: string; path: string; onClick: () => void }) {
  return (
    <button type="button" title={name} aria-label={name} onClick={onClick}>
      <svg width="20" height="20" viewBox="0 0 24 24" aria-hidden="true">
        <path d={path} />
      </svg>
    </button>
  );
}

async function fullScreen(frame: Element | null): Promise<void> {
  if (document.fullscreenElement) return document.exitFullscreen();
  await frame?.requestFullscreen().catch(() => {}); // a browser that refuses has said so itself
}
