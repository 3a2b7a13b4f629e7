// The parts of the object: what they are called, and which are shown.

import type { PartInfo } from "../api";
import { count } from "../core/format";
import { choose, nameOf, numberOf, showAll, showOnly, toggle, type Viewing } from "./viewing";

export function Parts({ parts, view }: { parts: PartInfo[]; view: Viewing }) {
  return (
    <div class="parts">
      <div class="row">
        <h2>Parts</h2>
        <button type="button" class="plain" onClick={() => showAll(view)} disabled={view.hidden.value.size === 0}>
          Show all
        </button>
      </div>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">Part</th>
              <th scope="col">
                <span class="unseen">Show</span>
              </th>
              <th scope="col">
                <span class="unseen">Alone</span>
              </th>
              <th scope="col" class="number">
                Faces
              </th>
              <th scope="col" class="number">
                Points
              </th>
            </tr>
          </thead>
          <tbody onPointerLeave={() => mean(view, null)} onFocusOut={() => mean(view, null)}>
            {parts.map((part) => (
              <Row key={part.id} part={part} parts={parts} view={view} />
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}

function Row({ part, parts, view }: { part: PartInfo; parts: PartInfo[]; view: Viewing }) {
  const { id } = part;
  const hidden = view.hidden.value.has(id);
  const chosen = view.chosen.value === id;
  const nothingToHide = view.trouble.value !== null; // there is a picture instead
  const classes = [hidden && "hidden", chosen && "picked", view.pointed.value === id && "pointed"];
  return (
    <tr
      class={classes.filter(Boolean).join(" ")}
      onPointerEnter={(event) => event.pointerType === "mouse" && mean(view, id)}
      onFocusIn={(event) => (event.target as Element).matches(":focus-visible") && mean(view, id)}
    >
      <th scope="row">
        <button type="button" class="name" aria-pressed={chosen} onClick={() => choose(view, id)}>
          <Swatch part={part} /> {nameOf(part)}
        </button>
      </th>
      <td>
        <input
          type="checkbox"
          checked={!hidden}
          disabled={nothingToHide}
          aria-label={`Show ${nameOf(part)}`}
          onChange={() => toggle(view, id)}
        />
      </td>
      <td>
        <button
          type="button"
          class="plain"
          disabled={nothingToHide}
          aria-label={`Show only ${nameOf(part)}`}
          onClick={() => showOnly(view, id, parts)}
        >
          only
        </button>
      </td>
      <td class="number">{count(part.faces)}</td>
      <td class="number">{count(part.points)}</td>
    </tr>
  );
}

/** The part's colour with its number in it: who tells no colours apart tells numbers. */
export function Swatch({ part }: { part: PartInfo }) {
  return (
    <span class={`swatch ${isLight(part.color) ? "light" : ""}`} style={{ backgroundColor: part.color }}>
      {numberOf(part)}
    </span>
  );
}

function mean(view: Viewing, id: number | null): void {
  view.meant.value = id;
}

/** Whether dark digits are easier to read on it than white ones. */
function isLight(colour: string): boolean {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map(
    (at) => (Number.parseInt(colour.slice(at, at + 2), 16) / 255) ** 2.2,
  );
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.18;
}
