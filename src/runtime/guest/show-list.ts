/**
 * An array as njs logs it: the literal, such as [0,'a',{b:[<empty>]}].
 *
 * Nothing of the customer's is called but the texts of dates, expressions and errors; an accessor is
 * shown as one. Source: njs 0.8.0, measured.
 */
import type { GuestKit } from "./kit.ts";

// oxlint-disable-next-line typescript/explicit-module-boundary-types -- its type is its shape
export function guestShowList(kit: GuestKit) {
  "use strict";
  const { meter, isArray, keys, toText, hasOwn, getOwnPropertyDescriptor } = kit;
  const deepest = 32;
  /** njs logs that it is, and throws nothing. */
  let isTooDeep = false;
  const asText = ["[object Date]", "[object RegExp]", "[object Error]"];

  const showFunction = (fn: object): string => {
    const name = getOwnPropertyDescriptor(fn, "name")?.value as unknown;
    return typeof name === "string" && name !== "" ? `[Function: ${name}]` : "[Function]";
  };

  const show = (value: unknown, holders: unknown[]): string => {
    meter.spend(200);
    if (typeof value === "string") {
      meter.allocate(value.length);
      return `'${value}'`;
    }
    if (value === 0 && 1 / value < 0) return "-0";
    if (typeof value === "function") return showFunction(value);
    if (typeof value !== "object" || value === null) return toText(value);
    for (let i = 0; i < holders.length; i += 1) if (holders[i] === value) return "[Circular]";
    const tag = kit.objectToString(value);
    for (let i = 0; i < asText.length; i += 1) if (asText[i] === tag) return toText(value);
    if (holders.length >= deepest) {
      isTooDeep = true;
      return "";
    }
    holders[holders.length] = value;
    const text = isArray(value)
      ? `[${showItems(value, holders)}]`
      : `{${showNamed(value, holders)}}`;
    holders.length -= 1;
    return text;
  };

  const showProperty = (holder: object, name: string, holders: unknown[]): string => {
    const own = getOwnPropertyDescriptor(holder, name) as PropertyDescriptor;
    if ("value" in own) return show(own.value, holders);
    return own.get === undefined ? "'[Setter]'" : "'[Getter]'";
  };

  const showItems = (list: unknown[], holders: unknown[]): string => {
    let text = "";
    for (let i = 0; i < list.length; i += 1) {
      const name = toText(i);
      const item = hasOwn(list, name) ? showProperty(list, name, holders) : "<empty>";
      if (item === "<empty>") meter.spend(200);
      meter.allocate(item.length + 1);
      text += i === 0 ? item : `,${item}`;
    }
    return text;
  };

  const showNamed = (holder: object, holders: unknown[]): string => {
    const names = keys(holder);
    let text = "";
    for (let i = 0; i < names.length; i += 1) {
      const name = names[i] as string;
      const item = showProperty(holder, name, holders);
      meter.allocate(name.length + item.length + 2);
      text += `${i === 0 ? "" : ","}${name}:${item}`;
    }
    return text;
  };

  return (list: unknown[]): string => {
    isTooDeep = false;
    const text = show(list, []);
    return isTooDeep ? "TypeError: Nested too deep or a cyclic structure" : text;
  };
}

export type GuestShowList = ReturnType<typeof guestShowList>;
