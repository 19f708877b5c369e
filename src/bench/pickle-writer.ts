// The few opcodes of Python's pickle protocol 2 that a checkpoint needs, for writing test files.

export class PickleWriter {
  readonly #parts: Buffer[] = [];

  raw(latin1: string): this {
    this.#parts.push(Buffer.from(latin1, 'latin1'));
    return this;
  }
  text(value: string): this {
    const utf8 = Buffer.from(value);
    const head = Buffer.from([0x58, 0, 0, 0, 0]);
    head.writeUInt32LE(utf8.length, 1);
    this.#parts.push(head, utf8);
    return this;
  }
  number(value: number): this {
    const bytes = Buffer.from([0x4a, 0, 0, 0, 0]);
    bytes.writeInt32LE(value, 1);
    this.#parts.push(bytes);
    return this;
  }
  tuple(values: readonly number[]): this {
    this.raw('(');
    for (const value of values) this.number(value);
    return this.raw('t');
  }
  bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }
}
