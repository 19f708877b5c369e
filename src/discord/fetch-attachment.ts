// Downloads an attachment, from the hosts that the operator allows only, with a bound on size and time. No redirects: they lead elsewhere.

import { EaselError, expected } from '../errors.ts';

export interface FetchLimits {
  /** `host` or `host:port`. */
  readonly allowedHosts: readonly string[];
  readonly maxBytes: number;
  readonly timeoutMs: number;
}

function failed(message: string, cause?: unknown): EaselError {
  return new EaselError('download-failed', message, { cause });
}

/** @throws EaselError `download-failed` for a foreign host, an answer that is too big or too slow, or none. */
export async function fetchAttachment(address: string, limits: FetchLimits): Promise<Uint8Array> {
  const url = URL.canParse(address) ? new URL(address) : null;
  const isWeb = url?.protocol === 'https:' || (url?.protocol === 'http:' && limits.allowedHosts.includes(url.host));
  if (!url || !isWeb || url.username || !limits.allowedHosts.some((host) => host === url.host)) {
    throw failed(expected(`an address on ${limits.allowedHosts.join(', ')}`, 'attachment', url?.host ?? 'no address'));
  }
  try {
    const response = await fetch(url, { redirect: 'error', signal: AbortSignal.timeout(limits.timeoutMs) });
    if (!response.ok || !response.body) throw failed(expected('status 200', 'attachment', response.status));
    const chunks: Uint8Array[] = [];
    let size = 0;
    // The declared length may lie: what arrives is counted.
    for await (const chunk of response.body) {
      size += chunk.byteLength;
      if (size > limits.maxBytes) throw failed(expected(`at most ${limits.maxBytes} bytes`, 'attachment', size));
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  } catch (error) {
    throw error instanceof EaselError ? error : failed('Attachment could not be fetched', error);
  }
}
