/** Opens a URL in the browser that the person has. */
import { spawn } from "node:child_process";

const openers: Readonly<Partial<Record<NodeJS.Platform, readonly [string, ...string[]]>>> = {
  darwin: ["open"],
  win32: ["cmd", "/c", "start", ""],
};

/**
 * @returns the program that was asked to
 * @throws Error, when there is nothing that opens one
 */
export async function openBrowser(
  url: string,
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string> {
  const chosen = environment["BROWSER"];
  const [program, ...args] = chosen ? [chosen] : (openers[process.platform] ?? ["xdg-open"]);
  const child = spawn(program, [...args, url], { stdio: "ignore", detached: true });
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", () =>
      reject(
        new Error(`There is no ${program} to open ${url} with: set BROWSER to a program that does`),
      ),
    );
  });
  child.unref();
  return program;
}
