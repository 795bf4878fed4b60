// A file is checked where it is: its hash, the proof and the signature that it carries, and that today's record continues it.
import {
  PROOF, Refused, checkConsistency, checkInclusion, checkSignature, hex, isCheckpoint, leafHash, readNote, readProof,
  readReceipt, recordOf, same,
} from "./proofs.js";
import { sha256 } from "./sha256.js";

const place = document.querySelector("[data-verify]");
const outcome = place.querySelector("[data-outcome]");
const drop = place.querySelector("[data-drop]");
const input = place.querySelector("input");
const unhex = (digits) => Uint8Array.from(digits.match(/../g) ?? [], (pair) => parseInt(pair, 16));
const LARGEST = 64 * 1024 * 1024;

place.hidden = false;
input.addEventListener("change", () => input.files[0] && check(input.files[0]));
for (const name of ["dragenter", "dragover"]) drop.addEventListener(name, (event) => over(event, true));
for (const name of ["dragleave", "drop"]) drop.addEventListener(name, (event) => over(event, false));
drop.addEventListener("drop", (event) => event.dataTransfer.files[0] && check(event.dataTransfer.files[0]));

function over(event, is) {
  event.preventDefault();
  drop.classList.toggle("over", is);
}

async function check(file) {
  say("wait", "Checking…", [`${file.name}: its hash is computed on this machine.`]);
  try {
    if (file.size > LARGEST) throw new Refused("It is larger than anything that is published here.");
    const bytes = new Uint8Array(await file.arrayBuffer());
    const words = new TextDecoder().decode(bytes);
    const receipt = readReceipt(words);
    if (receipt) await checkReceipt(receipt);
    else if (words.startsWith(PROOF)) await checkProof(readProof(words));
    else if (isCheckpoint(words)) await checkCheckpoint(readNote(words));
    else await checkFile(file.name, bytes);
  } catch (trouble) {
    if (trouble instanceof Refused) say("against", "This does not hold", [trouble.message]);
    else say("wait", "This could not be checked", ["The site did not answer, or the file could not be read. Try again."]);
  }
}

async function checkReceipt(receipt) {
  const said = await proven(receipt);
  const link = { href: `/record/${receipt.index}/`, word: `Read entry ${receipt.index}` };
  if (!said.isSigned) return say("wait", "The entry is there, and not signed yet", said.sentences, link);
  say("for", `The receipt holds: it is entry ${receipt.index} of ${receipt.origin}`, said.sentences, link);
}

// A proof file does not hold its entry: the site gives it, and the proof tells whether it is that one.
async function checkProof(proof) {
  const leaf = await plain(`/record/${proof.index}/leaf.json`);
  const sentences = await standing(await leafHash(leaf), proof);
  const { type, subject } = JSON.parse(leaf);
  const link = { href: `/record/${proof.index}/`, word: `Read entry ${proof.index}` };
  say("for", `The proof holds: it is of entry ${proof.index}, ${type} of ${subject}`, sentences, link);
}

async function checkCheckpoint(note) {
  const sentences = [await signature(note), await continued(note)];
  say("for", `The checkpoint of ${entries(note.size)} holds: nothing under it was changed`, sentences);
}

async function checkFile(name, bytes) {
  const digest = hex(await sha256(bytes));
  const { results } = await json(`/api/v1/record/hashes/${digest}/`);
  if (!results.length)
    throw new Refused("No entry names this file. It was changed, or it was never published here; a copy that was opened and saved again is another file.");
  const entry = results[0];
  const receipt = await json(`/api/v1/record/entries/${entry.index}/receipt/`);
  if (!receipt.leaf.includes(`"sha256:${digest}"`)) throw new Refused("The entry that the site names does not name this file.");
  const said = await proven(receipt);
  const when = new Date(entry.recorded_at).toISOString().slice(0, 16).replace("T", ", ");
  const first = `Its hash is sha256:${digest}. Entry ${entry.index} (${entry.kind} of ${entry.subject}) names it; written ${when} UTC.`;
  const link = { href: `/record/hash/${digest}/`, word: "Every entry that names it" };
  say(said.isSigned ? "for" : "wait", `${name} is what entry ${entry.index} names`, [first, ...said.sentences], link);
}

// What a receipt proves, in sentences; Refused when anything about it is wrong.
async function proven(receipt) {
  const hashed = await leafHash(receipt.leaf);
  if (`sha256:${hex(hashed)}` !== receipt.leaf_hash)
    throw new Refused("The words of the entry do not have the hash that the receipt states: one of the two was changed.");
  if (!receipt.proof) {
    const there = await json(`/api/v1/record/entries/${receipt.index}/receipt/`);
    if (there.leaf_hash !== receipt.leaf_hash) throw new Refused(`Entry ${receipt.index} of this site is another one.`);
    if (!there.proof) return { isSigned: false, sentences: ["Its proof follows within a minute: download the receipt again then."] };
    return proven(there);
  }
  const proof = readProof(receipt.proof);
  if (proof.index !== receipt.index) throw new Refused("The proof in the receipt is of another entry.");
  return { isSigned: true, sentences: await standing(hashed, proof) };
}

async function standing(hashed, { index, hashes, note }) {
  await checkInclusion(hashed, index, note.size, hashes, note.root);
  return [`It stands under the checkpoint over ${entries(note.size)}.`, await signature(note), await continued(note)];
}

const entries = (size) => (size === 1 ? "1 entry" : `${size} entries`);

async function signature(note) {
  const vkeys = (await plain("/record/vkeys")).trim().split("\n");
  for (const vkey of vkeys) {
    const good = await checkSignature(note, vkey);
    if (good === null) return "This browser cannot check the signature; tools/verify_record.py can.";
    if (good) return `The checkpoint is signed by ${vkey}. Compare this key with the one that you wrote down.`;
  }
  throw new Refused("The checkpoint is not signed by a key of this site.");
}

async function continued(old) {
  const newest = readNote(await plain("/record/checkpoint"));
  if (recordOf(newest.origin) !== recordOf(old.origin))
    throw new Refused(`This is of ${old.origin}, and the record here is ${newest.origin}.`);
  if (newest.size < old.size) throw new Refused(`The record here has only ${newest.size} signed entries: it was cut off.`);
  if (newest.size === old.size && !same(newest.root, old.root)) throw new Refused("The record here has another root at that size.");
  const { hashes } = await json(`/api/v1/record/proofs/consistency/?old=${old.size}&new=${newest.size}`);
  await checkConsistency(old, newest, hashes.map(unhex));
  const anew = newest.origin === old.origin ? "" : " It was started anew since, under another key: the list below says why.";
  return `The record of now, with ${newest.size} signed entries, continues it unchanged.${anew}`;
}

async function answered(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json, text/plain" } });
  if (answer.status === 404) throw new Refused("The site does not know what this speaks of.");
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer;
}
const json = async (address) => (await answered(address)).json();
const plain = async (address) => (await answered(address)).text();

function say(tone, heading, sentences, link) {
  const title = Object.assign(document.createElement("h3"), { textContent: heading });
  const said = sentences.map((sentence) => Object.assign(document.createElement("p"), { textContent: sentence }));
  outcome.className = `callout wrapped ${tone}`;
  outcome.replaceChildren(title, ...said);
  if (link) {
    const anchor = Object.assign(document.createElement("a"), { href: link.href, textContent: link.word });
    outcome.append(Object.assign(document.createElement("p"), {}));
    outcome.lastChild.append(anchor);
  }
  outcome.hidden = false;
}
