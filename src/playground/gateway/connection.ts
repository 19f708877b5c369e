// One WebSocket of a bot: hello, heartbeats, identify or resume, and the close codes for every mistake.
// https://docs.discord.com/developers/events/gateway

import { constants, createDeflate, type Deflate } from 'node:zlib';
import { GatewayCloseCodes as Close, GatewayIntentBits as I, GatewayOpcodes as Op } from 'discord-api-types/v10';
import type { WebSocket } from 'ws';
import { isRecord } from '../form.ts';
import type { Session, Sink } from './session.ts';

export const HEARTBEAT_INTERVAL_MS = 41_250;
/** Frames a minute before the connection is closed with 4008. */
const MAX_FRAMES_PER_MINUTE = 120;
const MAX_FRAME_BYTES = 4096;
const ALL_INTENTS = Object.values(I).reduce<number>((sum, bit) => (typeof bit === 'number' ? sum | bit : sum), 0);

export interface ConnectionHost {
  token: string;
  /** undefined: the log-in came too fast, or the day's are used up. */
  identify(intents: number, shard: readonly [number, number], sink: Sink): Session | undefined;
  resume(sessionId: string, sequence: number, sink: Sink): Session | undefined;
  disconnected(session: Session, isFinal: boolean): void;
  violate(detail: string): void;
  /** Tests: swallows heartbeats without an answer. */
  shouldSwallowHeartbeat(): boolean;
}

export function serveConnection(socket: WebSocket, host: ConnectionHost, compress: boolean): void {
  const write = compress ? compressed(socket) : (text: string) => socket.send(text);
  const sink: Sink = {
    send: (text) => socket.readyState === socket.OPEN && write(text),
    close: (code) => socket.close(code),
  };
  const reply = (op: number, d?: unknown) => sink.send(JSON.stringify({ op, d: d ?? null, s: null, t: null }));
  let session: Session | undefined;
  let frames = { count: 0, since: Date.now() };
  // Liveness is a matter of real time, whatever tests do to the clock.
  let lastHeartbeatAt = Date.now();

  const refuse = (code: Close, detail: string): undefined => {
    host.violate(`closed with ${code}: ${detail}`);
    socket.close(code, detail);
  };
  // Zombie connections are cut after two missed heartbeats.
  const watchdog = setInterval(() => {
    if (Date.now() - lastHeartbeatAt > 2 * HEARTBEAT_INTERVAL_MS) socket.close(Close.SessionTimedOut);
  }, HEARTBEAT_INTERVAL_MS).unref();

  socket.on('message', (raw: Buffer): undefined => {
    if (Date.now() - frames.since > 60_000) frames = { count: 0, since: Date.now() };
    frames.count += 1;
    if (frames.count > MAX_FRAMES_PER_MINUTE) return refuse(Close.RateLimited, 'more than 120 frames a minute');
    if (raw.length > MAX_FRAME_BYTES) return refuse(Close.DecodeError, `frame of ${raw.length} bytes`);
    const frame = parse(raw);
    if (!frame) return refuse(Close.DecodeError, 'frame is not a JSON object');
    handle(frame);
  });
  socket.on('close', (code) => {
    clearInterval(watchdog);
    // 1000 and 1001 from the client end the session; everything else leaves it open to resuming.
    if (session?.sink === sink) host.disconnected(session, code === 1000 || code === 1001);
  });
  socket.on('error', () => socket.terminate());
  reply(Op.Hello, { heartbeat_interval: HEARTBEAT_INTERVAL_MS, _trace: ['["twin"]'] });

  function handle(frame: Record<string, unknown>): undefined {
    switch (frame.op) {
      case Op.Heartbeat:
        lastHeartbeatAt = Date.now();
        if (!host.shouldSwallowHeartbeat()) reply(Op.HeartbeatAck);
        return undefined;
      case Op.Identify:
        return identify(frame.d);
      case Op.Resume:
        return resume(frame.d);
      case Op.PresenceUpdate:
      case Op.VoiceStateUpdate:
      case Op.RequestGuildMembers:
      case Op.RequestSoundboardSounds:
        if (!session) refuse(Close.NotAuthenticated, `opcode ${String(frame.op)} before identify`);
        return undefined;
      default:
        return refuse(Close.UnknownOpcode, `opcode ${String(frame.op)}`);
    }
  }

  function identify(data: unknown): undefined {
    if (session) return refuse(Close.AlreadyAuthenticated, 'second identify');
    if (!isRecord(data) || data.token !== host.token) return refuse(Close.AuthenticationFailed, 'wrong token');
    const { intents, properties } = data;
    if (!isRecord(properties)) return refuse(Close.DecodeError, 'identify without properties');
    if (typeof intents !== 'number' || !Number.isInteger(intents) || intents < 0 || (intents & ~ALL_INTENTS) !== 0)
      return refuse(Close.InvalidIntents, `intents ${String(intents)}`);
    const [index, count] = Array.isArray(data.shard) ? data.shard : [0, 1];
    if (!Number.isInteger(index) || !Number.isInteger(count) || index < 0 || index >= count)
      return refuse(Close.InvalidShard, `shard ${String(data.shard)}`);
    session = host.identify(intents, [index, count], sink);
    if (!session) reply(Op.InvalidSession, false);
  }

  function resume(data: unknown): undefined {
    if (session) return refuse(Close.AlreadyAuthenticated, 'resume after identify');
    if (!isRecord(data) || data.token !== host.token) return refuse(Close.AuthenticationFailed, 'wrong token');
    if (typeof data.seq !== 'number' || typeof data.session_id !== 'string')
      return refuse(Close.InvalidSeq, `seq ${String(data.seq)}`);
    session = host.resume(data.session_id, data.seq, sink);
    if (!session) reply(Op.InvalidSession, false);
  }
}

/** zlib-stream: one deflate stream for the whole connection, flushed after every frame. */
function compressed(socket: WebSocket): (text: string) => void {
  const deflate: Deflate = createDeflate();
  const pending: string[] = [];
  let isBusy = false;
  const next = () => {
    const text = pending.shift();
    if (text === undefined) {
      isBusy = false;
      return;
    }
    isBusy = true;
    const chunks: Buffer[] = [];
    const collect = (chunk: Buffer) => chunks.push(chunk);
    deflate.on('data', collect);
    deflate.write(text);
    deflate.flush(constants.Z_SYNC_FLUSH, () => {
      deflate.off('data', collect);
      if (socket.readyState === socket.OPEN) socket.send(Buffer.concat(chunks));
      next();
    });
  };
  return (text) => {
    pending.push(text);
    if (!isBusy) next();
  };
}

function parse(raw: Buffer): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(raw.toString('utf8'));
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
