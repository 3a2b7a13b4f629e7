// What a part is in the scene: its triangles or its points, to be hidden, lit and moved by itself.

import { BufferAttribute, BufferGeometry, Matrix4, Mesh, Points, type ShaderMaterial, Vector3 } from "three";
import type { PartInfo } from "../api";
import type { PartMesh } from "./glb";
import { dots, paint, type Turn } from "./paint";
import type { PartPoints } from "./ply";

export interface Piece {
  id: number;
  object: Mesh | Points;
  material: ShaderMaterial;
  middle: Vector3; // of its box
  radius: number; // about that middle
}

/** All pieces of one file, and what is needed to frame and explode them. */
export interface Model {
  pieces: Piece[];
  middle: Vector3;
  radius: number; // about the middle
  points: number; // 0: it has faces
}

const UP = new Vector3(0, 1, 0);
const UNKNOWN = "#8a8f96"; // of a part that the job does not list

export const meshes = (parts: PartMesh[], infos: PartInfo[], turn: Turn): Model =>
  model(
    parts.map((part) => {
      const material = paint(colourOf(part.id, infos), turn);
      const geometry = shape(part).setIndex(new BufferAttribute(part.corners, 1));
      return piece(part.id, new Mesh(geometry, material), material);
    }),
    0,
  );

export const clouds = (parts: PartPoints[], infos: PartInfo[], turn: Turn): Model =>
  model(
    parts.map((part) => {
      const material = paint(colourOf(part.id, infos), turn);
      return piece(part.id, new Points(shape(part), material), material);
    }),
    parts.reduce((sum, part) => sum + part.places.length / 3, 0),
  );

/** How far the furthest piece reaches from the middle when they are so far apart, in radii of the whole. */
export function reach(model: Model, explode: number): number {
  const far = (by: number) =>
    Math.max(...model.pieces.map((each) => each.middle.distanceTo(model.middle) * (1 + by) + each.radius));
  return far(explode) / far(0);
}

/** The tangent of half the angle that all of it takes up, seen from there. */
export function halfField({ pieces, middle }: Model, eye: Vector3): number {
  const toEye = new Matrix4().lookAt(eye, middle, UP).setPosition(eye).invert();
  let half = 0;
  for (const { object } of pieces) {
    eachPlace(object, (place) => {
      place.applyMatrix4(toEye);
      half = Math.max(half, Math.abs(place.x / place.z), Math.abs(place.y / place.z));
    });
  }
  return half;
}

/** Moves the pieces apart: 0 as they were made, 1 twice as far from the middle. */
export function spread({ pieces, middle }: Model, explode: number): void {
  for (const each of pieces) each.object.position.subVectors(each.middle, middle).multiplyScalar(explode);
}

/** Points grow with the canvas and shrink with their number, so that they cover a surface and still are points. */
export function size({ pieces, points }: Model, heightPx: number, ratio: number): void {
  if (points === 0) return;
  const diameter = Math.min(Math.max((0.6 * heightPx) / Math.sqrt(points), 1.5), 7) * ratio;
  for (const each of pieces) dots(each.material, diameter);
}

export function dispose(model: Model): void {
  for (const each of model.pieces) {
    each.object.geometry.dispose();
    each.material.dispose();
  }
}

const colourOf = (id: number, infos: PartInfo[]) => infos.find((info) => info.id === id)?.color ?? UNKNOWN;

const shape = ({ places, normals }: { places: Float32Array; normals: Float32Array }) =>
  new BufferGeometry()
    .setAttribute("position", new BufferAttribute(places, 3))
    .setAttribute("normal", new BufferAttribute(normals, 3));

function piece(id: number, object: Mesh | Points, material: ShaderMaterial): Piece {
  object.geometry.computeBoundingBox();
  object.geometry.computeBoundingSphere();
  const middle = object.geometry.boundingBox?.getCenter(new Vector3()) ?? new Vector3();
  object.userData.id = id;
  return { id, object, material, middle, radius: radius([object], middle) };
}

function model(pieces: Piece[], points: number): Model {
  const boxes = pieces.map((each) => each.object.geometry.boundingBox);
  const low = new Vector3(Infinity, Infinity, Infinity);
  const high = low.clone().negate();
  for (const box of boxes) {
    if (box) low.min(box.min);
    if (box) high.max(box.max);
  }
  const middle = low.add(high).multiplyScalar(0.5);
  const objects = pieces.map((each) => each.object);
  return { pieces, middle, radius: radius(objects, middle), points };
}

function radius(objects: Piece["object"][], middle: Vector3): number {
  let furthest = 0;
  for (const object of objects) {
    eachPlace(object, (place) => {
      furthest = Math.max(furthest, place.distanceToSquared(middle));
    });
  }
  return Math.sqrt(furthest);
}

/** All places as the file has them, in one vector that is used again. */
function eachPlace(object: Piece["object"], visit: (place: Vector3) => void): void {
  const { array } = object.geometry.getAttribute("position");
  const place = new Vector3();
  for (let at = 0; at < array.length; at += 3) visit(place.fromArray(array, at));
}
