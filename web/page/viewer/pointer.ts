// Which part is under the pointer.

import { type PerspectiveCamera, Raycaster, Vector2 } from "three";
import type { Model } from "./pieces";

export interface Pointing {
  /** The pointer is over a part, or over none. */
  pointed(id: number | null): void;
  /** A part was clicked, or the ground beside it. */
  chosen(id: number | null): void;
}

const DRAG_PX = 5; // less is a click of an unsteady hand
const POINT_RADIUS = 0.012; // of what is hit around a point; the object's longest side is 1

export class Pointer {
  model: Model | null = null;
  readonly #caster = new Raycaster();
  #at: { x: number; y: number } | null = null; // where to look in the next frame
  #down = { x: 0, y: 0 };

  constructor(
    readonly canvas: HTMLCanvasElement,
    readonly camera: PerspectiveCamera,
    readonly listener: Pointing,
    soon: () => void,
    signal: AbortSignal,
  ) {
    this.#caster.params.Points.threshold = POINT_RADIUS;
    const on = <Name extends keyof HTMLElementEventMap>(name: Name, hear: (event: HTMLElementEventMap[Name]) => void) =>
      canvas.addEventListener(name, hear, { signal });
    on("pointermove", (event) => {
      if (event.buttons !== 0) return; // it is being turned
      this.#at = { x: event.offsetX, y: event.offsetY };
      soon();
    });
    on("pointerleave", () => {
      this.#at = null;
      listener.pointed(null);
    });
    on("pointerdown", (event) => {
      this.#down = { x: event.clientX, y: event.clientY };
    });
    on("click", (event) => {
      if (Math.hypot(event.clientX - this.#down.x, event.clientY - this.#down.y) > DRAG_PX) return;
      listener.chosen(this.#partAt({ x: event.offsetX, y: event.offsetY }));
    });
    // The page scrolls past a canvas that nobody has taken in hand. Heard before OrbitControls hears it.
    on("wheel", (event) => {
      if (document.activeElement !== canvas && !document.fullscreenElement) event.stopImmediatePropagation();
    });
  }

  /** Once for every picture, however often the pointer has moved meanwhile. */
  look(): void {
    if (this.#at === null) return;
    this.listener.pointed(this.#partAt(this.#at));
    this.#at = null;
  }

  #partAt({ x, y }: { x: number; y: number }): number | null {
    if (!this.model) return null;
    const { clientWidth: width, clientHeight: height } = this.canvas;
    this.#caster.setFromCamera(new Vector2((2 * x) / width - 1, 1 - (2 * y) / height), this.camera);
    const seen = this.model.pieces.filter((each) => each.object.visible).map((each) => each.object);
    const [hit] = this.#caster.intersectObjects(seen, false);
    return hit ? hit.object.userData.id : null;
  }
}
