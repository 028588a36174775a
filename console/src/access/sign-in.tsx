/** What is filled in to sign in: the page of a node that asks for signatures, until somebody has. */
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import type { ApiRefusal } from "../api/api-refusal.ts";
import { Button } from "../parts/button.tsx";
import { CheckField } from "../parts/check-field.tsx";
import { TextField } from "../parts/text-field.tsx";
import { Icon } from "../parts/icon.tsx";
import { Mark } from "../parts/mark.tsx";
import { signIn, signedInKey } from "../api/signed-in-key.ts";

export function SignIn({ refusal }: { readonly refusal: ApiRefusal }): JSX.Element {
  const isRefused = refusal.code !== "MISSING_AUTHENTICATION_TOKEN";
  return (
    <main class="sign-in" id="main">
      <div class="card sign-in-card">
        <div class="sign-in-brand">
          <Mark />
          <h1>Sign in to Footlight</h1>
        </div>
        <SignInForm>
          <p class="quiet">
            This node takes calls of access keys only. What your key's policy permits, you can do
            here.
          </p>
          {isRefused && <Refused>{refusal.message}</Refused>}
        </SignInForm>
      </div>
    </main>
  );
}

export function Refused({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <p class="note note-bad" role="alert">
      <Icon name="alert" /> <span class="breaks">{children}</span>
    </p>
  );
}

/** @param children say who must sign in and why */
export function SignInForm({ children }: { readonly children: ComponentChildren }): JSX.Element {
  // Who was refused need not type all of it again.
  const [accessKeyId, setId] = useState(signedInKey.value?.accessKeyId ?? "");
  const [secretAccessKey, setSecret] = useState("");
  const [sessionToken, setToken] = useState("");
  const [isToStay, setStay] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    void signIn({
      accessKeyId: accessKeyId.trim(),
      secretAccessKey: secretAccessKey.trim(),
      sessionToken: sessionToken.trim(),
      isToStay,
    });
  };
  if (!globalThis.isSecureContext) {
    return (
      <Refused>
        This page came over plain HTTP from {location.hostname}, where anybody on the way could read
        along and browsers refuse to sign. Open it by HTTPS (start the node with{" "}
        <code>--api-tls local</code>), or on the node's own machine as <code>localhost</code>, for
        example through <code>ssh -L 4580:localhost:4580</code>.
      </Refused>
    );
  }
  return (
    <form class="sign-in-form" onSubmit={submit}>
      {children}
      <TextField
        label="Access key ID"
        isCode
        required
        autocomplete="username"
        value={accessKeyId}
        onText={setId}
      />
      <TextField
        label="Secret access key"
        isCode
        isSecret
        required
        autocomplete="current-password"
        value={secretAccessKey}
        onText={setSecret}
      />
      <TextField
        label="Session token"
        hint="Of temporary keys only"
        isCode
        autocomplete="off"
        value={sessionToken}
        onText={setToken}
      />
      <CheckField
        label="Stay signed in on this browser"
        hint="Your browser keeps a key that can sign and can't be read, not the secret."
        checked={isToStay}
        onCheck={setStay}
      />
      <Button kind="primary" type="submit">
        Sign in
      </Button>
      <p class="hint">
        No key yet? On the node's machine: <code>footlight keys create --policy FILE</code>
      </p>
    </form>
  );
}
