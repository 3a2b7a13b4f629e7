// The light of the preview (models/mesh/studio.py), without its shadows: what is shown first and what replaces it
// must look alike. The lamps go round with the camera, so that no side of an object is a dark one.

import { Color, ShaderMaterial, type Vector2 } from "three";

const NUMBERS = (...numbers: number[]) => `vec3(${numbers.map((number) => number.toFixed(4)).join(",")})`;

const VERTEX = `
uniform vec2 turn;
uniform float size;
varying vec3 n;
varying vec3 ray;
vec3 turned(vec3 v) { return vec3(turn.x * v.x - turn.y * v.z, v.y, turn.y * v.x + turn.x * v.z); }
void main() {
  vec4 place = modelMatrix * vec4(position, 1.0);
  n = turned(normal);
  ray = turned(place.xyz - cameraPosition);
  gl_Position = projectionMatrix * viewMatrix * place;
  gl_PointSize = size;
}`;

const FRAGMENT = `
uniform vec3 paint;
uniform float opacity;
uniform float glow;
uniform float size;
uniform float wire;
varying vec3 n;
varying vec3 ray;
const vec3 KEY = ${NUMBERS(0.45, 0.78, 0.44)};
const vec3 FILL = ${NUMBERS(0.72, 0.1, -0.68)};
const vec3 KEY_LIGHT = ${NUMBERS(0.78, 0.7527, 0.702)};
const vec3 FILL_LIGHT = ${NUMBERS(0.0992, 0.1184, 0.16)};
const vec3 SKY = ${NUMBERS(0.4784, 0.4992, 0.52)};
const vec3 GROUND = ${NUMBERS(0.3, 0.279, 0.258)};
void main() {
  if (size > 0.0 && length(gl_PointCoord - 0.5) > 0.5) discard;
  vec3 normal = normalize(n), eye = normalize(ray);
  float thin = max(sign(size), wire); // a point and a wire are seen from behind too
  if (thin > 0.0) normal = faceforward(normal, eye, normal);
  vec3 light = mix(GROUND, SKY, normal.y * 0.5 + 0.5)
    + KEY_LIGHT * max(dot(normal, KEY), 0.0) + FILL_LIGHT * max(dot(normal, FILL), 0.0);
  float gloss = 0.1 * pow(max(dot(normal, normalize(KEY - eye)), 0.0), 28.0);
  float rim = 0.16 * pow(1.0 - clamp(-dot(normal, eye), 0.0, 1.0), 3.0);
  gl_FragColor = vec4(paint * light + (gloss + rim) * (1.0 - thin) + glow, opacity);
  #include <colorspace_fragment>
}`;

const WIRE = 0.5; // opacity of wires: those behind are seen through those before them
const GHOST = 0.12; // opacity of what is not looked at
const GLOW = 0.06; // added light where the pointer is

/** Cosine and sine of how far the camera has gone round since the preview; all parts share it. */
export interface Turn {
  value: Vector2;
}

/** The paint of one part. */
export function paint(colour: string, turn: Turn): ShaderMaterial {
  const uniforms = {
    turn,
    paint: { value: new Color(colour) },
    opacity: { value: 1 },
    glow: { value: 0 },
    size: { value: 0 },
    wire: { value: 0 },
  };
  return new ShaderMaterial({ vertexShader: VERTEX, fragmentShader: FRAGMENT, uniforms, transparent: true });
}

/** How a part is looked at: among all, as the one under the pointer, or as a ghost beside the one that is meant. */
export function look(material: ShaderMaterial, { ghost, lit, wire }: Record<"ghost" | "lit" | "wire", boolean>): void {
  set(material, "opacity", ghost ? GHOST : wire ? WIRE : 1);
  set(material, "glow", lit ? GLOW : 0);
  set(material, "wire", wire ? 1 : 0);
  material.depthWrite = !ghost && !wire;
  material.wireframe = wire;
}

/** The diameter of a point, in pixels of the canvas. */
export function dots(material: ShaderMaterial, size: number): void {
  set(material, "size", size);
}

function set(material: ShaderMaterial, name: string, value: number): void {
  (material.uniforms[name] as { value: number }).value = value;
}
