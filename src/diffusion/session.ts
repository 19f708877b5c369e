// ONNX Runtime sessions: which execution provider, with which options, and tensors in the dtypes a graph asks for.
// Options are those measured fastest in the graph study: all optimisations, sequential, arena on, memory pattern off.

import { existsSync } from 'node:fs';
import { access, readFile } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { dirname } from 'node:path';
import * as ort from 'onnxruntime-node';
import { EaselError } from '../errors.ts';
import { fromHalf, toHalf } from './half.ts';
import { TorchGenerator } from './random.ts';
import type { Tensor } from './tensor.ts';
import { tensor } from './tensor.ts';

// Whatever goes wrong arrives as an exception; the runtime's own lines on stderr would only say it twice.
ort.env.logLevel = 'fatal';

export const providerNames = ['cpu', 'cuda', 'tensorrt', 'webgpu', 'dml', 'coreml'] as const;
export type ProviderName = (typeof providerNames)[number];
export type ProviderChoice = ProviderName | 'auto';

export interface NetworkOptions {
  /** Started already: see startProvider. Default cpu. */
  readonly provider?: ProviderName;
  /** Threads of one operator on the CPU; default: all cores. */
  readonly threads?: number;
  /** Skips the rearranging of weights: loads three times as fast, runs 5 % slower. For short jobs. */
  readonly quickLoad?: boolean;
  /** Which GPU, counted from 0. */
  readonly deviceId?: number;
}

export interface StartedProvider {
  readonly provider: ProviderName;
  /** It computes in fp16 too: graphs made for that may be used. */
  readonly halfPrecision: boolean;
  /** For `auto`: what was tried in vain, one sentence each, ending with the fallback. */
  readonly warnings: readonly string[];
}

/** What `auto` tries, best first. TensorRT (minutes of engine building) and CoreML (fixed shapes) only on request. */
function candidates(): readonly ProviderName[] {
  if (process.platform === 'win32') return ['cuda', 'dml', 'webgpu', 'cpu'];
  return process.platform === 'darwin' ? ['webgpu', 'cpu'] : ['cuda', 'webgpu', 'cpu'];
}

/**
 * Finds a provider that starts, by running attention on it and comparing with the CPU. A named one that cannot start throws `provider-unavailable` with
 * its name and the reason; `auto` falls back to the CPU and says why in `warnings`.
 */
export async function startProvider(
  choice: ProviderChoice,
  options: Omit<NetworkOptions, 'provider'> = {},
): Promise<StartedProvider> {
  if (choice !== 'auto') {
    const reason = await whyNot(choice, options);
    if (reason === undefined) return { provider: choice, halfPrecision: await hasHalf(choice, options), warnings: [] };
    throw new EaselError(
      'provider-unavailable',
      `Expected the execution provider ${choice} to start but it did not: ${reason}`,
    );
  }
  const warnings: string[] = [];
  for (const provider of candidates()) {
    const reason = lacksVulkan(provider) ?? (await whyNot(provider, options));
    if (reason === undefined) {
      if (provider === 'cpu') warnings.push('No GPU provider started; painting on the CPU.');
      return { provider, halfPrecision: await hasHalf(provider, options), warnings };
    }
    warnings.push(`${provider} is unavailable: ${reason.replace(/\.?$/, '.')}`);
  }
  throw new EaselError(
    'provider-unavailable',
    `Expected at least the CPU to start but it did not: ${warnings.join('; ')}`,
  );
}

/** WebGPU is not even tried where Linux has no Vulkan loader: its library would write its own lines to the terminal. */
function lacksVulkan(provider: ProviderName): string | undefined {
  if (provider !== 'webgpu' || process.platform !== 'linux') return undefined;
  const folders = [
    '/usr/lib',
    '/usr/lib64',
    '/usr/local/lib',
    '/lib',
    `/usr/lib/${process.arch === 'arm64' ? 'aarch64' : 'x86_64'}-linux-gnu`,
  ];
  return folders.some((folder) => existsSync(`${folder}/libvulkan.so.1`))
    ? undefined
    : 'no Vulkan loader is installed (libvulkan1).';
}

/** y = MultiHeadAttention(q, k, v) with 8 heads, [b, s, c] each, as an ONNX file (opset 17 and com.microsoft 1). */
const probeGraph = Buffer.from(
  'CAg6ugEKQQoBcQoBawoBdhIBeSISTXVsdGlIZWFkQXR0ZW50aW9uKhAKCW51bV9oZWFkcxgIoAECOg1jb20ubWljcm9zb2Z0' +
    'EgVwcm9iZVoaCgFxEhUKEwgBEg8KAxIBYgoDEgFzCgMSAWNaGgoBaxIVChMIARIPCgMSAWIKAxIBcwoDEgFjWhoKAXYSFQoT' +
    'CAESDwoDEgFiCgMSAXMKAxIBY2IaCgF5EhUKEwgBEg8KAxIBYgoDEgFzCgMSAWNCAhARQhEKDWNvbS5taWNyb3NvZnQQAQ==',
  'base64',
);
const probeDims = [1, 64, 320] as const; // 8 heads of 40, as in SD v1's outermost level
/** Well above any rounding (TF32, fp16 accumulation), well below what a wrong kernel gives (a few per cent). */
const probeTolerance = 1e-2;

/** The reason why a provider cannot be used; none where it starts and computes attention as the CPU does. */
async function whyNot(provider: ProviderName, options: Omit<NetworkOptions, 'provider'>): Promise<string | undefined> {
  // onnxruntime-node 1.30 drops a provider it was not built with and goes on without it: ask first.
  if (!ort.listSupportedBackends().some(({ name }) => name === provider)) {
    return `onnxruntime-node has no ${provider} on ${process.platform}`;
  }
  try {
    const found = await runProbe({ ...options, provider });
    if (provider === 'cpu') return undefined;
    const wanted = await runProbe(options);
    // Seen with WebGPU on Mesa's software driver, whose subgroups are narrower than the attention kernel expects.
    const error = distance(found, wanted);
    return error < probeTolerance
      ? undefined
      : `its driver computes attention wrongly (relative error ${error.toFixed(3)})`;
  } catch (cause) {
    return plainReason(firstLine(cause));
  }
}

/** Whether a started provider computes attention in fp16, too. Never on the CPU, which would cast every operator back and forth. */
async function hasHalf(provider: ProviderName, options: Omit<NetworkOptions, 'provider'>): Promise<boolean> {
  if (provider === 'cpu') return false;
  try {
    return distance(await runProbe({ ...options, provider }, 'float16'), await runProbe(options)) < probeTolerance;
  } catch {
    return false;
  }
}

async function runProbe(options: NetworkOptions, type: 'float32' | 'float16' = 'float32'): Promise<Float32Array> {
  const session = await ort.InferenceSession.create(
    type === 'float32' ? probeGraph : halfProbe(),
    sessionOptions(options),
  );
  const generator = new TorchGenerator(0);
  const draw = () => {
    const values = generator.randn(probeDims[1] * probeDims[2]);
    return new ort.Tensor(type, type === 'float32' ? values : toHalf(values), probeDims);
  };
  const { y } = await session.run({ q: draw(), k: draw(), v: draw() });
  await session.release();
  return fromOrt(y!).data;
}

/** The probe with every tensor type's element 1 (float) replaced by 10 (float16). */
function halfProbe(): Buffer {
  const bytes = Buffer.from(probeGraph);
  const float = Buffer.from([0x0a, 0x13, 0x08, 0x01]); // tensor_type of 19 bytes, elem_type 1
  for (let at = bytes.indexOf(float); at >= 0; at = bytes.indexOf(float)) bytes[at + 3] = 10;
  return bytes;
}

/** ||a - b|| / ||b||. */
function distance(a: Float32Array, b: Float32Array): number {
  let [difference, norm] = [0, 0];
  for (let i = 0; i < b.length; i++) {
    difference += (a[i]! - b[i]!) ** 2;
    norm += b[i]! ** 2;
  }
  return Math.sqrt(difference / norm);
}

/** The runtime's two commonest refusals without its source paths. */
function plainReason(text: string): string {
  if (/Failed to get a WebGPU adapter/.test(text))
    return 'no GPU adapter was found (on Linux it needs a Vulkan driver and libvulkan1)';
  if (/Failed to load shared library/.test(text))
    return "onnxruntime's GPU libraries or the driver's are not installed";
  return text;
}

function sessionOptions(options: NetworkOptions): ort.InferenceSession.SessionOptions {
  const { provider = 'cpu', deviceId } = options;
  const chosen = deviceId === undefined || provider === 'cpu' ? provider : { name: provider, deviceId };
  return {
    // Without the CPU behind it a provider fails on the first operator it lacks.
    executionProviders: provider === 'cpu' ? ['cpu'] : [chosen, 'cpu'],
    intraOpNumThreads: options.threads ?? availableParallelism(),
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: options.quickLoad ? 'extended' : 'all',
    enableCpuMemArena: true,
    enableMemPattern: false,
    logSeverityLevel: 4,
  };
}

/** Whole numbers (ids, timesteps) or floats; the graph's own dtype decides what is sent. */
export interface NetworkInput {
  readonly data: Float32Array | readonly number[];
  readonly dims: readonly number[];
}

/** As much of a network as it takes to run it. */
export type RunnableNetwork = Pick<Network, 'inputs' | 'run'>;

export class Network {
  readonly #session: ort.InferenceSession;
  readonly #path: string;
  readonly inputs: ReadonlyMap<string, ort.InferenceSession.TensorValueMetadata>;
  readonly outputs: ReadonlySet<string>;

  private constructor(session: ort.InferenceSession, path: string) {
    this.#session = session;
    this.#path = path;
    this.inputs = new Map(
      session.inputMetadata.flatMap((input) => (input.isTensor ? [[input.name, input] as const] : [])),
    );
    this.outputs = new Set(session.outputNames);
  }

  /**
   * `change` rewrites the graph (not its weights) before it is loaded. Throws `model-missing` for a file that is not there and
   * `model-damaged` for one that does not load.
   */
  static async open(
    path: string,
    options: NetworkOptions = {},
    change?: (graph: Uint8Array) => Uint8Array,
  ): Promise<Network> {
    await access(path).catch((cause: unknown) => {
      throw new EaselError('model-missing', `Expected a network at ${path} but there is no such file`, { cause });
    });
    try {
      if (change) {
        // From bytes, the runtime has to be told where the weights lie.
        const extra = { session: { model_external_initializers_file_folder_path: dirname(path) } };
        const graph = change(await readFile(path));
        return new Network(await ort.InferenceSession.create(graph, { ...sessionOptions(options), extra }), path);
      }
      return new Network(await ort.InferenceSession.create(path, sessionOptions(options)), path);
    } catch (cause) {
      throw failure(
        cause,
        'model-damaged',
        `Expected a network that loads at ${path} but received: ${firstLine(cause)}`,
      );
    }
  }

  /**
   * Runs the graph; asks for all outputs, or only for those named. Throws `inference-out-of-memory`, `inference-device-lost` or
   * `inference-failed`.
   */
  async run(
    inputs: Readonly<Record<string, NetworkInput>>,
    outputs?: readonly string[],
  ): Promise<Record<string, Tensor>> {
    const feeds: Record<string, ort.Tensor> = {};
    for (const [name, input] of Object.entries(inputs)) feeds[name] = this.#toOrt(name, input);
    try {
      const results = await this.#session.run(feeds, outputs ?? [...this.outputs]);
      return Object.fromEntries(Object.entries(results).map(([name, value]) => [name, fromOrt(value)]));
    } catch (cause) {
      throw failure(cause, 'inference-failed', `Expected ${this.#path} to run but received: ${firstLine(cause)}`);
    }
  }

  async release(): Promise<void> {
    await this.#session.release();
  }

  #toOrt(name: string, { data, dims }: NetworkInput): ort.Tensor {
    const type = this.inputs.get(name)?.type;
    if (type === 'float32')
      return new ort.Tensor('float32', data instanceof Float32Array ? data : Float32Array.from(data), dims);
    if (type === 'float16') return new ort.Tensor('float16', toHalf(Float32Array.from(data)), dims);
    if (type === 'int64')
      return new ort.Tensor(
        'int64',
        BigInt64Array.from(data, (value) => BigInt(Math.round(value))),
        dims,
      );
    if (type === 'int32') return new ort.Tensor('int32', Int32Array.from(data, Math.round), dims);
    throw new EaselError(
      'model-damaged',
      `Expected a float or integer input ${name} in ${this.#path} but received ${type ?? 'none'}`,
    );
  }
}

function fromOrt(value: ort.OnnxValue): Tensor {
  const result = value as ort.Tensor;
  const { data } = result;
  if (data instanceof Float32Array) return tensor(data, result.dims);
  if (data instanceof Uint16Array) return tensor(fromHalf(data), result.dims);
  if (data instanceof BigInt64Array) return tensor(Float32Array.from(data, Number), result.dims);
  if (data instanceof Uint8Array || data instanceof Int32Array) return tensor(Float32Array.from(data), result.dims);
  throw new EaselError('model-damaged', `Expected numbers in an output but received ${result.type}`);
}

/** As allocators say it: the C++ library's, ONNX Runtime's arena, CUDA, Direct3D, Dawn. */
const outOfMemory = /bad_alloc|out[ _]of[ _](?:device )?memory|E_OUTOFMEMORY|8007000E|failed to allocate|\bOOM\b/i;
/** CUDA's errors that no later call recovers from, Direct3D's removed device, Dawn's lost one. */
const deviceLost =
  /device (?:is |was )?(?:lost|removed|hung)|DXGI_ERROR_DEVICE|no CUDA-capable device|unspecified launch failure|illegal memory access|CUDA (?:failure|error) (?:46|100|214|700|702|719|999)\b/i;

function failure(cause: unknown, code: 'model-damaged' | 'inference-failed', message: string): EaselError {
  const text = String(cause);
  if (outOfMemory.test(text)) {
    const userMessage = 'The memory did not suffice for this picture. A smaller size may work.';
    return new EaselError('inference-out-of-memory', message, { cause, retryable: true, userMessage });
  }
  // Another worker's device may well be there.
  if (deviceLost.test(text)) return new EaselError('inference-device-lost', message, { cause, retryable: true });
  return new EaselError(code, message, { cause });
}

function firstLine(cause: unknown): string {
  const text = cause instanceof Error ? cause.message : String(cause);
  return text.split('\n')[0]!.slice(0, 300);
}
