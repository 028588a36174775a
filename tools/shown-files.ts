/**
 * Pages that show a file of examples/ show exactly what is in it: `<!-- file: PATH -->` stands before
 * the block, and the file is what counts, since that is what tests run.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const shown = /(<!-- file: (\S+) -->\s*```\w+\n)([\s\S]*?)(?=```)/g;

/**
 * @param write writes the blocks anew
 * @returns a line for each block that shows something else than its file
 */
export function checkShownFiles(root: string, page: string, write: boolean): string[] {
  const problems: string[] = [];
  const text = readFileSync(join(root, page), "utf8");
  const right = text.replaceAll(
    shown,
    (block: string, head: string, path: string, body: string) => {
      if (!existsSync(join(root, path))) {
        problems.push(`${page} shows ${path}, which is not there`);
        return block;
      }
      const file = readFileSync(join(root, path), "utf8");
      if (body !== file && !write) {
        problems.push(`${page} does not show ${path} as it is; run npm run docs -- --write`);
      }
      return head + file;
    },
  );
  if (write && right !== text) writeFileSync(join(root, page), right);
  return problems;
}

/** @returns the files that a page shows */
export function filesShownBy(text: string): string[] {
  return [...text.matchAll(shown)].map((match) => match[2]!);
}
