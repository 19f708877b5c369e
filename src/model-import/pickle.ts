// A restricted interpreter for Python pickles, protocols 0 to 5 (CPython Lib/pickletools.py lists the opcodes). It builds plain data and
// never runs anything: a global is a name, and only the host, a closed list, says what "calling" one yields.
import { damaged, unsafe } from './byte-source.ts';

/** A Python global by name: data until the host knows better. */
export class PickleGlobal {
  readonly module: string;
  readonly name: string;
  constructor(module: string, name: string) {
    this.module = module;
    this.name = name;
  }
  toString(): string {
    return `${this.module}.${this.name}`;
  }
}
/** What a known metadata class would have been; carries nothing. */
export class PickleInert {
  readonly of: string;
  constructor(of: string) {
    this.of = of;
  }
}
export class PickleTuple {
  readonly items: readonly unknown[];
  constructor(items: readonly unknown[]) {
    this.items = items;
  }
}
/** A dict; keys may be anything, as in Python. */
export class PickleDict extends Map<unknown, unknown> {}

export interface PickleHost {
  /** The value of calling `callee`; throws `checkpoint-unsafe` for anything not on its list. */
  call(callee: unknown, args: readonly unknown[]): unknown;
  /** The object behind a persistent id. */
  persistent(id: unknown): unknown;
}

/** Thrown where the bytes end inside a pickle; the caller may hold more of the file. */
export class PickleEnded extends Error {}

const mark = Symbol('mark');

/** Runs one pickle that starts at `start`. Throws `checkpoint-unsafe`, `checkpoint-damaged` or `PickleEnded`. */
export function unpickle(
  bytes: Uint8Array,
  host: PickleHost,
  file: string,
  start = 0,
): { value: unknown; end: number } {
  const reader = new Reader(bytes, start);
  const stack: unknown[] = [];
  const memo = new Map<number, unknown>();

  const bad = (what: string) => damaged(`Expected a well-formed pickle in ${file} but ${what} at byte ${reader.at}`);
  const pop = (): unknown => {
    if (stack.length === 0) throw bad('its stack ran empty');
    const value = stack.pop();
    if (value === mark) throw bad('a mark stood where a value belongs');
    return value;
  };
  const top = (): unknown => {
    if (stack.length === 0 || stack.at(-1) === mark) throw bad('its stack ran empty');
    return stack.at(-1);
  };
  const popToMark = (): unknown[] => {
    const at = stack.lastIndexOf(mark);
    if (at < 0) throw bad('a mark was missing');
    const items = stack.splice(at);
    items.shift();
    return items;
  };
  const popTuple = (): readonly unknown[] => {
    const value = pop();
    if (!(value instanceof PickleTuple)) throw bad('arguments were no tuple');
    return value.items;
  };
  const extend = (items: unknown[]): void => {
    const target = top();
    if (Array.isArray(target)) for (const item of items) target.push(item);
    else if (!(target instanceof PickleInert)) throw bad('items were appended to something that is no list');
  };
  const setItems = (items: unknown[]): void => {
    const target = top();
    if (target instanceof PickleInert) return;
    if (!(target instanceof PickleDict) || items.length % 2 !== 0)
      throw bad('items were set on something that is no dict');
    for (let i = 0; i < items.length; i += 2) target.set(items[i], items[i + 1]);
  };
  const remember = (index: number): void => void memo.set(index, top());
  const recall = (index: number): void => {
    if (!memo.has(index)) throw bad(`memo ${index} was never set`);
    stack.push(memo.get(index));
  };
  const global = (module: unknown, name: unknown): void => {
    if (typeof module !== 'string' || typeof name !== 'string') throw bad('a global had no name');
    stack.push(new PickleGlobal(module, name));
  };

  for (;;) {
    const code = reader.byte();
    switch (String.fromCharCode(code)) {
      case '.':
        return { value: pop(), end: reader.at };
      case '\x80': {
        const protocol = reader.byte();
        if (protocol > 5) throw bad(`protocol ${protocol} is unknown`);
        break;
      }
      case '\x95': // FRAME only announces a length
        reader.skip(8);
        break;
      case '(':
        stack.push(mark);
        break;
      case '0':
        if (stack.length === 0) throw bad('its stack ran empty');
        stack.pop();
        break;
      case '1':
        popToMark();
        break;
      case '2':
        stack.push(top());
        break;
      case 'N':
        stack.push(null);
        break;
      case '\x88':
        stack.push(true);
        break;
      case '\x89':
        stack.push(false);
        break;
      case 'I':
        stack.push(reader.decimal(true));
        break;
      case 'L':
        stack.push(reader.decimal(false));
        break;
      case 'J':
        stack.push(reader.int32());
        break;
      case 'K':
        stack.push(reader.byte());
        break;
      case 'M':
        stack.push(reader.uint(2));
        break;
      case '\x8a':
        stack.push(reader.long(reader.byte()));
        break;
      case '\x8b':
        stack.push(reader.long(reader.uint(4)));
        break;
      case 'F':
        stack.push(Number(reader.line()));
        break;
      case 'G':
        stack.push(reader.float64());
        break;
      case 'S':
        stack.push(reader.line().replace(/^(['"])(.*)\1$/s, '$2'));
        break;
      case 'V':
        stack.push(reader.line());
        break;
      case 'T':
        stack.push(reader.latin1(reader.uint(4)));
        break;
      case 'U':
        stack.push(reader.latin1(reader.byte()));
        break;
      case 'X':
        stack.push(reader.utf8(reader.uint(4)));
        break;
      case '\x8c':
        stack.push(reader.utf8(reader.byte()));
        break;
      case '\x8d':
        stack.push(reader.utf8(reader.uint(8)));
        break;
      case 'B':
        stack.push(reader.bytes(reader.uint(4)));
        break;
      case 'C':
        stack.push(reader.bytes(reader.byte()));
        break;
      case '\x8e':
      case '\x96':
        stack.push(reader.bytes(reader.uint(8)));
        break;
      case ']':
        stack.push([]);
        break;
      case 'l':
        stack.push(popToMark());
        break;
      case 'a':
        extend([pop()]);
        break;
      case 'e':
        extend(popToMark());
        break;
      case ')':
        stack.push(new PickleTuple([]));
        break;
      case 't':
        stack.push(new PickleTuple(popToMark()));
        break;
      case '\x85':
        stack.push(new PickleTuple([pop()]));
        break;
      case '\x86': {
        const second = pop();
        stack.push(new PickleTuple([pop(), second]));
        break;
      }
      case '\x87': {
        const third = pop();
        const second = pop();
        stack.push(new PickleTuple([pop(), second, third]));
        break;
      }
      case '}':
        stack.push(new PickleDict());
        break;
      case 'd': {
        const items = popToMark();
        stack.push(new PickleDict());
        setItems(items);
        break;
      }
      case 's': {
        const value = pop();
        setItems([pop(), value]);
        break;
      }
      case 'u':
        setItems(popToMark());
        break;
      case '\x8f':
        stack.push([]);
        break;
      case '\x90':
        extend(popToMark());
        break;
      case '\x91':
        stack.push(popToMark());
        break;
      case 'p':
        remember(Number(reader.line()));
        break;
      case 'q':
        remember(reader.byte());
        break;
      case 'r':
        remember(reader.uint(4));
        break;
      case '\x94':
        remember(memo.size);
        break;
      case 'g':
        recall(Number(reader.line()));
        break;
      case 'h':
        recall(reader.byte());
        break;
      case 'j':
        recall(reader.uint(4));
        break;
      case 'c':
        global(reader.line(), reader.line());
        break;
      case '\x93': {
        const name = pop();
        global(pop(), name);
        break;
      }
      case 'P':
        stack.push(host.persistent(reader.line()));
        break;
      case 'Q':
        stack.push(host.persistent(pop()));
        break;
      case 'R':
      case '\x81': {
        const args = popTuple();
        stack.push(host.call(pop(), args));
        break;
      }
      case '\x92': {
        pop();
        const args = popTuple();
        stack.push(host.call(pop(), args));
        break;
      }
      case 'i': {
        const callee = new PickleGlobal(reader.line(), reader.line());
        stack.push(host.call(callee, popToMark()));
        break;
      }
      case 'o': {
        const [callee, ...args] = popToMark();
        stack.push(host.call(callee, args));
        break;
      }
      case 'b': {
        // BUILD sets attributes. Containers of ours have none worth keeping; on a bare class it would run __setstate__.
        pop();
        const target = top();
        if (target instanceof PickleGlobal)
          throw unsafe(`Expected only tensors and plain containers in ${file} but its pickle changes ${target}`);
        break;
      }
      default:
        throw bad(`opcode 0x${code.toString(16).padStart(2, '0')} is not allowed or unknown`);
    }
  }
}

/** Little-endian reads that never pass the end. */
class Reader {
  at: number;
  readonly #bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.at = at;
  }

  skip(length: number): number {
    const from = this.at;
    if (from + length > this.#bytes.length) throw new PickleEnded('the pickle goes on beyond these bytes');
    this.at += length;
    return from;
  }
  byte(): number {
    return this.#view.getUint8(this.skip(1));
  }
  uint(size: 2 | 4 | 8): number {
    const from = this.skip(size);
    if (size === 2) return this.#view.getUint16(from, true);
    return size === 4 ? this.#view.getUint32(from, true) : Number(this.#view.getBigUint64(from, true));
  }
  int32(): number {
    return this.#view.getInt32(this.skip(4), true);
  }
  float64(): number {
    return this.#view.getFloat64(this.skip(8), false);
  }
  bytes(length: number): Uint8Array {
    const from = this.skip(length);
    return this.#bytes.subarray(from, from + length);
  }
  utf8(length: number): string {
    return new TextDecoder().decode(this.bytes(length));
  }
  latin1(length: number): string {
    return Buffer.from(this.bytes(length)).toString('latin1');
  }
  line(): string {
    const end = this.#bytes.indexOf(10, this.at);
    if (end < 0) throw new PickleEnded('the pickle goes on beyond these bytes');
    const text = this.latin1(end - this.at);
    this.at = end + 1;
    return text;
  }
  decimal(mayBeBool: boolean): number | bigint | boolean {
    const text = this.line().replace(/L$/, '');
    if (mayBeBool && (text === '00' || text === '01')) return text === '01';
    if (!/^-?\d{1,40}$/.test(text))
      throw damaged(`Expected a number in a pickle but received ${JSON.stringify(text.slice(0, 40))}`);
    return narrow(BigInt(text));
  }
  /** Two's complement of any length. */
  long(length: number): number | bigint {
    if (length > 1024) throw damaged(`Expected a number of at most 1024 bytes in a pickle but received ${length}`);
    let value = 0n;
    const bytes = this.bytes(length);
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(bytes[i]!);
    return narrow(length > 0 && bytes[length - 1]! >= 128 ? value - (1n << BigInt(8 * length)) : value);
  }
}

function narrow(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}
