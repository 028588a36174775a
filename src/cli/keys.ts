/**
 * `footlight keys`: makes, lists and deletes access keys in a data folder. A node that runs on that
 * folder goes by them at once.
 *
 * A secret is printed once, when its key is made, and is nowhere to be read later.
 */
import { readFileSync } from "node:fs";
import type { AccessKeys } from "../node/access-keys.ts";
import { OptionError, readOptionTable } from "../node/option-table.ts";
import { logOptionNames, pickOptions } from "../node/options.ts";
import { partArguments, UsageError } from "./arguments.ts";
import type { Command } from "./command.ts";

const nodeOptions = ["data", ...logOptionNames, "account", "secretKeyFile", "logLevel"] as const;

const table = {
  policy: {
    default: "",
    help: "create: file with the key's policy document in IAM's form; - reads it from stdin",
  },
  user: {
    default: "",
    help: "create: whom the key is for, as error messages name them (default: the key's id)",
    pattern: /^$|^[\w+=,.@-]{1,64}$/,
    expects: "up to 64 letters, digits and _+=,.@-",
  },
  expiresIn: {
    default: 0,
    help: "create: seconds that a temporary key is valid, with a session token; 0 makes a permanent one",
    range: [0, 31 * 24 * 60 * 60],
  },
  json: { default: false, help: "Print JSON" },
  ...pickOptions(nodeOptions),
} as const;

type Values = ReturnType<typeof readOptionTable<typeof table>>;
type Action = (keys: AccessKeys, values: Values, id: string | undefined) => Promise<string>;

const actions: Readonly<Record<string, Action>> = { create, list, delete: remove };

export const keys: Command = {
  summary: "Make, list and delete the access keys of a node",
  usage: "create|list|delete [ID]",
  options: table,
  run: async (args, environment) => {
    const { words, flags } = partArguments(args, table);
    const values = readOptionTable(table, flags, environment);
    const [verb = "", id, ...rest] = words;
    const action = Object.hasOwn(actions, verb) ? actions[verb] : undefined;
    const wantsId = verb === "delete";
    if (action === undefined || (id === undefined) === wantsId || rest.length > 0) {
      throw new UsageError("keys create|list|delete [ID]", words);
    }
    // Not loaded for the other commands, which need nothing of a node.
    const { openAccessKeys } = await import("../node/access-keys.ts");
    const opened = await openAccessKeys(values, verb === "create");
    try {
      process.stdout.write(await action(opened, values, id));
    } finally {
      await opened.close();
    }
    return 0;
  },
};

async function create(keysOfNode: AccessKeys, values: Values): Promise<string> {
  if (values.policy === "") {
    throw new OptionError("--policy names the file with the key's policy document, and is needed");
  }
  const policy = readPolicy(values.policy);
  const made = await keysOfNode.create({
    policy,
    ...(values.user && { user: values.user }),
    ...(values.expiresIn && { expiresInS: values.expiresIn }),
  });
  for (const remark of made.remarks) process.stderr.write(`footlight keys: ${remark}\n`);
  const { accessKeyId, secretAccessKey, sessionToken } = made;
  if (values.json) {
    const expiration = made.fact.session?.expiresTime;
    return `${JSON.stringify({
      AccessKeyId: accessKeyId,
      SecretAccessKey: secretAccessKey,
      ...(sessionToken && { SessionToken: sessionToken, Expiration: expiration }),
    })}\n`;
  }
  return [
    `AWS_ACCESS_KEY_ID=${accessKeyId}`,
    `AWS_SECRET_ACCESS_KEY=${secretAccessKey}`,
    ...(sessionToken ? [`AWS_SESSION_TOKEN=${sessionToken}`] : []),
    "",
  ].join("\n");
}

async function list(keysOfNode: AccessKeys, values: Values): Promise<string> {
  const listed = keysOfNode.list();
  if (values.json) {
    const items = listed.map(({ id, user, createdTime, session, policy }) => ({
      AccessKeyId: id,
      UserName: user,
      CreateDate: createdTime,
      ...(session && { Expiration: session.expiresTime }),
      PolicyDocument: JSON.parse(policy) as unknown,
    }));
    return `${JSON.stringify(items)}\n`;
  }
  return listed
    .map(({ id, user, createdTime, session }) => {
      const end = session ? `  until ${session.expiresTime}` : "";
      return `${id}  ${createdTime}  ${user}${end}\n`;
    })
    .join("");
}

async function remove(
  keysOfNode: AccessKeys,
  _values: Values,
  id: string | undefined,
): Promise<string> {
  await keysOfNode.delete(id ?? "");
  return `Deleted ${id}\n`;
}

function readPolicy(file: string): string {
  try {
    return readFileSync(file === "-" ? 0 : file, "utf8");
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionError(`Cannot read the policy: ${reason}`, { cause: error });
  }
}
