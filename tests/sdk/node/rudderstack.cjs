// Sends one event of each kind by RudderStack's Node SDK. Arguments: collector, write key.
const RudderAnalytics = require("@rudderstack/rudder-sdk-node");

const [, , dataPlaneUrl, writeKey] = process.argv;
const analytics = new RudderAnalytics(writeKey, { dataPlaneUrl, flushAt: 20, logLevel: "error" });
const failed = (error) => { if (error) { console.error(error); process.exitCode = 1; } };

analytics.identify({
  userId: "u1", context: { traits: { email: "ayse@example.com", firstName: "Ayşe" } },
});
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
  userId: "u1", event: "Later", originalTimestamp: "2026-01-02T03:04:05.678Z", properties: {},
});
analytics.flush(failed);
setTimeout(() => process.exit(), 1500);
