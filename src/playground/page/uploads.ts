// Files chosen on the page before the message or command that carries them is sent. The oldest give way beyond a total size.

import { randomUUID } from 'node:crypto';
import { ClientRefusal } from '../actors/refusal.ts';
import type { UploadedFile } from '../state/attachments.ts';

const MAX_KEPT_BYTES = 100 * 1024 * 1024;

export class Uploads {
  readonly #kept = new Map<string, { userId: string; file: UploadedFile }>();

  add(userId: string, file: UploadedFile): string {
    const id = randomUUID();
    this.#kept.set(id, { userId, file });
    let total = [...this.#kept.values()].reduce((sum, kept) => sum + kept.file.bytes.length, 0);
    for (const [oldest, kept] of this.#kept) {
      if (total <= MAX_KEPT_BYTES || oldest === id) break;
      total -= kept.file.bytes.length;
      this.#kept.delete(oldest);
    }
    return id;
  }

  /** The file stays, so that a refused command can be sent again. */
  take(userId: string, id: string): UploadedFile {
    const kept = this.#kept.get(id);
    if (kept?.userId !== userId) throw new ClientRefusal('This file is no longer there. Please choose it again.');
    return kept.file;
  }
}
