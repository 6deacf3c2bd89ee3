// Sends one event of each kind by Segment's Node SDK. Arguments: collector, write key.
const { Analytics } = require("@segment/analytics-node");

const [, , host, writeKey] = process.argv;
const analytics = new Analytics({ host, writeKey });
analytics.on("error", (error) => { console.error(error); process.exitCode = 1; });

analytics.identify({ userId: "u1", traits: { email: "ayse@example.com", firstName: "Ayşe" } });
analytics.track({
  userId: "u1", event: "Completed Order",
  properties: {
    order_id: "A-1", total: 129.9, currency: "TRY", discount: NaN,
    note: "\ud83d yarım 😀", receiver: "ali@example.com",
  },
});
analytics.page({ userId: "u1", category: "Shop", name: "Home", properties: {} });
analytics.screen({ userId: "u1", name: "Basket", properties: {} });
analytics.group({ userId: "u1", groupId: "g1", traits: { name: "Ornek A.Ş." } });
analytics.alias({ userId: "u1", previousId: "anon-1" });
analytics.track({
  userId: "u1", event: "Later", timestamp: new Date("2026-01-02T03:04:05.678Z"), properties: {},
});
// Far larger than any limit the documentation names: this SDK does not hold itself to them.
analytics.track({ anonymousId: "a1", event: "Fat", properties: { text: "x".repeat(600_000) } });
analytics.closeAndFlush();
