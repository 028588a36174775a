/** The kinds of which a row says all there is: created, read, updated and deleted by operations of one family. */
import { cloudFrontOperations } from "../../schema/operation-table.ts";
import type { OperationName } from "../../schema/operations.ts";
import type { Shape, StructureShape } from "../../schema/shape.ts";
import { membersOf } from "../../wire/body-layout.ts";
import type { Api, Members } from "../api/api.ts";
import { convertProperties } from "../shapes/convert-properties.ts";
import { changesOf } from "./differences.ts";
import { memberAt, textOf, withMember } from "./member-path.ts";
import type { Found, Making, ResourceKind } from "./resource-kind.ts";
import { setTags } from "./set-tags.ts";

export interface PlainRow {
  readonly type: string;
  readonly create: OperationName;
  readonly read: OperationName;
  /** Undefined where one is deleted and created again. */
  readonly update?: OperationName;
  readonly delete: OperationName;
  /** Undefined where there is one at most for what it belongs to. */
  readonly list?: OperationName;
  /** The output's member that operations name it by. */
  readonly id: string;
  /** The member that is its configuration; undefined where the input's members are. */
  readonly config?: string;
  /** What Fn::GetAtt answers beside Ref, by name: the output's member. */
  readonly attributes: Readonly<Record<string, string>>;
  /** What can't be changed. */
  readonly fixed?: readonly string[];
  /** Where its configuration wants a CallerReference that templates don't give. */
  readonly reference?: string;
  /** What it must be, and all edges know, before it can be deleted: the values by their paths. */
  readonly idle?: Readonly<Record<string, unknown>>;
  /** A text that the API takes of one that is there already, and not when it is created. */
  readonly afterwards?: string;
  /** What of the configuration that is answered is the resource's own. */
  readonly own?: (config: Members) => Members;
  /** The operation whose input has its tags too, where that is another one. */
  readonly withTags?: OperationName;
  /** The output's member that holds all else, where it is no payload. */
  readonly holder?: string;
  /** The output's member by which tags are set; undefined where it takes none. */
  readonly arn?: string;
  /** What stands for properties that are left out. */
  readonly defaults?: Members;
}

export function plainKind(row: PlainRow): ResourceKind {
  const shape = plainShape(row);
  return {
    type: row.type,
    attributeNames: Object.keys(row.attributes),
    convert: (properties, conversion) => ({
      ...row.defaults,
      ...convertProperties(properties, shape, conversion),
    }),
    identity: (asked) => (row.fixed ?? []).map((path) => memberAt(asked, path)),
    read: (id, api) => read(row, shape, id, api),
    create: async (asked, making) => {
      const { api, reference } = making;
      const { Tags: tags, ...input } = asked;
      const whole =
        row.reference === undefined ? input : withMember(input, row.reference, reference);
      const { afterwards = "" } = row;
      const isLater = afterwards !== "" && memberAt(whole, afterwards) !== "";
      const first = isLater ? withMember(whole, afterwards, "") : whole;
      const output = await api.perform(row.create, first);
      const id = textOf(idIn(row, output, asked));
      making.onCreated(id);
      const found = await read(row, shape, id, api);
      if (isLater) await update(row, id, whole, found!, api);
      if (tags !== undefined && row.arn !== undefined) await setTags(arnOf(row, found!), tags, api);
      return id;
    },
    update: async (id, asked, found, { api }) => {
      const { Tags: tags, ...input } = asked;
      if (row.update === undefined) {
        await api.perform(row.delete, { ...naming(row.delete, id), IfMatch: found.etag });
        await api.perform(row.create, input);
        return;
      }
      if (changesOf(found.config, input).length > 0) {
        await update(row, id, keepAnswered(row, input, found), found, api);
      }
      if (row.arn !== undefined) await setTags(arnOf(row, found), tags, api);
    },
    delete: async (id, found, making) => {
      const ready = await disable(row, shape, { id, found, making });
      await making.api.perform(row.delete, { ...naming(row.delete, id), IfMatch: ready.etag });
    },
    nameOf: (asked) => nameOf(row, asked),
    find: (name, making) => find(row, shape, name, making),
  };
}

/** @returns the structure that a row's properties are read by */
export function plainShape({ create, withTags }: PlainRow): StructureShape {
  return inputShape(withTags ?? create);
}

/** @returns the ids of all that the account has made; none where there is no list */
export async function listPlain(row: PlainRow, api: Api): Promise<readonly string[]> {
  if (row.list === undefined) return [];
  const entries = await api.list(row.list);
  return entries
    .filter(({ Type: type }) => type !== "managed")
    .flatMap((entry) => {
      const id = holdersIn(entry).find((holder) => holder[row.id] !== undefined)?.[row.id];
      return id === undefined ? [] : [textOf(id)];
    });
}

/** @returns the structure that properties are read by: the input, or what is in it where tags come with it */
function inputShape(operation: OperationName): StructureShape {
  const { input } = cloudFrontOperations.get(operation)!;
  const [wrapped] = membersOf(input)
    .filter(({ name }) => name.endsWith("ConfigWithTags"))
    .map(({ shape }) => shape);
  return wrapped?.kind === "structure" ? wrapped : input!;
}

async function read(
  row: PlainRow,
  shape: StructureShape,
  id: string,
  api: Api,
): Promise<Found | undefined> {
  const output = await api.find(row.read, naming(row.read, id));
  if (output === undefined) return undefined;
  const members = row.holder === undefined ? output : (output[row.holder] as Members);
  const answered =
    row.config === undefined
      ? (pick(members, shape) as Members)
      : { ...pickLabels(row, id), [row.config]: members[row.config] ?? members };
  const attributes = Object.entries({ Ref: row.id, ...row.attributes })
    .map(([name, member]) => [
      name,
      memberAt(members, member) ?? (member === row.id ? id : undefined),
    ])
    .filter((entry) => entry[1] !== undefined)
    .map(([name, value]) => [name, textOf(value)] as const);
  return {
    etag: output["ETag"] as string | undefined,
    config: row.own?.(answered) ?? answered,
    answered,
    attributes: Object.fromEntries(attributes),
  };
}

function pickLabels(row: PlainRow, id: string): Members {
  const label = membersOf(cloudFrontOperations.get(row.create)!.input).find(
    ({ binding }) => binding?.in === "label",
  );
  return label === undefined ? {} : { [label.name]: id };
}

/** @returns of a value what a shape has: outputs say more than inputs do */
function pick(value: unknown, shape: Shape): unknown {
  if (value === undefined) return undefined;
  if (shape.kind === "list") {
    return (value as readonly unknown[]).map((item) => pick(item, shape.entry.shape));
  }
  if (shape.kind !== "structure") return value;
  const members = membersOf(shape)
    .map(({ name, shape: inner }) => [name, pick((value as Members)[name], inner)] as const)
    .filter(([, member]) => member !== undefined);
  return Object.fromEntries(members);
}

function idIn(row: PlainRow, output: Members, asked: Members): unknown {
  const holders = [output, ...Object.values(output), asked];
  return holders
    .map((holder) => (typeof holder === "object" ? (holder as Members)[row.id] : undefined))
    .find((id) => id !== undefined);
}

function arnOf({ arn = "" }: PlainRow, { attributes }: Found): string {
  return attributes[arn] ?? "";
}

/** @returns the input by which an operation is told what it is about */
function naming(operation: OperationName, id: string): Members {
  const members = membersOf(cloudFrontOperations.get(operation)!.input);
  const label = members.find(({ binding }) => binding?.in === "label");
  return { [label?.name ?? "ARN"]: id };
}

/** An update must say the reference that it was created with, and what others have put into it. */
function keepAnswered(row: PlainRow, input: Members, { config, answered }: Found): Members {
  const { reference, afterwards } = row;
  const kept =
    reference === undefined ? input : withMember(input, reference, memberAt(config, reference));
  if (afterwards === undefined || memberAt(config, afterwards) === memberAt(answered, afterwards)) {
    return kept;
  }
  return withMember(kept, afterwards, memberAt(answered, afterwards));
}

async function update(
  row: PlainRow,
  id: string,
  asked: Members,
  found: Found,
  api: Api,
): Promise<void> {
  if (row.update === undefined) throw new Error(`${row.type} can't be changed`);
  const takes = membersOf(cloudFrontOperations.get(row.update)!.input).map(({ name }) => name);
  const input = Object.entries(asked).filter(([name]) => takes.includes(name));
  await api.perform(row.update, {
    ...Object.fromEntries(input),
    ...naming(row.update, id),
    IfMatch: found.etag,
  });
}

interface Deletion {
  readonly id: string;
  readonly found: Found;
  readonly making: Making;
}

/** How long edges may take to know that something is disabled. */
const disabledWithinMs = 300_000;
const pauseMs = 200;

/** @returns what is found when it is disabled, and all edges know */
async function disable(
  row: PlainRow,
  shape: StructureShape,
  { id, found, making: { api, pause } }: Deletion,
): Promise<Found> {
  if (row.idle === undefined) return found;
  const wanted = Object.entries(row.idle);
  if (wanted.some(([path, value]) => memberAt(found.config, path) !== value)) {
    const config = wanted.reduce(
      (whole, [path, value]) => withMember(whole, path, value),
      found.config,
    );
    await update(row, id, config, found, api);
  }
  for (let waitedMs = 0; waitedMs < disabledWithinMs; waitedMs += pauseMs) {
    const now = await read(row, shape, id, api);
    if (now === undefined) return found;
    if (now.attributes["Status"] !== "InProgress") return now;
    await pause(pauseMs);
  }
  throw new Error(
    `${id} is disabled, and after ${disabledWithinMs / 1000} s not all edges know: footlight nodes says which don't`,
  );
}

async function find(
  row: PlainRow,
  shape: StructureShape,
  name: string,
  { api, reference }: Making,
): Promise<string | undefined> {
  if (row.list === undefined) {
    return (await read(row, shape, name, api)) === undefined ? undefined : name;
  }
  for (const entry of await api.list(row.list)) {
    const members = holdersIn(entry);
    const id = members.map((holder) => holder[row.id]).find((value) => value !== undefined);
    if (id === undefined) continue;
    if (row.reference !== undefined) {
      const found = await read(row, shape, textOf(id), api);
      if (memberAt(found?.config, row.reference) === reference) return textOf(id);
    } else if (name !== "" && members.some((holder) => holder["Name"] === name)) {
      return textOf(id);
    }
  }
  return undefined;
}

function nameOf(row: PlainRow, asked: Members): string {
  const path = row.config === undefined ? "Name" : `${row.config}.Name`;
  return textOf((row.list === undefined ? asked[row.id] : memberAt(asked, path)) ?? "");
}

/** A list's entry, and what is in it: some wrap what they list. */
function holdersIn(entry: Members): Members[] {
  const inner = Object.values(entry).filter(
    (value): value is Members =>
      typeof value === "object" && value !== null && !Array.isArray(value),
  );
  return [entry, ...inner.flatMap(holdersIn)];
}
