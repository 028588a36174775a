/**
 * Machines of the test's own, as network namespaces of this one: each has a cable to the cluster's network,
 * which can be pulled, and one to the network of viewers and callers, which stays.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync } from "node:fs";
import { skipWithout } from "../../support/optional.ts";

/** What the test wants of the machine, in small: a namespace, a cable into it, and a loss on the cable. */
const trial = `
  set -e
  name=fprobe$$
  trap 'ip netns del $name; ip link del $name 2>/dev/null' EXIT
  ip netns add $name
  ip link add $name type bridge
  ip -n $name link add cable0 type veth peer name cable1
  ip netns exec $name iptables -w -A INPUT -i cable0 -m statistic --mode random --probability 0.5 -j DROP
  tc -n $name qdisc add dev cable0 root tbf rate 256kbit burst 16kb latency 500ms
`;

/** @returns what `test()` takes as `skip`. A container without the right to have networks of its own is a reason in CI too */
export function skipWithoutNamespaces(): false | string {
  if (process.getuid?.() !== 0) return "only root may make network namespaces";
  const missing = ["ip", "iptables", "tc"]
    .map((name) => skipWithout([name, "-V"]))
    .find((reason) => reason !== false);
  if (missing !== undefined) return missing;
  const tried = spawnSync("sh", ["-c", trial], { encoding: "utf8" });
  return tried.status === 0 ? false : `no network namespaces here: ${tried.stderr.trim()}`;
}

export interface Machine {
  readonly name: string;
  /** The namespace's name. */
  readonly namespace: string;
  /** In the cluster's network. */
  readonly address: string;
  /** Where viewers and callers reach it. */
  readonly outerAddress: string;
  /** Pulls the cable to the cluster's network, or puts it back. */
  readonly cut: () => void;
  readonly heal: () => void;
  /** Loses this share of what comes in from the cluster's network; 0 loses nothing. */
  readonly lose: (share: number) => void;
  /** Sends no more than this into the cluster's network, in kilobits a second; 0 sends all. */
  readonly slow: (kilobits: number) => void;
}

export class Network {
  readonly #tag = (process.pid % 0xffff).toString(36);
  readonly #block = process.pid % 250;
  readonly #namespaces: string[] = [];
  readonly #mounts: string[] = [];
  readonly #bridges: readonly [string, string];

  constructor() {
    this.#bridges = [`fc${this.#tag}`, `fv${this.#tag}`];
    // What a run of the same number left behind when it was killed.
    for (const bridge of this.#bridges) spawnSync("ip", ["link", "del", bridge]);
    for (const [index, bridge] of this.#bridges.entries()) {
      run("ip", "link", "add", bridge, "type", "bridge");
      run("ip", "addr", "add", `${this.#addressOf(index, 254)}/24`, "dev", bridge);
      run("ip", "link", "set", bridge, "up");
    }
  }

  /** This process's own addresses. */
  get address(): string {
    return this.#addressOf(0, 254);
  }

  get outerAddress(): string {
    return this.#addressOf(1, 254);
  }

  add(name: string): Machine {
    const number = this.#namespaces.length + 1;
    const namespace = `f${this.#tag}-${name}`;
    spawnSync("ip", ["netns", "del", namespace]);
    run("ip", "netns", "add", namespace);
    this.#namespaces.push(namespace);
    run("ip", "-n", namespace, "link", "set", "lo", "up");
    const [cable] = this.#bridges.map((bridge, index) => {
      const outside = `${bridge}-${number}`;
      const inside = `net${index}`;
      run("ip", "link", "add", outside, "type", "veth", "peer", inside, "netns", namespace);
      run("ip", "link", "set", outside, "master", bridge, "up");
      const address = `${this.#addressOf(index, number)}/24`;
      run("ip", "-n", namespace, "addr", "add", address, "dev", inside);
      run("ip", "-n", namespace, "link", "set", inside, "up");
      return outside;
    });
    const iptables = (...args: string[]): void =>
      run("ip", "netns", "exec", namespace, "iptables", "-w", ...args);
    return {
      ...{ name, namespace },
      address: this.#addressOf(0, number),
      outerAddress: this.#addressOf(1, number),
      cut: () => run("ip", "link", "set", cable!, "down"),
      heal: () => run("ip", "link", "set", cable!, "up"),
      lose: (share) => {
        iptables("-F", "INPUT");
        if (share === 0) return;
        const chance = ["-m", "statistic", "--mode", "random", "--probability", String(share)];
        iptables("-A", "INPUT", "-i", "net0", ...chance, "-j", "DROP");
      },
      slow: (kilobits) => {
        const tc = (verb: string, ...args: string[]): void =>
          run("tc", "-n", namespace, "qdisc", verb, "dev", "net0", "root", ...args);
        if (kilobits === 0) tc("del");
        else tc("add", "tbf", "rate", `${kilobits}kbit`, "burst", "16kb", "latency", "500ms");
      },
    };
  }

  /** @returns the folder, as a disk of its own of this size */
  addDisk(folder: string, megabytes: number): string {
    mkdirSync(folder, { recursive: true });
    run("mount", "-t", "tmpfs", "-o", `size=${megabytes}m`, "footlight-test", folder);
    this.#mounts.push(folder);
    return folder;
  }

  /** To be called when no process is left in it. */
  remove(): void {
    for (const folder of this.#mounts.splice(0)) spawnSync("umount", ["-l", folder]);
    for (const namespace of this.#namespaces.splice(0))
      spawnSync("ip", ["netns", "del", namespace]);
    for (const bridge of this.#bridges) spawnSync("ip", ["link", "del", bridge]);
  }

  #addressOf(network: number, host: number): string {
    return `10.${230 + network}.${this.#block}.${host}`;
  }
}

function run(command: string, ...args: readonly string[]): void {
  const { status, stderr } = spawnSync(command, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed: ${stderr}`);
}
