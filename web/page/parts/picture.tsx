// A picture instead of words: chosen, dropped or pasted.

import { type Signal, useSignal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { ApiError } from "../core/api";
import { size } from "../core/format";
import { TYPES, take } from "../core/picture";
import { type Picture, wish } from "../core/wish";

type Told = Signal<ApiError | null>;

/** Takes what is dropped on the page or pasted into it. Tells whether something is being held over it. */
export function usePictures(error: Told): Signal<boolean> {
  const held = useSignal(false);
  // Before it is drawn: what can be seen can be dropped on.
  useLayoutEffect(() => {
    const over = (event: DragEvent) => {
      if (!event.dataTransfer?.types.includes("Files")) return;
      event.preventDefault(); // else the browser would leave the page for the file
      held.value = true;
    };
    const leave = (event: DragEvent) => {
      if (!event.relatedTarget) held.value = false;
    };
    const drop = (event: DragEvent) => {
      held.value = false;
      if (takeFrom(event.dataTransfer, error)) event.preventDefault();
    };
    const paste = (event: ClipboardEvent) => {
      if (takeFrom(event.clipboardData, error)) event.preventDefault();
    };
    const heard = new AbortController();
    const { signal } = heard;
    document.addEventListener("dragover", over, { signal });
    document.addEventListener("dragleave", leave, { signal });
    document.addEventListener("drop", drop, { signal });
    document.addEventListener("paste", paste, { signal });
    return () => heard.abort();
  }, []);
  return held;
}

function takeFrom(data: DataTransfer | null, error: Told): boolean {
  const file = data?.files[0];
  if (file) tryTo(file, error);
  return file !== undefined;
}

function tryTo(file: File, error: Told): void {
  try {
    take(file);
    error.value = null;
  } catch (thrown) {
    if (!(thrown instanceof ApiError)) throw thrown;
    error.value = thrown;
  }
}

export function ChoosePicture({ error }: { error: Told }) {
  const input = useRef<HTMLInputElement>(null);
  return (
    <>
      <button type="button" class="plain" title="Or drop one here, or paste it" onClick={() => input.current?.click()}>
        {wish.picture.value ? "Another picture" : "A picture instead"}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        aria-label="Picture"
        accept={TYPES.join(",")}
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          if (file) tryTo(file, error);
          event.currentTarget.value = ""; // so that the same may be chosen again
        }}
      />
    </>
  );
}

export function ChosenPicture({ picture }: { picture: Picture }) {
  return (
    <div class="chosen">
      {picture.file && <Thumbnail file={picture.file} />}
      <span class="name">{picture.name}</span>
      {picture.file && <span class="fine">{size(picture.file.size)}</span>}
      <button
        type="button"
        class="plain"
        onClick={() => {
          wish.picture.value = null;
        }}
      >
        Words instead
      </button>
    </div>
  );
}

function Thumbnail({ file }: { file: File }) {
  const url = useSignal("");
  useEffect(() => {
    const made = URL.createObjectURL(file);
    url.value = made;
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return url.value ? <img src={url.value} alt="What shall be made" /> : null;
}
