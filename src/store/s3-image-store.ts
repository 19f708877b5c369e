// Pictures in any service that speaks S3 (path-style addresses, signature version 4 by aws4fetch). Objects do not expire by themselves there:
// `removeExpired` lists them by age, so that a bucket needs no lifecycle rule. Which of them were delivered is not written down: all stay
// as long as one that waits for its delivery may.

import { AwsClient } from 'aws4fetch';
import { EaselError } from '../errors.ts';
import { type ImageStore, pictureKeys } from './image-store.ts';

/** As in Redis: an undelivered picture outlives any outage of Discord that deliver's retries outlive. */
const keepMs = 7 * 86_400_000;
/** A worker removes its job's preview; what is older was left by one that stopped for good. */
const previewMs = 3_600_000;
const dayMs = 86_400_000;
const atOnce = 8;
/** Nothing else in the bucket is touched. */
const ownName = /^\{[0-9a-z]{1,20}\}\/[a-z0-9-]{1,60}$/;

interface S3Address {
  readonly bucket: string;
  readonly prefix: string;
  readonly base: string;
  readonly client: AwsClient;
}

/** @throws EaselError `bad-config`; the address is not repeated, it holds a secret. */
function parseAddress(text: string): S3Address {
  const url = new URL(text);
  const endpoint = url.searchParams.get('endpoint');
  if (url.protocol !== 's3:' || !url.hostname || !url.username || !url.password || endpoint === null) {
    throw new EaselError(
      'bad-config',
      'Expected s3://key:secret@bucket/prefix?endpoint=https://host&region=name for the image store but a part is missing',
    );
  }
  const path = url.pathname.replace(/^\/|\/$/g, '');
  const prefix = path === '' ? '' : `${path}/`;
  const bucket = `${endpoint.replace(/\/$/, '')}/${url.hostname}`;
  return {
    bucket,
    prefix,
    base: `${bucket}/${prefix}`,
    client: new AwsClient({
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
      service: 's3',
      region: url.searchParams.get('region') ?? 'us-east-1',
      retries: 3,
    }),
  };
}

interface Listed {
  readonly key: string;
  /** Unix milliseconds. */
  readonly modifiedAt: number;
}

const tag = (xml: string, name: string) => new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? null;
const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const unescaped = (text: string) =>
  text.replace(/&(amp|lt|gt|quot|apos);/g, (_all, name: string) => entities[name] ?? '');

/** One page of ListObjectsV2. https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html */
function readListing(xml: string): { readonly objects: readonly Listed[]; readonly next: string | null } {
  const objects = [...xml.matchAll(/<Contents>([\s\S]*?)<\/Contents>/g)].map(([, part = '']) => ({
    key: unescaped(tag(part, 'Key') ?? ''),
    modifiedAt: Date.parse(tag(part, 'LastModified') ?? ''),
  }));
  const next = tag(xml, 'IsTruncated') === 'true' ? tag(xml, 'NextContinuationToken') : null;
  return { objects, next: next === null ? null : unescaped(next) };
}

export function createS3ImageStore(address: string): ImageStore {
  const { bucket, prefix, base, client } = parseAddress(address);
  const place = (key: string) => base + key.split('/').map(encodeURIComponent).join('/');

  async function request(method: string, key: string, body?: Uint8Array, type = 'image/png'): Promise<Response> {
    return send(method, key, place(key), body, type);
  }

  async function send(method: string, key: string, url: string, body?: Uint8Array, type?: string): Promise<Response> {
    try {
      return await client.fetch(url, {
        method,
        signal: AbortSignal.timeout(30_000),
        ...(body ? { body: new Blob([Uint8Array.from(body)]), headers: { 'content-type': type ?? 'image/png' } } : {}),
      });
    } catch (cause) {
      throw new EaselError('store-unavailable', `Expected the image store to answer ${method} ${key}`, {
        retryable: true,
        cause,
      });
    }
  }

  function check(response: Response, what: string): Response {
    if (response.ok) return response;
    throw new EaselError(
      'store-unavailable',
      `Expected the image store to ${what} but received status ${response.status}`,
      {
        retryable: response.status >= 500 || response.status === 429,
      },
    );
  }

  async function put(key: string, bytes: Uint8Array, type: string): Promise<string> {
    check(await request('PUT', key, bytes, type), `keep ${key}`);
    return key;
  }

  async function get(key: string): Promise<Uint8Array | null> {
    const response = await request('GET', key);
    if (response.status === 404) return null;
    return new Uint8Array(await check(response, `return ${key}`).arrayBuffer());
  }

  /** An object that is about to expire is written anew, which begins its time again. */
  async function keepAnotherDay(key: string): Promise<boolean> {
    const answer = await request('HEAD', key);
    if (answer.status === 404) return false;
    check(answer, 'say whether a picture is there');
    const modifiedAt = Date.parse(answer.headers.get('last-modified') ?? '');
    if (!(Date.now() - modifiedAt > keepMs - 2 * dayMs)) return true;
    const bytes = await get(key);
    if (bytes === null) return false;
    await put(key, bytes, answer.headers.get('content-type') ?? 'image/png');
    return true;
  }

  async function remove(keys: readonly string[]): Promise<void> {
    for (const key of keys) {
      const response = await request('DELETE', key);
      if (response.status !== 404) check(response, `delete ${key}`);
    }
  }

  async function* expired(now: number, signal: AbortSignal | undefined): AsyncGenerator<string[]> {
    let token: string | null = null;
    do {
      const query = new URLSearchParams({
        'list-type': '2',
        prefix,
        ...(token === null ? {} : { 'continuation-token': token }),
      });
      const page = check(await send('GET', prefix, `${bucket}/?${query}`), 'list what it holds');
      const { objects, next }: ReturnType<typeof readListing> = readListing(await page.text());
      yield objects.flatMap(({ key, modifiedAt }) => {
        const name = key.startsWith(prefix) ? key.slice(prefix.length) : '';
        const keptMs = /\/preview(-\d+)?$/.test(name) ? previewMs : keepMs;
        return ownName.test(name) && now - modifiedAt > keptMs ? [name] : [];
      });
      token = next;
    } while (token !== null && !signal?.aborted);
  }

  return {
    putFinished: (jobId, image) => put(pictureKeys.finished(jobId, image), image.bytes, 'image/png'),
    putPreview: (jobId, image) => put(pictureKeys.preview(jobId), image.bytes, 'image/webp'),
    putReleased: (jobId, sealed) => put(pictureKeys.released(jobId), sealed, 'image/png'),
    putUpload: (id, image, name) => put(pictureKeys.upload(id, name), image.bytes, `image/${image.type}`),
    get,
    renew: async (keys) => (await Promise.all(keys.map(keepAnotherDay))).every(Boolean),
    markDelivered: async () => undefined,
    remove,
    async removeExpired(now, signal) {
      let count = 0;
      for await (const names of expired(now, signal)) {
        for (let start = 0; start < names.length && !signal?.aborted; start += atOnce) {
          const some = names.slice(start, start + atOnce);
          await Promise.all(some.map((name) => remove([name])));
          count += some.length;
        }
      }
      return count;
    },
  };
}
