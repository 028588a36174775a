/** The form of a stack's name, for who knows deployments and not the model. */
export { stackNamePattern } from "../../model/stack.ts";
