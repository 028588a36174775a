/** The `footlight` command: picks the command that was asked for, and says what went wrong. */
import { OptionError } from "../node/option-table.ts";
import type { Command } from "./command.ts";
import { commands } from "./commands.ts";
import { footlightVersion } from "../node/footlight-version.ts";
import { commandHelp, overallHelp } from "./help.ts";
import { printableLines } from "./printable.ts";

const [name, ...args] = process.argv.slice(2);
/** The one that was asked for, and whether it only says what it takes. */
let running: Command | undefined;
let isHelping = false;
let isUnwritten = false;
process.stdout.on("error", noteUnwritten);
// There is nowhere left to say so.
process.stderr.on("error", () => {});
process.exitCode = await runCommand(name, args);

async function runCommand(name: string | undefined, args: readonly string[]): Promise<number> {
  if (name === undefined || name === "help" || name === "--help" || name === "-h") {
    process.stdout.write(await overallHelp());
    return name === undefined ? 2 : 0;
  }
  if (name === "--version" || name === "-v") {
    process.stdout.write(`${footlightVersion()}\n`);
    return 0;
  }
  const load = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (load === undefined) {
    process.stderr.write(`footlight: there is no command "${name}"\n\n${await overallHelp()}`);
    return 2;
  }
  const command = await load();
  running = command;
  if (args.includes("--help") || args.includes("-h")) {
    isHelping = true;
    process.stdout.write(commandHelp(name, command));
    return 0;
  }
  try {
    return await command.run(args, process.env);
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(printableLines(`footlight ${name}: ${message}\n`));
    return error instanceof OptionError ? 2 : 1;
  }
}

/** Output may go to a file on a disk that is full. Who reads no more, as `head` does, knows it. */
function noteUnwritten(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE" && !isUnwritten) {
    const words = ["footlight", ...(running === undefined ? [] : [name])];
    process.stderr.write(`${words.join(" ")}: cannot print: ${error.message}\n`);
  }
  isUnwritten = true;
  if (isHelping || running?.goesOnUnread !== true) process.exit(1);
}
