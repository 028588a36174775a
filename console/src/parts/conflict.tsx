/** Two have changed the same thing: what theirs and one's own differ in, and which of them goes on. */
import type { JSX } from "preact";
import { Button } from "./button.tsx";
import { Icon } from "./icon.tsx";
import { TextDiff } from "./text-diff.tsx";

export function Conflict({
  theirs,
  mine,
  onTake,
  onKeep,
}: {
  readonly theirs: string;
  readonly mine: string;
  readonly onTake: () => void;
  readonly onKeep: () => void;
}): JSX.Element {
  return (
    <div class="stack stack-tight" role="alert">
      <div class="note note-warn outdated">
        <Icon name="alert" />
        <div class="trouble-text">
          <strong>Somebody else has changed it meanwhile</strong>
          <p>Below is what theirs and yours differ in. Nothing of either is lost.</p>
        </div>
        <div class="row">
          <Button isSmall onClick={onTake}>
            Take theirs
          </Button>
          <Button isSmall onClick={onKeep}>
            Go on with mine
          </Button>
        </div>
      </div>
      <TextDiff before={theirs} after={mine} label="Theirs and yours" />
    </div>
  );
}
