// The object in a canvas, drawn when something has changed and not otherwise.

/*! With three.js: Copyright 2010-2026 Three.js Authors, SPDX-License-Identifier: MIT */

import { PerspectiveCamera, Scene, Vector2, Vector3, WebGLRenderer } from "three";
import { OrbitControls } from "three/addons/controls/OrbitControls.js";
import { look, type Turn } from "./paint";
import { dispose, halfField, type Model, reach, size, spread } from "./pieces";
import { Pointer, type Pointing } from "./pointer";

/** How the object is looked at. */
export interface Look {
  hidden: ReadonlySet<number>;
  /** The part that is meant; the others are ghosts. */
  meant: number | null;
  /** The part under the pointer. */
  pointed: number | null;
  explode: number;
  wireframe: boolean;
  turning: boolean;
}

/** Who is told what happens in the canvas. */
export interface Listener extends Pointing {
  /** Somebody takes hold of the object. */
  held(): void;
  /** The graphics card took the picture away, or gave it back. */
  lost(isLost: boolean): void;
}

const AZIMUTH = (40 * Math.PI) / 180; // as the preview has them (models/mesh/preview.py)
const ELEVATION = (24 * Math.PI) / 180;
const HALF_LENS = (12 * Math.PI) / 180; // how wide it sees the ball around an object
const FILLED = 0.88; // of the canvas's shorter side
const PIXEL_RATIO_MAX = 2; // more costs four times the work and nobody sees it
const STEP = Math.PI / 12; // of an arrow key
const ZOOM = 0.85; // of + and -

export class View3D {
  readonly turn: Turn = { value: new Vector2(1, 0) };
  readonly #scene = new Scene();
  readonly #camera = new PerspectiveCamera(24, 1, 0.05, 50);
  readonly #renderer: WebGLRenderer;
  readonly #controls: OrbitControls;
  readonly #pointer: Pointer;
  readonly #gone = new AbortController();
  #model: Model | null = null;
  #look: Look | null = null;
  #reach = 1; // how far the parts reach, in radii of the object
  #half = 0.2; // tangent of half of what is seen along the canvas's shorter side
  #onDrawn: (() => void) | null = null;
  #frame = 0;
  #drawnAt = 0;
  #inSight = true;

  /** A view in this canvas, or null where there is no WebGL. */
  static open(canvas: HTMLCanvasElement, listener: Listener, calm: boolean): View3D | null {
    const context = canvas.getContext("webgl2", { alpha: true, antialias: true, premultipliedAlpha: true });
    return context && new View3D(canvas, context, listener, calm);
  }

  private constructor(
    readonly canvas: HTMLCanvasElement,
    readonly context: WebGL2RenderingContext,
    readonly listener: Listener,
    calm: boolean,
  ) {
    this.#pointer = new Pointer(canvas, this.#camera, listener, () => this.draw(), this.#gone.signal);
    this.#renderer = new WebGLRenderer({ canvas, context });
    this.#controls = new OrbitControls(this.#camera, canvas);
    this.#controls.enableDamping = !calm;
    this.#controls.enablePan = false; // the object stays where it is
    this.#controls.minDistance = 0.4;
    this.#controls.maxDistance = 20;
    canvas.style.touchAction = "pan-y"; // a finger turns it sideways, and scrolls the page past it
    this.#controls.addEventListener("change", () => this.draw());
    this.#controls.addEventListener("start", () => listener.held());
    this.#listen();
  }

  #listen(): void {
    const { signal } = this.#gone;
    this.canvas.addEventListener("webglcontextlost", () => this.listener.lost(true), { signal });
    this.canvas.addEventListener("webglcontextrestored", () => this.#restored(), { signal });
    const resized = new ResizeObserver(() => this.#resize());
    const seen = new IntersectionObserver(([entry]) => {
      this.#inSight = entry?.isIntersecting ?? true;
      this.draw();
    });
    resized.observe(this.canvas);
    seen.observe(this.canvas);
    signal.addEventListener("abort", () => [resized, seen].map((observer) => observer.disconnect()));
  }

  /** Puts another model into the canvas; the camera stays where somebody has put it. Calls `drawn` when it is seen. */
  show(model: Model, drawn: () => void): void {
    this.#onDrawn = drawn;
    const first = this.#model === null;
    this.#scene.clear();
    this.#scene.add(...model.pieces.map((each) => each.object));
    this.#model = model;
    this.#pointer.model = model;
    if (first) this.reset();
    if (first) this.#half = halfField(model, this.#camera.position) / FILLED;
    if (this.#look) this.look(this.#look);
    this.#resize();
  }

  look(next: Look): void {
    this.#look = next;
    this.#controls.autoRotate = next.turning;
    if (this.#model) {
      for (const { id, object, material } of this.#model.pieces) {
        const ghost = next.meant !== null && next.meant !== id && !next.hidden.has(next.meant);
        object.visible = !next.hidden.has(id);
        object.renderOrder = ghost ? 1 : 0;
        const wire = next.wireframe && this.#model.points === 0;
        look(material, { ghost, lit: next.pointed === id, wire });
      }
      spread(this.#model, next.explode);
      this.#standBack(reach(this.#model, next.explode));
    }
    this.draw();
  }

  /** As much further away as the parts reach further, so that none leaves the canvas. */
  #standBack(next: number): void {
    const { position } = this.#camera;
    position
      .sub(this.#controls.target)
      .multiplyScalar(next / this.#reach)
      .add(this.#controls.target);
    this.#reach = next;
  }

  reset(): void {
    if (!this.#model) return;
    const away = new Vector3().setFromSphericalCoords(1, Math.PI / 2 - ELEVATION, AZIMUTH);
    const { middle, radius } = this.#model;
    this.#controls.target.copy(middle);
    this.#camera.position.copy(middle).addScaledVector(away, (this.#reach * radius) / Math.sin(HALF_LENS));
    this.#controls.update();
    this.draw();
  }

  /** By steps: to the right and up round the object, and closer. */
  move({ right = 0, up = 0, closer = 0 }: { right?: number; up?: number; closer?: number }): void {
    if (right) this.#controls.rotateLeft(-right * STEP);
    if (up) this.#controls.rotateUp(-up * STEP);
    if (closer > 0) this.#controls.dollyIn(ZOOM);
    if (closer < 0) this.#controls.dollyOut(ZOOM);
    this.listener.held();
    this.draw();
  }

  /** Soon, once, however often it is asked for. */
  draw(): void {
    if (this.#frame === 0) this.#frame = requestAnimationFrame((now) => this.#drawNow(now));
  }

  #drawNow(now: number): void {
    this.#frame = 0;
    if (!this.#model || this.context.isContextLost()) return;
    this.#pointer.look();
    const moved = this.#controls.update(Math.min((now - this.#drawnAt) / 1000, 0.1));
    const angle = this.#controls.getAzimuthalAngle() - AZIMUTH;
    this.turn.value.set(Math.cos(angle), Math.sin(angle));
    this.#renderer.render(this.#scene, this.#camera);
    this.#drawnAt = now;
    this.#onDrawn?.();
    this.#onDrawn = null;
    if (moved || (this.#controls.autoRotate && this.#inSight)) this.draw();
  }

  #restored(): void {
    this.listener.lost(false);
    this.draw();
  }

  #resize(): void {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    if (width === 0 || height === 0) return;
    const ratio = Math.min(devicePixelRatio, PIXEL_RATIO_MAX);
    this.#renderer.setPixelRatio(ratio);
    this.#renderer.setSize(width, height, false);
    const aspect = width / height;
    this.#camera.aspect = aspect;
    this.#camera.fov = (Math.atan(this.#half / Math.min(aspect, 1)) * 360) / Math.PI;
    this.#camera.updateProjectionMatrix();
    if (this.#model) size(this.#model, Math.min(width, height), ratio);
    this.draw();
  }

  /** Gives everything back: a browser has few WebGL contexts, and somebody may look at many jobs. */
  close(models: Model[]): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = -1;
    this.#gone.abort();
    this.#controls.dispose();
    for (const model of models) dispose(model);
    this.#renderer.dispose();
    this.context.getExtension("WEBGL_lose_context")?.loseContext();
  }
}
