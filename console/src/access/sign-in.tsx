/** The page of a node that asks for signatures, until somebody has signed in. */
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { ApiRefusal } from "../api/api-refusal.ts";
import { Button } from "../parts/button.tsx";
import { Field } from "../parts/field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Mark } from "../parts/mark.tsx";
import { signIn, signedInKey } from "../api/signed-in-key.ts";

export function SignIn({ refusal }: { readonly refusal: ApiRefusal }): JSX.Element {
  // Who was refused need not type all of it again.
  const [accessKeyId, setId] = useState(signedInKey.value?.accessKeyId ?? "");
  const [secretAccessKey, setSecret] = useState("");
  const [sessionToken, setToken] = useState("");
  const [isToStay, setStay] = useState(false);
  const isRefused = signedInKey.value !== undefined;
  const submit = (event: Event): void => {
    event.preventDefault();
    void signIn({
      accessKeyId: accessKeyId.trim(),
      secretAccessKey: secretAccessKey.trim(),
      sessionToken: sessionToken.trim(),
      isToStay,
    });
  };
  return (
    <main class="sign-in" id="main">
      <form class="card sign-in-card" onSubmit={submit}>
        <div class="sign-in-brand">
          <Mark />
          <h1>Sign in to Footlight</h1>
        </div>
        {globalThis.isSecureContext ? (
          <>
            <p class="quiet">
              This node takes calls of access keys only. What your key's policy permits, you can do
              here.
            </p>
            {isRefused && (
              <p class="note note-bad" role="alert">
                <Icon name="alert" /> {refusal.message}
              </p>
            )}
            <Field label="Access key ID">
              {(id) => (
                <input
                  id={id}
                  class="input mono"
                  required
                  autocomplete="username"
                  spellcheck={false}
                  value={accessKeyId}
                  onInput={(event) => setId(event.currentTarget.value)}
                />
              )}
            </Field>
            <Field label="Secret access key">
              {(id) => (
                <input
                  id={id}
                  class="input mono"
                  type="password"
                  required
                  autocomplete="current-password"
                  value={secretAccessKey}
                  onInput={(event) => setSecret(event.currentTarget.value)}
                />
              )}
            </Field>
            <Field label="Session token" hint="Of temporary keys only">
              {(id) => (
                <input
                  id={id}
                  class="input mono"
                  autocomplete="off"
                  spellcheck={false}
                  value={sessionToken}
                  onInput={(event) => setToken(event.currentTarget.value)}
                />
              )}
            </Field>
            <label class="check">
              <input
                type="checkbox"
                checked={isToStay}
                onChange={(event) => setStay(event.currentTarget.checked)}
              />
              <span>
                Stay signed in on this browser
                <span class="hint">
                  Your browser keeps a key that can sign and can't be read, not the secret.
                </span>
              </span>
            </label>
            <Button kind="primary" type="submit">
              Sign in
            </Button>
            <p class="hint">
              No key yet? On the node's machine: <code>footlight keys create --policy FILE</code>
            </p>
          </>
        ) : (
          <p class="note note-bad" role="alert">
            <Icon name="alert" />
            <span>
              This page came over plain HTTP from {location.hostname}, where anybody on the way
              could read along and browsers refuse to sign. Open it by HTTPS (start the node with{" "}
              <code>--api-tls local</code>), or on the node's own machine as <code>localhost</code>,
              for example through <code>ssh -L 4580:localhost:4580</code>.
            </span>
          </p>
        )}
      </form>
    </main>
  );
}
