/** How many connections by TLS did harm or came to nothing, and how many waited or were turned away for it. */

export const connectionOutcomes = ["flood", "broken", "fruitless", "held", "refused"] as const;

export type ConnectionOutcome = (typeof connectionOutcomes)[number];

export type ConnectionCounts = Readonly<Record<ConnectionOutcome, number>>;
