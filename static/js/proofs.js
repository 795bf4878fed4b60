// Receipts, proof files and checkpoints, checked on the reader's own machine: RFC 9162, C2SP signed-note and tlog-proof.
import { sha256 } from "./sha256.js";

export class Refused extends Error {}

const text = new TextEncoder();
export const hex = (bytes) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
export const same = (one, other) => hex(one) === hex(other);

export function unbase64(encoded) {
  try {
    return Uint8Array.from(atob(encoded), (letter) => letter.charCodeAt(0));
  } catch {
    throw new Refused("A part of it is not written as it should be.");
  }
}

const joined = (...parts) => Uint8Array.from(parts.flatMap((part) => Array.from(part)));
export const leafHash = (leaf) => sha256(joined([0], text.encode(leaf)));
const nodeHash = (left, right) => sha256(joined([1], left, right));

export function readReceipt(content) {
  let said;
  try {
    said = JSON.parse(content);
  } catch {
    return null;
  }
  const isOne = Number.isSafeInteger(said?.index) && typeof said.leaf === "string" && typeof said.leaf_hash === "string";
  return isOne ? said : null;
}

export function readNote(note) {
  const [head, below] = note.split("\n\n");
  const [origin, size, root, more] = (head ?? "").split("\n");
  if (!below || more !== undefined || !/^(0|[1-9]\d{0,15})$/.test(size ?? "")) throw new Refused("This is no checkpoint.");
  const signatures = below.trimEnd().split("\n").map((line) => {
    const [dash, name, blob] = line.split(" ");
    if (dash !== "—" || !blob) throw new Refused("A signature under the checkpoint is not written as it should be.");
    return { name, bytes: unbase64(blob) };
  });
  return { origin, size: Number(size), root: unbase64(root), signed: text.encode(`${head}\n`), signatures };
}

export const PROOF = "c2sp.org/tlog-proof@v1";
export const isCheckpoint = (words) => /^[^\s+]+\n\d{1,16}\n[A-Za-z0-9+/]{43}=\n\n— /.test(words);
// The origins of a record that was started anew differ by a number behind them.
export const recordOf = (origin) => origin.replace(/\/([2-9]|[1-9]\d{1,8})$/, "");

export function readProof(proof) {
  const [head, ...rest] = proof.split("\n\n");
  const [header, ...lines] = head.split("\n");
  const [index, ...hashes] = lines[0]?.startsWith("extra ") ? lines.slice(1) : lines;
  const found = /^index (0|[1-9]\d{0,15})$/.exec(index ?? "");
  if (header !== PROOF || !found) throw new Refused("The proof in it is not written as it should be.");
  return { index: Number(found[1]), hashes: hashes.map(unbase64), note: readNote(rest.join("\n\n")) };
}

// The proof leads from the leaf to the root: RFC 9162, 2.1.3.2. Sizes beyond 2^53 are no record's.
export async function checkInclusion(leaf, index, size, hashes, root) {
  if (!(index < size)) throw new Refused("The proof is of a place that the record did not have.");
  let [place, last, hashed] = [index, size - 1, leaf];
  for (const other of hashes) {
    if (last === 0) throw new Refused("The proof has hashes left over.");
    if (place % 2 || place === last) {
      hashed = await nodeHash(other, hashed);
      while (place % 2 === 0 && place) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else hashed = await nodeHash(hashed, other);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !same(hashed, root)) throw new Refused("The proof does not lead to the signed root.");
}

// The newer record begins with the older one: RFC 9162, 2.1.4.2.
export async function checkConsistency(old, newer, hashes) {
  if (old.size === newer.size) {
    if (hashes.length || !same(old.root, newer.root)) throw new Refused("Two checkpoints of one size have other roots.");
    return;
  }
  let [place, last] = [old.size - 1, newer.size - 1];
  const path = Number.isInteger(Math.log2(old.size)) ? [old.root, ...hashes] : hashes;
  while (place % 2) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  if (!path.length) throw new Refused("The proof between the two checkpoints is empty.");
  let [one, other] = [path[0], path[0]];
  for (const hash of path.slice(1)) {
    if (last === 0) throw new Refused("The proof between the two checkpoints has hashes left over.");
    if (place % 2 || place === last) {
      [one, other] = [await nodeHash(hash, one), await nodeHash(hash, other)];
      while (place % 2 === 0 && place) [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
    } else other = await nodeHash(other, hash);
    [place, last] = [Math.floor(place / 2), Math.floor(last / 2)];
  }
  if (last !== 0 || !same(one, old.root) || !same(other, newer.root))
    throw new Refused("The record of today does not continue the one that was signed then.");
}

// True or false for a signature by this key; null where the browser cannot check Ed25519.
export async function checkSignature(note, vkey) {
  // Behind the name and the key's number all is base64, in which a plus may stand as well.
  const [name, number, ...rest] = vkey.trim().split("+");
  const encoded = rest.join("+");
  const line = note.signatures.find((each) => each.name === name && hex(each.bytes.slice(0, 4)) === number);
  if (!line) return false;
  try {
    const key = await crypto.subtle.importKey("raw", unbase64(encoded).slice(1), { name: "Ed25519" }, false, ["verify"]);
    return await crypto.subtle.verify({ name: "Ed25519" }, key, line.bytes.slice(4), note.signed);
  } catch {
    return null;
  }
}
