// SHA-256 (FIPS 180-4) of bytes, as bytes. The browser's own where it has one: pages over plain http do not.
const ROOTS = [];
const FIRST = [];
for (let number = 2; ROOTS.length < 64; number++) {
  let isPrime = true;
  for (let divisor = 2; divisor * divisor <= number; divisor++) isPrime &&= number % divisor !== 0;
  if (!isPrime) continue;
  const fraction = (root) => Math.floor((root - Math.floor(root)) * 2 ** 32);
  if (FIRST.length < 8) FIRST.push(fraction(Math.sqrt(number)));
  ROOTS.push(fraction(Math.cbrt(number)));
}

export async function sha256(bytes) {
  if (globalThis.crypto?.subtle) return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
  return sha256Here(bytes);
}

export function sha256Here(bytes) {
  const length = ((bytes.length + 72) >> 6) << 6;
  const padded = new Uint8Array(length);
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setUint32(length - 8, Math.floor(bytes.length / 2 ** 29));
  view.setUint32(length - 4, (bytes.length << 3) >>> 0);
  const state = Uint32Array.from(FIRST);
  for (let at = 0; at < length; at += 64) mix(state, view, at);
  const out = new DataView(new ArrayBuffer(32));
  state.forEach((word, place) => out.setUint32(place * 4, word));
  return new Uint8Array(out.buffer);
}

const turn = (word, by) => (word >>> by) | (word << (32 - by));

function mix(state, view, at) {
  const words = new Uint32Array(64);
  for (let place = 0; place < 16; place++) words[place] = view.getUint32(at + place * 4);
  for (let place = 16; place < 64; place++) {
    const near = words[place - 15];
    const far = words[place - 2];
    const one = turn(near, 7) ^ turn(near, 18) ^ (near >>> 3);
    const two = turn(far, 17) ^ turn(far, 19) ^ (far >>> 10);
    words[place] = words[place - 16] + one + words[place - 7] + two;
  }
  let [a, b, c, d, e, f, g, h] = state;
  for (let place = 0; place < 64; place++) {
    const chosen = (e & f) ^ (~e & g);
    const most = (a & b) ^ (a & c) ^ (b & c);
    const first = (h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + chosen + ROOTS[place] + words[place]) | 0;
    const second = ((turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + most) | 0;
    [h, g, f, e, d, c, b, a] = [g, f, e, (d + first) | 0, c, b, a, (first + second) | 0];
  }
  [a, b, c, d, e, f, g, h].forEach((word, place) => (state[place] += word));
}
