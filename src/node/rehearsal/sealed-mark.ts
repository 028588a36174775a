/** What a recorded run's line has in it where values are sealed. */
export { sealedMark } from "../../edge/record/runs/sealed-values.ts";
