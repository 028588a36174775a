/** Every Quantity must be the number of its Items, wherever in a request it stands. */
import { ApiError } from "../../../model/errors.ts";

/**
 * @param path what the value is called in messages
 * @throws InconsistentQuantities, naming the member and both numbers
 */
export function checkQuantities(value: unknown, path = "DistributionConfig"): void {
  if (typeof value !== "object" || value === null) return;
  if ("Quantity" in value && typeof value.Quantity === "number") {
    const items = "Items" in value && Array.isArray(value.Items) ? value.Items.length : 0;
    if (value.Quantity !== items) {
      throw new ApiError(
        "InconsistentQuantities",
        `The value of Quantity and the size of Items don't match: ${path}.Quantity is ${value.Quantity}, but ${path}.Items has ${items} items`,
      );
    }
  }
  for (const [name, member] of Object.entries(value)) checkQuantities(member, `${path}.${name}`);
}
