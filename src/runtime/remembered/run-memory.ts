/**
 * What a copy answered last to the very same request of an event, so that it is found without the text that it is
 * remembered by.
 *
 * It belongs to a request object that comes again and again. It is good as long as the copy's own memory holds the answer in
 * the generation that it had then (remembered-answers.ts): whatever makes that forget something, or move on, makes this forgotten.
 */
import type { FunctionCopy } from "../../model/function.ts";
import type { Invocation } from "../function-runtime.ts";
import type { Generation, Remembered, RememberedAnswers } from "./remembered-answers.ts";

export interface LastRun {
  readonly copy: FunctionCopy;
  readonly distributionId: string;
  readonly answers: RememberedAnswers;
  readonly generation: Generation;
  readonly remembered: Remembered;
  readonly invocation: Invocation;
}

export class RunMemory {
  last: LastRun | undefined;
}
