// Pictures in any service that speaks S3 (path-style addresses, signature version 4 by aws4fetch). Bounded by the bucket's own lifecycle
// rules: what was delivered is only a cache, so a rule that expires objects after some days is all that is needed.

import { AwsClient } from 'aws4fetch';
import { EaselError } from '../errors.ts';
import { type ImageStore, pictureKeys } from './image-store.ts';

interface S3Address {
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
  const prefix = url.pathname.replace(/^\/|\/$/g, '');
  return {
    base: `${endpoint.replace(/\/$/, '')}/${url.hostname}/${prefix === '' ? '' : `${prefix}/`}`,
    client: new AwsClient({
      accessKeyId: decodeURIComponent(url.username),
      secretAccessKey: decodeURIComponent(url.password),
      service: 's3',
      region: url.searchParams.get('region') ?? 'us-east-1',
      retries: 3,
    }),
  };
}

export function createS3ImageStore(address: string): ImageStore {
  const { base, client } = parseAddress(address);
  const place = (key: string) => base + key.split('/').map(encodeURIComponent).join('/');

  async function request(method: string, key: string, body?: Uint8Array, type = 'image/png'): Promise<Response> {
    try {
      return await client.fetch(place(key), {
        method,
        signal: AbortSignal.timeout(30_000),
        ...(body ? { body: new Blob([Uint8Array.from(body)]), headers: { 'content-type': type } } : {}),
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

  return {
    putFinished: (jobId, image) => put(pictureKeys.finished(jobId, image), image.bytes, 'image/png'),
    putPreview: (jobId, image) => put(pictureKeys.preview(jobId), image.bytes, 'image/webp'),
    putReleased: (jobId, sealed) => put(pictureKeys.released(jobId), sealed, 'image/png'),
    putUpload: (id, image, name) => put(pictureKeys.upload(id, name), image.bytes, `image/${image.type}`),
    async get(key) {
      const response = await request('GET', key);
      if (response.status === 404) return null;
      return new Uint8Array(await check(response, `return ${key}`).arrayBuffer());
    },
    async renew(keys) {
      const answers = await Promise.all(keys.map((key) => request('HEAD', key)));
      return answers.every((answer) => answer.status !== 404 && check(answer, 'say whether a picture is there').ok);
    },
    markDelivered: async () => undefined,
    async remove(keys) {
      for (const key of keys) {
        const response = await request('DELETE', key);
        if (response.status !== 404) check(response, `delete ${key}`);
      }
    },
  };
}
