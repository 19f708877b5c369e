// The trace id as 512 soft-decodable bits: 32 bits of id and a 24-bit checksum in a polar code (Arikan 2009), decoded by successive
// cancellation with a list (Tal and Vardy 2015, in the log-likelihood form of Balatsoukas-Stimming et al. 2015). Positions are ranked
// by polarization weight (He et al. 2017), which needs no channel estimate.

export const codeLength = 512;
const idBits = 32;
const checkBits = 24;
const messageLength = idBits + checkBits;
const stages = 9;
const listSize = 8;

/** Message positions in the order of the code, most reliable ones of 512. */
const messagePositions: readonly number[] = (() => {
  const weight = (i: number) => {
    let sum = 0;
    for (let j = 0; j < stages; j++) if ((i >> j) & 1) sum += 2 ** (j / 4);
    return sum;
  };
  const ranked = Array.from({ length: codeLength }, (_, i) => i).sort((a, b) => weight(b) - weight(a) || b - a);
  return ranked.slice(0, messageLength).sort((a, b) => a - b);
})();
const isMessage = Uint8Array.from({ length: codeLength }, (_, i) => (messagePositions.includes(i) ? 1 : 0));

/** CRC-24 of OpenPGP (RFC 4880, 6.1) over the four bytes of the id, most significant first. */
export function traceChecksum(id: number): number {
  let crc = 0xb704ce;
  for (let shift = 24; shift >= 0; shift -= 8) {
    crc ^= ((id >>> shift) & 255) << 16;
    for (let k = 0; k < 8; k++) crc = crc & 0x800000 ? ((crc << 1) ^ 0x864cfb) & 0xffffff : crc << 1;
  }
  return crc;
}

/** 512 bits (0 or 1) of a uint32. */
export function encodeTraceId(id: number): Uint8Array {
  const bits = new Uint8Array(codeLength);
  const check = traceChecksum(id);
  for (let i = 0; i < messageLength; i++) {
    const bit = i < idBits ? id >>> (idBits - 1 - i) : check >>> (messageLength - 1 - i);
    bits[messagePositions[i]!] = bit & 1;
  }
  return transform(bits);
}

/** The polar transform, in place; it is its own inverse. */
function transform(bits: Uint8Array): Uint8Array {
  for (let half = 1; half < codeLength; half *= 2) {
    for (let i = 0; i < codeLength; i += 2 * half) {
      for (let j = i; j < i + half; j++) bits[j]! ^= bits[j + half]!;
    }
  }
  return bits;
}

export interface DecodedTrace {
  /** uint32 */
  readonly id: number;
  /** Agreement of the received numbers with the code word: sum of signed values over sum of magnitudes, 0-1. */
  readonly agreement: number;
}

/** `soft[i]` is positive where bit i is likely 0; any common scale. Null when no path of the list has a right checksum. */
export function decodeTraceId(soft: ArrayLike<number>): DecodedTrace | null {
  for (const message of decodeList(soft)) {
    let id = 0;
    let check = 0;
    for (let i = 0; i < messageLength; i++) {
      if (i < idBits) id = ((id << 1) | message[i]!) >>> 0;
      else check = (check << 1) | message[i]!;
    }
    if (traceChecksum(id) !== check) continue;
    const word = encodeTraceId(id);
    let signed = 0;
    let total = 0;
    for (let i = 0; i < codeLength; i++) {
      signed += word[i] ? -soft[i]! : soft[i]!;
      total += Math.abs(soft[i]!);
    }
    return { id, agreement: total > 0 ? signed / total : 0 };
  }
  return null;
}

/** One candidate of the list: its partial sums per stage and the likelihoods they were computed from, flat so that copies are cheap. */
interface Path {
  metric: number;
  /** Stage s (0-8) has 2^s values from index 2^s on; stage 9 is what was received. */
  readonly likelihoods: Float32Array;
  /** Left and right partial sums of stage s (0-8): 2 * 2^s values from index 2 * 2^s on. */
  readonly sums: Uint8Array;
  readonly message: Uint8Array;
}

/** The messages of the surviving paths, most likely first. */
function decodeList(soft: ArrayLike<number>): Uint8Array[] {
  const received = Float32Array.from({ length: codeLength }, (_, i) => soft[i]!);
  let paths: Path[] = [newPath()];
  const spare: Path[] = [];
  let messageIndex = 0;
  for (let i = 0; i < codeLength; i++) {
    for (const path of paths) updateLikelihoods(path, received, i);
    if (!isMessage[i]) {
      for (const path of paths) {
        const value = path.likelihoods[1]!;
        if (value < 0) path.metric -= value;
        decide(path, i, 0);
      }
      continue;
    }
    const forks = paths.flatMap((path) => {
      const value = path.likelihoods[1]!;
      return [0, 1].map((bit) => ({
        path,
        bit,
        metric: path.metric + (value < 0 === (bit === 1) ? 0 : Math.abs(value)),
      }));
    });
    forks.sort((a, b) => a.metric - b.metric);
    const kept = forks.slice(0, listSize);
    const used = new Set<Path>();
    const dead = paths.filter((path) => !kept.some((fork) => fork.path === path));
    spare.push(...dead);
    // Copies first: a path that forks must be copied before either branch decides.
    const next = kept.map((fork) => {
      if (!used.has(fork.path)) {
        used.add(fork.path);
        return { ...fork, target: fork.path };
      }
      return { ...fork, target: copyPath(fork.path, spare.pop() ?? newPath()) };
    });
    paths = next.map(({ target, bit, metric }) => {
      target.metric = metric;
      target.message[messageIndex] = bit;
      decide(target, i, bit);
      return target;
    });
    messageIndex++;
  }
  return paths.sort((a, b) => a.metric - b.metric).map((path) => path.message);
}

function newPath(): Path {
  return {
    metric: 0,
    likelihoods: new Float32Array(codeLength),
    sums: new Uint8Array(2 * codeLength),
    message: new Uint8Array(messageLength),
  };
}

function copyPath(from: Path, to: Path): Path {
  to.likelihoods.set(from.likelihoods);
  to.sums.set(from.sums);
  to.message.set(from.message);
  return to;
}

/** Brings the likelihood of bit i up to date from the highest stage at which i starts a new half. */
function updateLikelihoods({ likelihoods, sums }: Path, received: Float32Array, i: number): void {
  const top = i === 0 ? stages : trailingZeros(i) + 1;
  for (let s = top - 1; s >= 0; s--) {
    const half = 1 << s;
    const upper = s === stages - 1 ? received : likelihoods;
    const from = s === stages - 1 ? 0 : 2 * half;
    if ((i >> s) & 1) {
      const left = 2 * half;
      for (let j = 0; j < half; j++) {
        const a = upper[from + j]!;
        const b = upper[from + half + j]!;
        likelihoods[half + j] = b + (1 - 2 * sums[left + j]!) * a;
      }
    } else {
      for (let j = 0; j < half; j++) {
        const a = upper[from + j]!;
        const b = upper[from + half + j]!;
        likelihoods[half + j] = 0.5 * (Math.abs(a + b) - Math.abs(a - b)); // the smaller magnitude, with the product's sign, no branch
      }
    }
  }
}

/** Records bit i and combines the halves that it completes. */
function decide({ sums }: Path, i: number, bit: number): void {
  sums[2 + (i & 1)] = bit;
  for (let s = 0, place = i; place & 1 && s < stages - 1; s++, place >>= 1) {
    const half = 1 << s;
    const from = 2 * half;
    const to = 4 * half + ((place >> 1) & 1 ? 2 * half : 0);
    for (let j = 0; j < half; j++) {
      sums[to + j] = sums[from + j]! ^ sums[from + half + j]!;
      sums[to + half + j] = sums[from + half + j]!;
    }
  }
}

function trailingZeros(i: number): number {
  return 31 - Math.clz32(i & -i);
}
