/** Why something could not be read or done, and what to do now. */
import type { JSX } from "preact";
import { ApiRefusal, isForbidden, NodeUnreachable } from "../api/api-refusal.ts";
import { connection } from "../api/connection.ts";
import { Link } from "../way/link.tsx";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";

export function Trouble({
  error,
  doing,
  onRetry,
  isPage = false,
  home,
}: {
  readonly error: unknown;
  /** Like "read the functions". */
  readonly doing: string;
  readonly onRetry?: () => void;
  /** Whether it is all that there is on the page. */
  readonly isPage?: boolean;
  /** Where one goes on where there is no such thing: the list of those that are there, and its name. */
  readonly home?: readonly [to: string, label: string];
}): JSX.Element {
  const { title, advice } = explain(error, doing);
  const isMissing = error instanceof ApiRefusal && error.status === 404;
  return (
    <div class="note note-bad trouble" role="alert">
      <Icon name={isForbidden(error) ? "key" : "alert"} />
      <div class="trouble-text">
        {isPage ? <h1 class="trouble-title">{title}</h1> : <strong>{title}</strong>}
        <p>{advice}</p>
        {error instanceof ApiRefusal && error.requestId !== "" && (
          <p class="hint mono">
            {error.code} · request {error.requestId}
          </p>
        )}
      </div>
      {isForbidden(error) && (
        <Button isSmall onClick={() => connection.noteSignInWanted(error)}>
          Use another key
        </Button>
      )}
      {home && isMissing && (
        <Link to={home[0]} class="button button-plain is-small">
          {home[1]}
        </Link>
      )}
      {onRetry && !(home && isMissing) && (
        <Button isSmall onClick={onRetry}>
          Try again
        </Button>
      )}
    </div>
  );
}

/** In a sentence, for a toast. */
export function troubleText(error: unknown): string {
  if (error instanceof NodeUnreachable) {
    return "The node does not answer, and may have done it or not: look again when it does.";
  }
  return error instanceof Error ? error.message : String(error);
}

function explain(
  error: unknown,
  doing: string,
): { readonly title: string; readonly advice: string } {
  if (error instanceof NodeUnreachable) {
    return {
      title: "The node does not answer",
      advice: `Footlight could not ${doing}. It is asked again every second; what you have written here stays.`,
    };
  }
  if (isForbidden(error)) {
    return { title: `Your access key may not ${doing}`, advice: error.message };
  }
  return { title: `Footlight could not ${doing}`, advice: troubleText(error) };
}
