/** The side channel of a log in NATS: plain subjects below PREFIX.nodes, which no stream keeps. */
import type { NatsConnection } from "@nats-io/transport-node";
import type { JetStreamWatch } from "./jetstream-watch.ts";
import type { SideChannel } from "./side-channel.ts";

/** @param watch knows whether a server can be reached: what is told meanwhile would go out much later */
export function jetStreamSideChannel(
  connection: NatsConnection,
  prefix: string,
  watch: JetStreamWatch,
): SideChannel {
  const isConnected = (): boolean => watch.isConnected;
  const beginning = `${prefix}.nodes.`;
  const subjectOf = (subject: string): string => beginning + subject;
  return {
    isConnected: () => !connection.isClosed() && isConnected(),
    noteRevision: (revision) => watch.hearOf(revision),
    tell: (subject, message) => {
      if (!connection.isClosed() && isConnected()) connection.publish(subjectOf(subject), message);
    },
    listen: (subject, hear, circle) => {
      if (connection.isClosed()) return () => {};
      const subscription = connection.subscribe(subjectOf(subject), {
        ...(circle !== undefined && { queue: circle }),
        callback: (error, message) => {
          if (error === null) hear(message.data, message.subject.slice(beginning.length));
        },
      });
      return () => {
        if (!connection.isClosed()) subscription.unsubscribe();
      };
    },
  };
}
