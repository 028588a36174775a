import { changeLogContract } from "../../test/support/change-log-contract.ts";
import { MemoryLog } from "./memory-log.ts";

changeLogContract("MemoryLog", { open: async () => new MemoryLog(), isShared: false });
