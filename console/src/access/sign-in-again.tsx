/**
 * Asks whoever was signed in to sign in once more, before all that is on the page: what was typed there stays as it is.
 */
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { isForbidden, type ApiRefusal } from "../api/api-refusal.ts";
import { connection } from "../api/connection.ts";
import { signedInKey } from "../api/signed-in-key.ts";
import { Button } from "../parts/button.tsx";
import { Refused, SignInForm } from "./sign-in.tsx";

export function SignInAgain({ refusal }: { readonly refusal: ApiRefusal }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    return () => {
      // Until it is taken away nothing else can have the focus.
      setTimeout(() => before instanceof HTMLElement && before.focus());
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="sign-in-again"
      onClose={() => {
        if (isForbidden(refusal)) connection.noteSignInGivenUp();
        // Some browsers let Escape close anything that is asked twice.
        else dialog.current?.showModal();
      }}
      onCancel={(event) => {
        if (!isForbidden(refusal)) event.preventDefault();
      }}
    >
      <div class="dialog-body">
        <div class="dialog-main">
          <h2 id="sign-in-again">
            {isForbidden(refusal) ? "Sign in with another key" : "Sign in again"}
          </h2>
          <SignInForm>
            <Refused>{reasonOf(refusal)}</Refused>
            <p class="quiet">What you have written on this page stays.</p>
          </SignInForm>
          {isForbidden(refusal) && (
            <Button onClick={() => dialog.current?.close()}>Go on without</Button>
          )}
        </div>
      </div>
    </dialog>
  );
}

function reasonOf({ code, message }: ApiRefusal): string {
  const key = signedInKey.value;
  if (key === undefined && code === "MISSING_AUTHENTICATION_TOKEN")
    return "The node takes calls of access keys only now.";
  if (key === undefined) return message;
  if (code === "EXPIRED_TOKEN") return `The access key ${key.accessKeyId} has expired.`;
  if (code === "INVALID_CLIENT_TOKEN_ID") {
    return `The access key ${key.accessKeyId} is not taken any more: it was deleted, or its session token is not its own.`;
  }
  return message;
}
