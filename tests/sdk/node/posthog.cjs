// Sends events by PostHog's Node SDK. Arguments: collector, project key.
const { PostHog } = require("posthog-node");

const [, , host, key] = process.argv;
const client = new PostHog(key, { host, flushAt: 50 });
client.on("error", (error) => { console.error(error); process.exitCode = 1; });

client.identify({ distinctId: "u1", properties: { email: "ayse@example.com" } });
client.capture({
  distinctId: "u1", event: "Order Completed",
  properties: {
    order_id: "A-1", revenue: 99, currency: "AZN", discount: NaN, $session_id: "s-1",
    phone: "+90 532 123 45 67",
  },
});
client.alias({ distinctId: "u1", alias: "anon-1" });
client.groupIdentify({ groupType: "company", groupKey: "g1", properties: { name: "Ornek" } });
client.shutdown();
