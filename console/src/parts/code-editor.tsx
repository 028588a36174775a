/**
 * CodeMirror, in a shadow root of its own: there it adds its styles as constructed sheets, which the page's policy
 * allows, and not as elements, which it does not. Tab leaves it, as any field, which is said to who can't see it.
 */
import {
  autocompletion,
  closeBrackets,
  closeBracketsKeymap,
  completionKeymap,
  type CompletionSource,
} from "@codemirror/autocomplete";
import { defaultKeymap, history, historyKeymap } from "@codemirror/commands";
import { javascript, javascriptLanguage } from "@codemirror/lang-javascript";
import { json } from "@codemirror/lang-json";
import { bracketMatching, indentOnInput, indentUnit } from "@codemirror/language";
import { linter, lintGutter, lintKeymap, type Diagnostic } from "@codemirror/lint";
import { highlightSelectionMatches, search, searchKeymap } from "@codemirror/search";
import { Compartment, EditorState, Prec, type Extension } from "@codemirror/state";
import {
  drawSelection,
  EditorView,
  gutter,
  GutterMarker,
  highlightActiveLine,
  highlightActiveLineGutter,
  keymap,
  lineNumbers,
  tooltips,
} from "@codemirror/view";
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { editorLook } from "./editor-look.ts";
import { repeatedNames } from "./repeated-names.ts";

/** What is wrong, where: from 1. */
export interface Complaint {
  readonly severity: "error" | "warning";
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** What is told beside a line. */
export interface LineMark {
  readonly text: string;
  /** In words. */
  readonly title: string;
  /** How much of all it is, up to 1. */
  readonly share: number;
}

/** Where the cursor is sent; another object sends it again. */
export interface Spot {
  /** From 1, as the column. */
  readonly line: number;
  readonly column: number;
}

export interface CodeEditorProps {
  readonly label: string;
  readonly language: "javascript" | "json";
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** Asked a moment after one has stopped to type. */
  readonly check?: (value: string) => Promise<readonly Complaint[]>;
  readonly complete?: CompletionSource;
  /** By key, like `Mod-s`. */
  readonly keys?: Readonly<Record<string, () => void>>;
  /** By line, from 1. */
  readonly marks?: ReadonlyMap<number, LineMark> | undefined;
  readonly spot?: Spot | undefined;
}

const checkDelayMs = 250;

/** The editor has lines and no ends of them: a text that is looked at, or written in, keeps those that it came with. */
function lineEndOf(text: string): "\r\n" | "\n" {
  return /\r\n/.test(text) && !/(?<!\r)\n|\r(?!\n)/.test(text) ? "\r\n" : "\n";
}

function withLineFeeds(text: string): string {
  return text.replaceAll(/\r\n?/g, "\n");
}

export function CodeEditor(props: CodeEditorProps): JSX.Element {
  const host = useRef<HTMLDivElement>(null);
  const view = useRef<EditorView | undefined>(undefined);
  const markGutter = useRef(new Compartment());
  /** What was typed and has not come back as the value yet. */
  const told = useRef<string[]>([]);
  const latest = useRef(props);
  latest.current = {
    ...props,
    onChange: (text) => {
      const value = text.replaceAll("\n", lineEndOf(latest.current.value));
      told.current.push(value);
      props.onChange(value);
    },
  };

  useEffect(() => {
    const root = host.current!.shadowRoot ?? host.current!.attachShadow({ mode: "open" });
    const editor = new EditorView({
      parent: root,
      root,
      state: EditorState.create({
        doc: latest.current.value,
        extensions: [
          extensionsOf(() => latest.current),
          markGutter.current.of(gutterOf(latest.current.marks)),
        ],
      }),
    });
    view.current = editor;
    return () => editor.destroy();
  }, []);

  useEffect(() => {
    const editor = view.current;
    if (editor === undefined) return;
    // Who types faster than the page is drawn gets a value back that is no longer there: it must not undo what was typed since.
    const at = told.current.indexOf(props.value);
    const isThere = editor.state.doc.toString() === withLineFeeds(props.value);
    told.current = isThere || at === -1 ? [] : told.current.slice(at + 1);
    if (isThere || at !== -1) return;
    editor.dispatch({
      changes: { from: 0, to: editor.state.doc.length, insert: props.value },
    });
  }, [props.value]);

  const { marks, spot } = props;
  useEffect(() => {
    view.current?.dispatch({ effects: markGutter.current.reconfigure(gutterOf(marks)) });
  }, [marks]);
  useEffect(() => {
    const editor = view.current;
    if (editor === undefined || spot === undefined) return;
    const { doc } = editor.state;
    const line = doc.line(Math.min(Math.max(spot.line, 1), doc.lines));
    const at = Math.min(line.from + Math.max(spot.column - 1, 0), line.to);
    editor.dispatch({
      selection: { anchor: at },
      effects: EditorView.scrollIntoView(at, { y: "center" }),
    });
    editor.focus();
  }, [spot]);

  return <div class="editor" ref={host} />;
}

function extensionsOf(current: () => CodeEditorProps): Extension {
  const { label, language, check, complete, keys = {} } = current();
  return [
    lineNumbers(),
    highlightActiveLineGutter(),
    history(),
    drawSelection(),
    EditorState.allowMultipleSelections.of(true),
    indentUnit.of("  "),
    indentOnInput(),
    bracketMatching(),
    closeBrackets(),
    highlightActiveLine(),
    highlightSelectionMatches(),
    search({ top: true }),
    tooltips({ position: "fixed" }),
    language === "json" ? json() : javascript(),
    complete ? javascriptLanguage.data.of({ autocomplete: complete }) : [],
    autocompletion({ icons: false }),
    lintGutter(),
    language === "json" ? linter(({ state }) => repeatedNames(state), { delay: checkDelayMs }) : [],
    check
      ? [
          linter(
            async ({ state }) => {
              const text = state.doc.toString();
              const found = (await current().check?.(text)) ?? [];
              return found.map((complaint) => diagnosticOf(complaint, state));
            },
            { delay: checkDelayMs },
          ),
        ]
      : [],
    Prec.highest(
      keymap.of(
        Object.keys(keys).map((key) => ({
          key,
          run: () => {
            current().keys?.[key]?.();
            return true;
          },
          preventDefault: true,
        })),
      ),
    ),
    keymap.of([
      ...closeBracketsKeymap,
      ...defaultKeymap,
      ...searchKeymap,
      ...historyKeymap,
      ...completionKeymap,
      ...lintKeymap,
    ]),
    EditorView.contentAttributes.of({
      ...{ "aria-label": label, spellcheck: "false", tabindex: "0" },
      "aria-description": "Tab leaves the editor, Control and ] indents",
    }),
    EditorView.updateListener.of((update) => {
      if (update.docChanged) current().onChange(update.state.doc.toString());
    }),
    editorLook,
  ];
}

class MarkOfLine extends GutterMarker {
  readonly #mark: LineMark;

  constructor(mark: LineMark) {
    super();
    this.#mark = mark;
  }

  override eq(other: MarkOfLine): boolean {
    return this.#mark === other.#mark;
  }

  override toDOM(): Node {
    const { text, title, share } = this.#mark;
    const element = document.createElement("span");
    element.className =
      share >= 0.5 ? "cm-mark cm-mark-most" : share >= 0.1 ? "cm-mark cm-mark-much" : "cm-mark";
    element.textContent = text;
    element.title = title;
    return element;
  }
}

function gutterOf(marks: CodeEditorProps["marks"]): Extension {
  if (marks === undefined || marks.size === 0) return [];
  const markers = new Map([...marks].map(([line, mark]) => [line, new MarkOfLine(mark)]));
  return gutter({
    class: "cm-marks",
    lineMarker: (view, { from }) => markers.get(view.state.doc.lineAt(from).number) ?? null,
  });
}

/** Marked up to the end of the word, as a complaint says where something begins. */
function diagnosticOf(
  { line: number, column, severity, message }: Complaint,
  { doc }: EditorState,
): Diagnostic {
  const line = doc.line(Math.min(Math.max(number, 1), doc.lines));
  const from = Math.min(line.from + Math.max(column - 1, 0), line.to);
  const word = /^\w+/.exec(doc.sliceString(from, line.to))?.[0].length ?? 1;
  return { from, to: Math.min(from + word, line.to), severity, message };
}
