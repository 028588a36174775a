/**
 * Who is signed in: an access key whose secret this page can sign with and never read. It is gone with the page,
 * unless it was asked to stay: then IndexedDB keeps it, which hands no secret out either.
 */
import { Store } from "../base/store.ts";
import { ApiRefusal, signedOutCode } from "./api-refusal.ts";
import { connection } from "./connection.ts";
import { importSecret, type SigningKey } from "./sign-request.ts";

const database = "footlight";
const table = "keys";
const place = "signed-in";
const signedOut = "footlight.signed-out";

export const signedInKey = new Store<SigningKey | undefined>(undefined);

export interface GivenKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  /** Empty where there is none. */
  readonly sessionToken: string;
  readonly isToStay: boolean;
}

/** @throws Error, where the page is not in a secure context: browsers have no Web Crypto there */
export async function signIn(given: GivenKey): Promise<void> {
  const { isToStay } = given;
  const accessKeyId = asCopied(given.accessKeyId);
  const secretAccessKey = asCopied(given.secretAccessKey);
  const sessionToken = asCopied(given.sessionToken);
  if (![accessKeyId, sessionToken].every((text) => /^[!-~]*$/.test(text))) {
    const why =
      "The access key ID or the session token has a letter or sign that none has: copy it from where it was made";
    connection.noteSignInWanted(new ApiRefusal("INCOMPLETE_SIGNATURE", why, 400, ""));
    return;
  }
  const key = await importSecret(secretAccessKey);
  const signing = { accessKeyId, key, ...(sessionToken !== "" && { sessionToken }) };
  signedInKey.set(signing);
  await (isToStay ? keep(signing) : forget());
  connection.noteSignedIn();
}

/** What is copied out of a document brings blanks along, and signs that are not seen; no key has any. */
function asCopied(text: string): string {
  return text.replaceAll(/[\s\p{Cf}]+/gu, "");
}

export async function signOut(): Promise<void> {
  const id = signedInKey.value?.accessKeyId;
  signedInKey.set(undefined);
  await forget();
  const tabs = new BroadcastChannel(signedOut);
  tabs.postMessage(id);
  tabs.close();
}

/** This browser keeps a key for all tabs: who signs out in one of them means the others with that key, too. */
export function followSignOut(): void {
  new BroadcastChannel(signedOut).addEventListener("message", ({ data: id }) => {
    if (signedInKey.value === undefined || signedInKey.value.accessKeyId !== id) return;
    signedInKey.set(undefined);
    const why = "You have signed out in another tab";
    connection.noteSignInWanted(new ApiRefusal(signedOutCode, why, 403, ""));
  });
}

/** Takes the key that was asked to stay, if one was. */
export async function resumeSignIn(): Promise<void> {
  const known = (await perform("readonly", (keys) => keys.get(place))) as SigningKey | undefined;
  if (known !== undefined && globalThis.isSecureContext && known.key instanceof CryptoKey) {
    signedInKey.set(known);
  }
}

async function keep(key: SigningKey): Promise<void> {
  await perform("readwrite", (keys) => keys.put(key, place));
}

async function forget(): Promise<void> {
  await perform("readwrite", (keys) => keys.delete(place));
}

/** @returns undefined as well where the browser keeps nothing, as in some private windows, or with what others have put there */
async function perform(
  mode: IDBTransactionMode,
  ask: (keys: IDBObjectStore) => IDBRequest,
): Promise<unknown> {
  try {
    const base = await openDatabase();
    try {
      const transaction = base.transaction(table, mode);
      const asking = ask(transaction.objectStore(table));
      await new Promise((resolve, reject) => {
        transaction.addEventListener("complete", resolve);
        for (const end of ["error", "abort"]) transaction.addEventListener(end, reject);
      });
      return asking.result as unknown;
    } finally {
      base.close();
    }
  } catch {
    return undefined;
  }
}

function openDatabase(): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const opening = indexedDB.open(database, 1);
    opening.addEventListener("upgradeneeded", () => opening.result.createObjectStore(table));
    for (const end of ["error", "blocked"]) opening.addEventListener(end, reject);
    opening.addEventListener("success", () => resolve(opening.result));
  });
}
