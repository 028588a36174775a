/** The page around every view. */
import type { ComponentType, JSX } from "preact";
import { useEffect, useErrorBoundary, useRef, useState } from "preact/hooks";
import { SignIn } from "../access/sign-in.tsx";
import { SignInAgain } from "../access/sign-in-again.tsx";
import { isSignedOut } from "../api/api-refusal.ts";
import { connection } from "../api/connection.ts";
import { loadPart } from "../base/load-part.ts";
import { loadPageAgain } from "../base/load-page-again.ts";
import { useStore } from "../base/use-store.ts";
import { EmptyState } from "../parts/empty-state.tsx";
import { notify, Toasts } from "../parts/toasts.tsx";
import { Trouble } from "../parts/trouble.tsx";
import { Link } from "../way/link.tsx";
import { Navigation } from "./navigation.tsx";
import { Palette } from "./palette.tsx";
import { openPalette } from "../way/palette-commands.ts";
import { matchPath, type Params } from "../way/path.ts";
import { navigate, place } from "../way/router.ts";
import { TopBar } from "./top-bar.tsx";
import type { View, ViewProps } from "../way/view.ts";
import { startPath, views } from "./views.ts";

export function App(): JSX.Element {
  const { path } = useStore(place);
  const signInWanted = useStore(connection.signInWanted);
  useKeys();
  useReturnNotice();
  useEffect(() => {
    if (path === "/") navigate(startPath, { replaces: true });
  }, [path]);
  if (signInWanted !== undefined && (!connection.hasServed || isSignedOut(signInWanted))) {
    return <SignIn refusal={signInWanted} />;
  }
  return (
    <div class="shell">
      <a class="skip" href="#main">
        Skip to the content
      </a>
      <Navigation path={path} />
      <div class="stage">
        <TopBar />
        <main class="main" id="main" tabIndex={-1}>
          <CurrentView path={path} />
        </main>
      </div>
      <Palette />
      <Toasts />
      {signInWanted !== undefined && <SignInAgain refusal={signInWanted} />}
    </div>
  );
}

function CurrentView({ path }: { readonly path: string }): JSX.Element | null {
  const found = findView(path);
  const [loaded, setLoaded] = useState<{ view: View; Component: ComponentType<ViewProps> }>();
  const [failure, setFailure] = useState<unknown>();
  const view = found?.view;
  useEffect(() => {
    if (view === undefined) return;
    setFailure(undefined);
    loadPart(view.load).then(
      // A component is a function, and a setter takes one for something else.
      (Component) => setLoaded({ view, Component }),
      (error: unknown) => setFailure(error),
    );
  }, [view]);
  useEffect(() => {
    document.title = found ? `${found.view.title(found.params)} · Footlight` : "Footlight";
  }, [path]);

  // Whoever reads by ear, or goes by keys, begins at the new view; a part of the same one keeps the focus.
  const shown = useRef(view?.load);
  useEffect(() => {
    if (shown.current === view?.load) return;
    if (shown.current !== undefined) {
      document.querySelector<HTMLElement>("#main")?.focus({ preventScroll: true });
    }
    shown.current = view?.load;
  }, [view]);

  if (path === "/") return null;
  if (found === undefined) {
    return (
      <EmptyState icon="info" title="There is no such view" isPage>
        <p>
          Nothing is at <code>{path}</code>. <Link to={startPath}>Go to the functions</Link>
        </p>
      </EmptyState>
    );
  }
  if (failure !== undefined) {
    return (
      <Trouble isPage error={failure} doing="load this view" onRetry={() => void loadPageAgain()} />
    );
  }
  if (loaded === undefined || loaded.view.load !== found.view.load) return null;
  const { Component } = loaded;
  return <Guarded key={subjectOf(found)} {...{ Component, params: found.params }} />;
}

/** What a view is of: its parts share what is open and typed in it, and another function's page begins anew. */
function subjectOf({ view, params }: { readonly view: View; readonly params: Params }): string {
  const { tab: _, ...subject } = params;
  return JSON.stringify([view.path.split("/")[1], subject]);
}

/** What a view breaks on is told, and the rest of the page goes on. */
function Guarded({
  Component,
  params,
}: {
  readonly Component: ComponentType<ViewProps>;
  readonly params: Params;
}): JSX.Element {
  const [failure, retry] = useErrorBoundary((error) => console.error(error));
  if (failure === undefined) return <Component params={params} />;
  return <Trouble isPage error={failure} doing="show this view" onRetry={retry} />;
}

function findView(path: string): { readonly view: View; readonly params: Params } | undefined {
  for (const view of views) {
    const params = matchPath(view.path, path);
    if (params !== undefined) return { view, params };
  }
  return undefined;
}

function useKeys(): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
      }
    };
    addEventListener("keydown", onKeyDown, { capture: true });
    return () => removeEventListener("keydown", onKeyDown, { capture: true });
  }, []);
}

function useReturnNotice(): void {
  useEffect(
    () =>
      connection.standing.watch(() => {
        if (connection.standing.value === "down") wasDown = true;
        else if (wasDown) {
          wasDown = false;
          notify("The node answers again; what you see is read anew.");
        }
      }),
    [],
  );
}

let wasDown = false;
