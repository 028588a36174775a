/**
 * A thread of viewers who ask at a steady rate, whatever the answers take, each the next host in turn. Whoever started it
 * says when a window begins; what was asked in the one before is told then, once all of it was answered.
 */
import { Agent, get } from "node:http";
import { parentPort, workerData } from "node:worker_threads";

export interface SteadyOrder {
  readonly port: number;
  readonly hosts: readonly string[];
  /** Asked of each host in turn. */
  readonly paths: readonly string[];
  readonly perSecond: number;
}

export interface SteadyWindow {
  /** How long each request took, in milliseconds. */
  readonly tookMs: readonly number[];
  /** How many got anything but 200. */
  readonly failed: number;
}

interface Window {
  readonly tookMs: number[];
  failed: number;
  open: number;
  /** Set when the next has begun. */
  isOver: boolean;
}

const { port, hosts, paths, perSecond } = workerData as SteadyOrder;
const agent = new Agent({ keepAlive: true, maxSockets: 64 });
let current = emptyWindow();
let asked = 0;

function emptyWindow(): Window {
  return { tookMs: [], failed: 0, open: 0, isOver: false };
}

function tell({ tookMs, failed, open, isOver }: Window): void {
  if (isOver && open === 0) parentPort?.postMessage({ tookMs, failed } satisfies SteadyWindow);
}

function ask(): void {
  const window = current;
  const host = hosts[asked % hosts.length] as string;
  const path = paths[asked % paths.length] as string;
  asked += 1;
  const started = performance.now();
  window.open += 1;
  const answered = (status: number): void => {
    window.tookMs.push(performance.now() - started);
    if (status !== 200) window.failed += 1;
    window.open -= 1;
    tell(window);
  };
  const request = get({ port, host: "127.0.0.1", path, headers: { host }, agent }, (response) => {
    response.resume().once("end", () => answered(response.statusCode ?? 0));
  });
  request.once("error", () => answered(0));
}

setInterval(ask, 1000 / perSecond);
parentPort?.on("message", () => {
  const over = current;
  current = emptyWindow();
  over.isOver = true;
  tell(over);
});
