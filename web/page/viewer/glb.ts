// Our own GLB read: one node, mesh and material per part, places, normals and corners (models/mesh/export.py).
// Nothing is copied: the arrays look into the file's bytes. What is not as it is written there is an error.

/** A part's triangles as the file has them. Colours are not read: the job says them. */
export interface PartMesh {
  id: number;
  name: string;
  places: Float32Array; // x y z of each vertex
  normals: Float32Array;
  corners: Uint32Array; // three vertices of each face
}

/** A file that is not what it should be; the message is a sentence for people. */
export class BadFile extends Error {}

interface Accessor {
  bufferView: number;
  componentType: number;
  count: number;
  type: string;
}

interface Mesh {
  extras: { part_id: number; part_name: string };
  primitives: { attributes: { POSITION: number; NORMAL: number }; indices: number }[];
}

interface Document {
  nodes: { mesh: number }[];
  meshes: Mesh[];
  accessors: Accessor[];
  bufferViews: { byteOffset: number; byteLength: number }[];
}

const MAGIC = 0x46546c67; // "glTF"
const JSON_CHUNK = 0x4e4f534a;
const BINARY_CHUNK = 0x004e4942;
const [HEAD, CHUNK_HEAD] = [12, 8]; // bytes
const [FLOAT, UNSIGNED_INT] = [5126, 5125];
const WIDTH = new Map([
  ["SCALAR", 1],
  ["VEC3", 3],
]);

/** The parts of a GLB, in the order of the file. Throws BadFile. */
export function readGlb(file: ArrayBuffer): PartMesh[] {
  const [document, blob] = chunks(file);
  try {
    demand(document.nodes.length > 0, "there is nothing in it");
    return document.nodes.map((node, id) => part(document, blob, id, document.meshes[node.mesh] as Mesh));
  } catch (error) {
    if (error instanceof BadFile) throw error;
    throw new BadFile("The 3D file is damaged: its description does not fit together.");
  }
}

/** The JSON, and where the numbers begin and end. */
function chunks(file: ArrayBuffer): [Document, DataView] {
  const head = new DataView(file);
  demand(file.byteLength >= HEAD + CHUNK_HEAD && head.getUint32(0, true) === MAGIC, "it is no GLB");
  demand(head.getUint32(4, true) === 2, "it is of another version");
  demand(head.getUint32(8, true) === file.byteLength, "it is not whole");
  const text = chunk(head, HEAD, JSON_CHUNK);
  const blob = chunk(head, text.byteOffset + text.byteLength, BINARY_CHUNK);
  try {
    return [JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(text)), blob];
  } catch {
    throw new BadFile("The 3D file is damaged: its description cannot be read.");
  }
}

function chunk(file: DataView, at: number, kind: number): DataView {
  demand(at + CHUNK_HEAD <= file.byteLength && file.getUint32(at + 4, true) === kind, "a piece of it is missing");
  const length = file.getUint32(at, true);
  demand(length % 4 === 0 && at + CHUNK_HEAD + length <= file.byteLength, "a piece of it is cut off");
  return new DataView(file.buffer, at + CHUNK_HEAD, length);
}

function part(document: Document, blob: DataView, id: number, mesh: Mesh): PartMesh {
  const { part_id: written, part_name: name } = mesh.extras;
  demand(written === id && typeof name === "string", "a part is another's");
  const [primitive] = mesh.primitives;
  demand(primitive !== undefined && mesh.primitives.length === 1, `${name} is not one piece`);
  const { attributes, indices } = primitive;
  const places = new Float32Array(...array(document, blob, attributes.POSITION, "VEC3", FLOAT));
  const normals = new Float32Array(...array(document, blob, attributes.NORMAL, "VEC3", FLOAT));
  const corners = new Uint32Array(...array(document, blob, indices, "SCALAR", UNSIGNED_INT));
  demand(places.length > 0 && places.length === normals.length, `${name} has not one normal for each place`);
  demand(corners.length > 0 && corners.length % 3 === 0, `${name} has half a face`);
  demand(places.every(Number.isFinite) && normals.every(Number.isFinite), `${name} lies nowhere`);
  const vertices = places.length / 3;
  demand(
    corners.every((corner) => corner < vertices),
    `${name} has a face without a corner`,
  );
  return { id, name, places, normals, corners };
}

/** Where an accessor's numbers lie: what a typed array is made of. */
function array(
  document: Document,
  blob: DataView,
  index: number,
  type: string,
  componentType: number,
): [ArrayBuffer, number, number] {
  const accessor = document.accessors[index] as Accessor;
  demand(accessor.type === type && accessor.componentType === componentType, "its numbers are of another kind");
  const view = document.bufferViews[accessor.bufferView] as Document["bufferViews"][0];
  const length = accessor.count * (WIDTH.get(type) as number);
  const { byteOffset: offset, byteLength: bytes } = view;
  demand(Number.isInteger(length) && length * 4 === bytes, "it holds another number of numbers than it says");
  demand(offset >= 0 && offset % 4 === 0 && offset + bytes <= blob.byteLength, "its numbers are cut off");
  return [blob.buffer as ArrayBuffer, blob.byteOffset + offset, length];
}

function demand(kept: boolean, otherwise: string): asserts kept {
  if (!kept) throw new BadFile(`The 3D file is damaged: ${otherwise}.`);
}
