/** Pictures of pages: each is of the part of Mermaid's language that the site draws, and narrow enough for it. */
import assert from "node:assert/strict";
import { globSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { test } from "node:test";
import { drawPicture } from "../tools/pictures/draw-picture.ts";

const root = resolve(import.meta.dirname, "..");
/** What a page of the site has for its text, on a wide screen. */
const widthMax = 720;

test("every picture of a page is drawn, with all its texts in it", () => {
  const pages = globSync("{*.md,docs/**/*.md}", { cwd: root });
  let drawn = 0;
  for (const page of pages) {
    const text = readFileSync(resolve(root, page), "utf8");
    for (const [, source = ""] of text.matchAll(/^```mermaid\n([\s\S]*?)^```$/gm)) {
      const picture = drawPicture(source);
      const width = Number(/<svg width="(\d+)"/.exec(picture)?.[1]);
      assert.ok(width <= widthMax, `${page}: ${width} pixels wide`);
      drawn += 1;
    }
  }
  assert.ok(drawn >= 8, `${drawn} pictures`);
});

test("steps stand below each other, and what they end in beside them", () => {
  const picture = drawPicture(
    'flowchart TD\n  A["one"] -->|then| B["two<br>lines"]\n  A -.->|or| X["end {{a}} <b>"]\n',
  );
  const texts = [...picture.matchAll(/<text[^>]*>([^<]*)</g)].map(([, text]) => text);
  assert.deepEqual(texts, ["one", "end &#123;&#123;a}} &lt;b>", "or", "then", "two", "lines"]);
});

test("messages go from who sends to who gets them", () => {
  const picture = drawPicture(
    "sequenceDiagram\n  participant A as left\n  participant B as right\n  A->>B: ask\n  B-->>A: tell\n  alt so\n  Note over B: a note\n  end\n",
  );
  const [ask = "", tell = ""] = [...picture.matchAll(/<line(?: class="dashed")? x1="(\d+)"/g)].map(
    ([, x = ""]) => x,
  );
  assert.ok(Number(ask) < Number(tell));
  assert.match(picture, /where so/);
});

test("what is no such picture is refused with its line", () => {
  assert.throws(() => drawPicture("pie\n"), /"pie" is neither/);
  assert.throws(() => drawPicture("flowchart TD\n  A ==> B\n"), /"A ==> B"/);
  assert.throws(() => drawPicture("sequenceDiagram\n  A->>B: x\n"), /names A/);
  const forked = 'flowchart TD\n  A["a"] --> B["b"]\n  A --> C["c"]\n';
  assert.throws(() => drawPicture(forked), /leaves the ladder/);
});
