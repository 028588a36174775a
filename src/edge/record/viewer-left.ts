/** How a viewer's connection ended before its answer was complete. */

export type ViewerLeft =
  /** Before all of the request had come. */
  | "asking"
  /** While it waited for the answer, or read it; or the edge broke off, because the origin had. */
  | "waiting"
  /** The edge closed it, because it read nothing of the answer for too long. */
  | "unread";
