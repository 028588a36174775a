/** Frames of HTTP/2 written by hand, for viewers that no library would be (RFC 9113 §4, §6; RFC 7541 §6). */
import type { TLSSocket } from "node:tls";

export const frameTypes = {
  data: 0,
  headers: 1,
  reset: 3,
  settings: 4,
  ping: 6,
  goaway: 7,
  windowUpdate: 8,
  continuation: 9,
} as const;

export const endStream = 1;
export const endHeaders = 4;

export const preface = Buffer.from("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "latin1");

export function frame(
  type: keyof typeof frameTypes,
  streamId = 0,
  payload: Uint8Array = Buffer.alloc(0),
  flags = 0,
): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = frameTypes[type];
  head[4] = flags;
  head.writeUInt32BE(streamId, 5);
  return Buffer.concat([head, payload]);
}

/** Settings by their numbers. */
export function settings(values: Readonly<Record<number, number>> = {}): Buffer {
  const payload = Object.entries(values).map(([name, value]) => {
    const setting = Buffer.alloc(6);
    setting.writeUInt16BE(Number(name));
    setting.writeUInt32BE(value, 2);
    return setting;
  });
  return frame("settings", 0, Buffer.concat(payload));
}

/** A field that no table knows. @param mark 0x00 where none is to learn it, 0x40 where it is to be learned */
export function literal(name: string, value: string, mark = 0): Buffer {
  return Buffer.concat([Buffer.from([mark]), text(name), text(value)]);
}

/** GET / over https. */
export function requestFields(authority: string): Buffer {
  return Buffer.concat([Buffer.from([0x82, 0x87, 0x84, 0x01]), text(authority)]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, "latin1");
  const { length } = bytes;
  if (length < 127) return Buffer.concat([Buffer.from([length]), bytes]);
  const rest: number[] = [];
  let left = length - 127;
  for (; left > 127; left >>= 7) rest.push((left & 127) | 128);
  return Buffer.concat([Buffer.from([127, ...rest, left]), bytes]);
}

export function windowUpdate(streamId: number, bytes: number): Buffer {
  const payload = Buffer.alloc(4);
  payload.writeUInt32BE(bytes);
  return frame("windowUpdate", streamId, payload);
}

export function begin(socket: TLSSocket, values: Readonly<Record<number, number>> = {}): void {
  socket.write(Buffer.concat([preface, settings(values)]));
}
