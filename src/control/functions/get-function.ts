/** GetFunction: a stage's code, byte for byte as it was sent. */
import { functionEtag } from "../../model/function.ts";
import type { Operation } from "../operation.ts";
import { requireCopy } from "./find-function.ts";

/** @throws NoSuchFunctionExists, when nothing has that name in that stage (DEVELOPMENT by default) */
export const getFunction: Operation<"GetFunction"> = async (
  { Name, Stage = "DEVELOPMENT" },
  context,
) => {
  const { copy } = requireCopy(context.state(), Name, Stage);
  return {
    FunctionCode: Buffer.from(copy.code, "base64"),
    ETag: functionEtag(copy),
    ContentType: "application/octet-stream",
  };
};
