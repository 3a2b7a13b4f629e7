// What lies behind a dead letter: the message itself, a document, a traceback.

import type { DeadAnswer } from "../api";
import { count } from "../core/format";
import { Copy } from "../parts/failure";
import { Scroll } from "./pieces";

const HEX_BYTES_MAX = 1024; // more of what is no text helps nobody
const HEX_ROW = 16;
const UNSEEN = /[^\P{C}\n\r\t]/u; // control characters, and those that turn the direction round

export function Payload({ letter: { garbage, document, debug } }: { letter: DeadAnswer }) {
  return (
    <>
      {garbage && <Original of={garbage.original} bytes={garbage.original_bytes} />}
      {document && <Text title="The document" text={JSON.stringify(document, null, 2)} />}
      {debug && (
        <Text
          title={`Traceback of attempt ${debug.attempt ?? "?"}`}
          text={[debug.traceback, debug.detail].filter(Boolean).join("\n")}
        />
      )}
    </>
  );
}

function Original({ of, bytes }: { of: string; bytes: number }) {
  const data = Uint8Array.from(atob(of), (char) => char.charCodeAt(0));
  const text = textOf(data);
  const shown = text === null ? Math.min(data.length, HEX_BYTES_MAX) : data.length;
  const part = shown < bytes ? `the first ${count(shown)} of ${count(bytes)} bytes` : `${count(bytes)} bytes`;
  return (
    <Text
      title={`The message, ${part}${text === null ? " in hex: it is no text" : ""}`}
      text={text ?? hexOf(data.subarray(0, shown))}
    />
  );
}

/** Null when it is no text that can be shown. The end may cut a character in two. */
function textOf(data: Uint8Array): string | null {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data, { stream: true });
    return UNSEEN.test(text) ? null : text;
  } catch {
    return null;
  }
}

function hexOf(data: Uint8Array): string {
  const rows: string[] = [];
  for (let at = 0; at < data.length; at += HEX_ROW) {
    const row = [...data.subarray(at, at + HEX_ROW)];
    const hex = row.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const seen = row.map((byte) => (byte > 31 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
    rows.push(`${hex.padEnd(HEX_ROW * 3)} ${seen}`);
  }
  return rows.join("\n");
}

function Text({ title, text }: { title: string; text: string }) {
  return (
    <section class="sheet" aria-label={title}>
      <div class="row spread">
        <h2>{title}</h2>
        <Copy what={title} text={text} />
      </div>
      <Scroll label={`${title}, text`}>
        <pre>{text}</pre>
      </Scroll>
    </section>
  );
}
