/**
 * Feature hashing of a text (Weinberger et al., "Feature Hashing for Large Scale Multitask Learning", 2009): words, pairs of
 * neighbouring words and character trigrams each add a signed weight to a few places of the vector. Texts that share them
 * point the same way, so nearest neighbours mean something, and nothing but the text decides the numbers.
 */

const placesPerFeature = 4;
const weightOfShortWord = 0.35;
const weightOfWord = 1;
const weightOfPair = 0.6;
const weightOfTrigram = 0.3;
const space = 32;

let scratch = new Float64Array(0);

function add(sums: Float64Array, dimension: number, feature: number, weight: number): void {
  let hash = Math.imul(feature ^ (feature >>> 16), 0x85ebca6b);
  for (let place = 0; place < placesPerFeature; place++) {
    hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) + place;
    const spread = hash ^ (hash >>> 16);
    const at = Math.floor(((spread >>> 1) / 0x80000000) * dimension);
    sums[at] = (sums[at] ?? 0) + ((spread & 1) === 0 ? weight : -weight);
  }
}

/** Letters and digits of any script; blanks and ASCII and general punctuation end a word. */
function endsWord(unit: number): boolean {
  if (unit < 128) return !((unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57));
  return unit <= 0xbf || (unit >= 0x2000 && unit <= 0x206f) || (unit >= 0x3000 && unit <= 0x303f);
}

function addFeatures(sums: Float64Array, dimension: number, text: string, salt: number): void {
  const lower = text.toLowerCase();
  let word = salt;
  let length = 0;
  let previousWord = 0;
  let beforeLast = space;
  let last = space;
  for (let at = 0; at <= lower.length; at++) {
    const unit = at < lower.length ? lower.charCodeAt(at) : space;
    const ends = endsWord(unit);
    const current = ends ? space : unit;
    if (!ends) {
      word = Math.imul(word ^ unit, 0x01000193);
      length++;
    } else if (length > 0) {
      add(sums, dimension, word, length < 4 ? weightOfShortWord : weightOfWord);
      if (previousWord !== 0) add(sums, dimension, Math.imul(previousWord, 31) ^ word, weightOfPair);
      previousWord = word;
      word = salt;
      length = 0;
    }
    if (last !== space) {
      const trigram = Math.imul(
        Math.imul(Math.imul(salt ^ beforeLast, 0x01000193) ^ last, 0x01000193) ^ current,
        0x27d4eb2d,
      );
      add(sums, dimension, trigram, weightOfTrigram);
    }
    if (current !== space || last !== space) {
      beforeLast = last;
      last = current;
    }
  }
}

/**
 * The vector of `text` as whole millionths, `Int32Array[dimension]`, so that its decimals are short (`0.018234`): Euclidean
 * length 1 (within 1e-4), never all zeros.
 * The same text, dimension and salt give the same vector on every machine; vectors of different salts have nothing to do
 * with one another, as those of different models.
 */
export function hashText(text: string, dimension: number, salt = 0): Int32Array {
  if (scratch.length < dimension) scratch = new Float64Array(dimension);
  const sums = scratch.subarray(0, dimension).fill(0);
  const seed = Math.imul(salt + 1, 0x9e3779b1) | 1;
  addFeatures(sums, dimension, text, seed);
  let squares = 0;
  for (let at = 0; at < dimension; at++) {
    const sum = sums[at] ?? 0;
    squares += sum * sum;
  }
  if (squares === 0) {
    // Nothing but punctuation or blanks: one feature made of all of it, so that the vector isn't zero.
    let whole = seed;
    for (let at = 0; at < text.length; at++) whole = Math.imul(whole ^ text.charCodeAt(at), 0x01000193);
    sums[(whole >>> 0) % dimension] = 1;
    squares = 1;
  }
  const scale = 1e6 / Math.sqrt(squares);
  const millionths = new Int32Array(dimension);
  for (let at = 0; at < dimension; at++) millionths[at] = Math.round((sums[at] ?? 0) * scale);
  return millionths;
}

/** Millionths as the numbers that they stand for: the doubles nearest to the short decimals. */
export function toValues(millionths: Int32Array): number[] {
  const values = new Array<number>(millionths.length);
  for (let at = 0; at < millionths.length; at++) values[at] = (millionths[at] ?? 0) / 1e6;
  return values;
}
