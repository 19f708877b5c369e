import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openSimulatedEngine } from '../../src/inference/simulated.ts';
import { redisKeys } from '../../src/jobs/redis-keys.ts';
import { connect } from '../../src/queue/connect.ts';
import type { CheckedUpload } from '../../src/store/image-store.ts';
import { createRedisImageStore } from '../../src/store/redis-image-store.ts';
import { sweepPictures } from '../../src/store/retention.ts';
import { createS3ImageStore } from '../../src/store/s3-image-store.ts';
import { startTestRedis, type TestRedis } from '../support/redis.ts';

let server: TestRedis;
let redis: Redis;

beforeAll(async () => {
  server = await startTestRedis();
  redis = await connect(server.url, { patience: 'producer', name: 'test' });
});
beforeEach(() => redis.flushall());
afterAll(async () => {
  redis.disconnect();
  await server.stop();
});

const upload = (size: number): CheckedUpload => ({ kind: 'upload', bytes: Buffer.alloc(size, 7), type: 'png' });

async function finishedImage() {
  const input = {
    prompt: '',
    negativePrompt: '',
    width: 64,
    height: 64,
    seed: 1,
    count: 1,
    steps: 1,
    guidanceScale: 7,
    sampler: 'ddim',
    clipSkip: 1,
    safety: { adjustment: 0, onFlag: 'withhold' },
    traceIds: [1],
    preview: 'off',
  } as const;
  for await (const event of openSimulatedEngine({ stepMs: 0 }).paint(input)) {
    if (event.type === 'result' && event.result.tiles[0]) return event.result.tiles[0];
  }
  throw new Error('nothing painted');
}

describe('pictures in Redis', () => {
  it('stay within the bound: what was delivered leaves first, what was not never leaves', async () => {
    const image = await finishedImage();
    const room = image.bytes.length * 3 + 10;
    const store = createRedisImageStore(redis, { maxBytes: room });
    const first = await store.putFinished('job1', image);
    const second = await store.putFinished('job2', image);
    await store.putFinished('job3', image);
    await expect(store.putFinished('job4', image)).rejects.toMatchObject({
      code: 'store-unavailable',
      retryable: true,
    });
    await store.markDelivered([second]);
    await store.putFinished('job4', image);
    expect(await store.get(second)).toBeNull();
    expect(await store.get(first)).toEqual(Buffer.from(image.bytes));
    expect(Number(await redis.hget(redisKeys.pictureSizes, ''))).toBe(3 * image.bytes.length);
  });

  it('count a picture that is put twice once, and forget the books of what is removed', async () => {
    const store = createRedisImageStore(redis, { maxBytes: 1000 });
    await store.putUpload('a', upload(400));
    await store.putUpload('a', upload(400));
    expect(await redis.hget(redisKeys.pictureSizes, '')).toBe('400');
    await store.remove(['{a}/upload']);
    expect(await redis.hget(redisKeys.pictureSizes, '')).toBe('0');
    expect(await store.get('{a}/upload')).toBeNull();
    await store.remove(['{a}/upload', '{b}/upload']);
    expect(await redis.hget(redisKeys.pictureSizes, '')).toBe('0');
  });

  it('keep a picture and its mask apart, and both for another day where a job starts from them', async () => {
    const store = createRedisImageStore(redis, { maxBytes: 1000, keepSeconds: 60 });
    const keys = [await store.putUpload('a', upload(100)), await store.putUpload('a', upload(200), 'mask')];
    expect(keys).toEqual(['{a}/upload', '{a}/mask']);
    const [key = ''] = keys;
    await store.markDelivered([key]);
    expect(await redis.ttl(redisKeys.picture(key))).toBeLessThanOrEqual(60);
    expect(await store.renew(keys)).toBe(true);
    expect(await redis.ttl(redisKeys.picture(key))).toBeGreaterThan(3600);
    // Both are protected: there is no room for a third.
    await expect(store.putUpload('b', upload(800))).rejects.toMatchObject({ code: 'store-unavailable' });
    await store.remove(['{a}/mask']);
    expect(await store.renew(keys)).toBe(false);
    expect(await store.renew([])).toBe(true);
  });
});

describe('pictures in a service that speaks S3', () => {
  let service: Server;
  const objects = new Map<string, Buffer>();
  const modifiedAt = new Map<string, number>();
  const listings: URLSearchParams[] = [];

  /** ListObjectsV2, two a page. */
  function list(query: URLSearchParams): string {
    const after = query.get('continuation-token') ?? '';
    const inside = [...objects.keys()].map((url) => decodeURIComponent(url.replace('/bucket/', '')));
    const all = inside.filter((key) => key.startsWith(query.get('prefix') ?? '') && key > after).sort();
    const page = all.slice(0, 2);
    const entries = page.map((key) => {
      const time = new Date(modifiedAt.get(key) ?? Date.now()).toISOString();
      return `<Contents><Key>${key}</Key><LastModified>${time}</LastModified><Size>1</Size></Contents>`;
    });
    const more = all.length > 2 ? `<NextContinuationToken>${page[1]}</NextContinuationToken>` : '';
    return `<ListBucketResult><IsTruncated>${all.length > 2}</IsTruncated>${more}${entries.join('')}</ListBucketResult>`;
  }
  const signatures: string[] = [];

  beforeAll(async () => {
    service = createServer(async (request, response) => {
      signatures.push(request.headers.authorization ?? '');
      const key = request.url ?? '';
      if (request.method === 'PUT') {
        const parts: Buffer[] = [];
        for await (const part of request) parts.push(Buffer.from(part));
        objects.set(key, Buffer.concat(parts));
        modifiedAt.delete(decodeURIComponent(key.replace('/bucket/', '')));
        response.writeHead(200).end();
      } else if (key.startsWith('/bucket/?')) {
        const query = new URL(key, 'http://s3').searchParams;
        listings.push(query);
        response.writeHead(200).end(list(query));
      } else if (request.method === 'GET' || request.method === 'HEAD') {
        const found = objects.get(key);
        const time = modifiedAt.get(decodeURIComponent(key.replace('/bucket/', ''))) ?? Date.now();
        response.writeHead(found ? 200 : 404, { 'last-modified': new Date(time).toUTCString() }).end(found);
      } else {
        objects.delete(key);
        response.writeHead(204).end();
      }
    });
    await new Promise<void>((resolve) => service.listen(0, '127.0.0.1', resolve));
  });
  afterAll(() => new Promise((resolve) => service.close(resolve)));

  it('are kept, returned and removed by signed requests', async () => {
    const { port } = service.address() as AddressInfo;
    const store = createS3ImageStore(`s3://id:secret@bucket/easel?endpoint=http://127.0.0.1:${port}&region=eu-1`);
    const key = await store.putUpload('up1', upload(10));
    expect(Buffer.from((await store.get(key)) ?? [])).toEqual(Buffer.alloc(10, 7));
    expect([...objects.keys()]).toEqual(['/bucket/easel/%7Bup1%7D/upload']);
    expect(signatures.every((signature) => signature.startsWith('AWS4-HMAC-SHA256 Credential=id/'))).toBe(true);
    expect(await store.renew([key])).toBe(true);
    await store.remove([key]);
    expect(await store.get(key)).toBeNull();
    expect(await store.renew([key])).toBe(false);
  });

  it('go when their time is over, page by page, and nothing else in the bucket does', async () => {
    const { port } = service.address() as AddressInfo;
    const store = createS3ImageStore(`s3://id:secret@bucket/easel?endpoint=http://127.0.0.1:${port}&region=eu-1`);
    const day = 86_400_000;
    const image = await finishedImage();
    const age = (key: string, ms: number) => modifiedAt.set(`easel/${key}`, Date.now() - ms);
    const old = [await store.putFinished('j1', image), await store.putUpload('j2', upload(10), 'mask')];
    for (const key of old) age(key, 7.1 * day);
    const young = [await store.putFinished('j3', image), await store.putUpload('j4', upload(10))];
    for (const key of young) age(key, 6.9 * day);
    await store.putUpload('j5', upload(10), 'preview');
    age('{j5}/preview', 0.1 * day);
    await store.putUpload('j6', upload(10), 'preview');
    for (const foreign of ['/bucket/easel/notes.txt', '/bucket/else/%7Bj1%7D/tile-0']) {
      objects.set(foreign, Buffer.alloc(1));
      modifiedAt.set(decodeURIComponent(foreign.replace('/bucket/', '')), Date.now() - 99 * day);
    }
    listings.length = 0;
    expect(await sweepPictures(redis, store)).toBe(3);
    expect(listings.map((query) => query.get('continuation-token') !== null)).toEqual([false, true, true, true]);
    expect(listings.every((query) => query.get('prefix') === 'easel/')).toBe(true);
    expect([...objects.keys()].map(decodeURIComponent).sort()).toEqual([
      '/bucket/easel/notes.txt',
      '/bucket/easel/{j3}/tile-0',
      '/bucket/easel/{j4}/upload',
      '/bucket/easel/{j6}/preview',
      '/bucket/else/{j1}/tile-0',
    ]);
    expect(await sweepPictures(redis, store), 'within the same day').toBeNull();
    // What a job is about to start from begins its time anew.
    expect(await store.renew(young)).toBe(true);
    await redis.del(redisKeys.pictureSweep);
    for (const key of young) expect(modifiedAt.has(`easel/${key}`)).toBe(false);
    objects.clear();
  });

  it('that cannot be listed are looked for again', async () => {
    const store = createS3ImageStore('s3://id:secret@bucket?endpoint=http://127.0.0.1:9&region=eu-1');
    await expect(sweepPictures(redis, { removeExpired: (now) => store.removeExpired(now) })).rejects.toMatchObject({
      code: 'store-unavailable',
    });
    expect(await redis.exists(redisKeys.pictureSweep)).toBe(0);
  });

  it('need a complete address, which is not repeated', () => {
    expect(() => createS3ImageStore('s3://id:hunter2@bucket/x')).toThrow(/endpoint=/);
    expect(() => createS3ImageStore('s3://id:hunter2@bucket/x')).not.toThrow(/hunter2/);
  });
});
