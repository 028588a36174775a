/**
 * The documentation as a site: `npm run site` builds it of the Markdown files, where they are.
 *
 * VitePress fails on links to pages that are not there. Links to files that are no pages, such as
 * examples, are checked by `npm run docs`; here they lead nowhere and are text.
 */
import { resolve } from "node:path";
import { drawPicture } from "../../pictures/draw-picture.ts";
import { pictureStyle } from "../../pictures/picture-style.ts";
import { sections } from "./sections.mts";

const root = resolve(import.meta.dirname, "../../..");
const noPage = /\/(examples|decisions|LICENSE|footlight\.schema\.json)(\/[^#]*)?$/;

/** What is used of markdown-it, which comes with VitePress. */
interface Token {
  content: string;
  hidden: boolean;
  /** Of a block, its language. */
  info: string;
  attrGet(name: string): string | null;
  attrs: [string, string][] | null;
}
type Rule = (tokens: Token[], index: number, ...more: unknown[]) => string;
interface Markdown {
  readonly utils: { escapeHtml(text: string): string };
  readonly renderer: { readonly rules: Record<string, Rule | undefined> };
  readonly core: { readonly ruler: { push(name: string, rule: (state: State) => void): void } };
}
interface State {
  readonly tokens: readonly { readonly children: Token[] | null }[];
}

export default {
  title: "Footlight",
  description: "CloudFront Functions outside AWS",
  srcDir: root,
  srcExclude: ["{bench,console,examples,test,tools,dist,dist-site}/**", "**/node_modules/**"],
  outDir: resolve(root, "dist-site"),
  cacheDir: resolve(root, "node_modules/.cache/site"),
  rewrites: {
    "README.md": "index.md",
    "docs/how-to/README.md": "docs/how-to/index.md",
    "docs/how-it-works/README.md": "docs/how-it-works/index.md",
  },
  ignoreDeadLinks: [noPage],
  head: [["style", {}, pictureStyle]],
  vite: { esbuild: { tsconfigRaw: {} }, build: { chunkSizeWarningLimit: 4000 } },
  markdown: {
    config: (md: Markdown): void => {
      // Two braces in code are no expression of Vue's.
      md.renderer.rules["code_inline"] = (tokens, index) =>
        `<code v-pre>${md.utils.escapeHtml(tokens[index]?.content ?? "").replaceAll("{", "&#123;")}</code>`;
      const fence = md.renderer.rules["fence"];
      md.renderer.rules["fence"] = (...given) => {
        const token = given[0][given[1]];
        if (token?.info.trim() !== "mermaid") return fence?.(...given) ?? "";
        return drawPicture(token.content);
      };
      md.core.ruler.push("links-to-no-page", ({ tokens }) => {
        for (const token of tokens.flatMap(({ children }) => children ?? [])) {
          if (noPage.test(`/${token.attrGet("href") ?? ""}`)) token.attrs = null;
        }
      });
    },
  },
  themeConfig: { search: { provider: "local" }, outline: [2, 3], sidebar: sections },
};
