/** The `footlight` command: picks the command that was asked for, and says what went wrong. */
import { OptionError } from "../node/option-table.ts";
import { commands } from "./commands.ts";
import { footlightVersion } from "../node/footlight-version.ts";
import { commandHelp, overallHelp } from "./help.ts";
import { printableLines } from "./printable.ts";

const [name, ...args] = process.argv.slice(2);
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
  if (args.includes("--help") || args.includes("-h")) {
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
