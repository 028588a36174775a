/** A process of the scene, and what can be done to it and to the machine that it is alone on. */
import { closeSync, openSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "./network.ts";

export type VictimKind = "server" | "control" | "edge";

export interface VictimParts {
  readonly kind: VictimKind;
  readonly machine: Machine;
  /** A disk of its own, where what it must not lose is. */
  readonly disk: string | undefined;
  /** @returns its process group, once it is ready */
  readonly start: () => Promise<{ readonly pid: number; readonly exited: Promise<unknown> }>;
}

export class Victim {
  readonly #parts: VictimParts;
  #running: Awaited<ReturnType<VictimParts["start"]>> | undefined;
  #fullLives = new Set<number>();
  #life = 0;
  #disturbances = 0;
  #isWell = false;

  constructor(parts: VictimParts) {
    this.#parts = parts;
  }

  get name(): string {
    return this.#parts.machine.name;
  }

  get kind(): VictimKind {
    return this.#parts.kind;
  }

  get machine(): Machine {
    return this.#parts.machine;
  }

  get hasDisk(): boolean {
    return this.#parts.disk !== undefined;
  }

  /** How often it was started. */
  get life(): number {
    return this.#life;
  }

  /** Whether it runs and is not paused. */
  get isWell(): boolean {
    return this.#isWell;
  }

  /** How often it was killed or paused: who sees the same number before and after saw nothing of that. */
  get disturbances(): number {
    return this.#disturbances;
  }

  /** Whether its disk was full in that life of it. */
  wasFull(life: number): boolean {
    return this.#fullLives.has(life);
  }

  async start(): Promise<void> {
    this.#life += 1;
    this.#running = await this.#parts.start();
    this.#isWell = true;
  }

  /** By SIGKILL. */
  async kill(): Promise<void> {
    this.#disturb();
    const running = this.#running;
    if (running === undefined) return;
    process.kill(-running.pid, "SIGKILL");
    await running.exited;
    this.#running = undefined;
  }

  pause(): void {
    this.#disturb();
    process.kill(-this.#running!.pid, "SIGSTOP");
  }

  resume(): void {
    process.kill(-this.#running!.pid, "SIGCONT");
    this.#isWell = true;
  }

  /** Leaves not a byte on its disk. */
  fillDisk(): void {
    this.#fullLives.add(this.#life);
    const file = openSync(this.#filler(), "w");
    try {
      for (let size = 1024 * 1024; size > 0; size = Math.floor(size / 2)) fill(file, size);
    } finally {
      closeSync(file);
    }
  }

  emptyDisk(): void {
    rmSync(this.#filler(), { force: true });
  }

  #filler(): string {
    return join(this.#parts.disk!, "filler");
  }

  #disturb(): void {
    this.#isWell = false;
    this.#disturbances += 1;
  }
}

function fill(file: number, size: number): void {
  const bytes = Buffer.alloc(size);
  for (;;) {
    try {
      if (writeSync(file, bytes) < size) return;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === "ENOSPC") return;
      throw error;
    }
  }
}
