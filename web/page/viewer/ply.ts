// Our own point cloud read: binary PLY, x y z nx ny nz as float, part_id as uchar (models/mesh/export.py).

import { BadFile } from "./glb";

/** The points of one part. */
export interface PartPoints {
  id: number;
  places: Float32Array;
  normals: Float32Array;
}

const HEAD = /^ply\nformat binary_little_endian 1\.0\nelement vertex (\d{1,8})\n([\s\S]*?)end_header\n/;
const PROPERTIES = ["x", "y", "z", "nx", "ny", "nz"].map((name) => `property float ${name}\n`).join("");
const ROW = 25; // bytes
const HEAD_MAX = 1000; // bytes

/** The points of a PLY by part, smallest id first. Throws BadFile. */
export function readPly(file: ArrayBuffer): PartPoints[] {
  const text = new TextDecoder("latin1").decode(new Uint8Array(file, 0, Math.min(HEAD_MAX, file.byteLength)));
  const [head, count, properties] = HEAD.exec(text) ?? [];
  if (head === undefined || properties !== `${PROPERTIES}property uchar part_id\n`) {
    throw new BadFile("The points cannot be shown: the file is not one of ours.");
  }
  if (file.byteLength !== head.length + Number(count) * ROW) {
    throw new BadFile("The points cannot be shown: the file is not whole.");
  }
  return byPart(new DataView(file, head.length));
}

function byPart(rows: DataView): PartPoints[] {
  const found = new Map<number, number[]>();
  for (let at = 0; at < rows.byteLength; at += ROW) {
    const id = rows.getUint8(at + 24);
    const numbers = found.get(id) ?? [];
    found.set(id, numbers);
    for (let each = 0; each < 6; each++) numbers.push(rows.getFloat32(at + each * 4, true));
  }
  return [...found].sort(([a], [b]) => a - b).map(([id, numbers]) => points(id, numbers));
}

function points(id: number, numbers: number[]): PartPoints {
  if (!numbers.every(Number.isFinite)) throw new BadFile("The points cannot be shown: one of them lies nowhere.");
  const column = (first: number) =>
    Float32Array.from({ length: numbers.length / 2 }, (_, i) => numbers[Math.trunc(i / 3) * 6 + first + (i % 3)] ?? 0);
  return { id, places: column(0), normals: column(3) };
}
