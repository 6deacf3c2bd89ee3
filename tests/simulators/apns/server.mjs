// A strict APNs on Node's own HTTP/2 server: it shares no code with Kervan.
//
// Rules are of Apple's UserNotifications documentation: "Establishing a token-based connection to
// APNs" (T), "Sending notification requests to APNs" (S), "Generating a remote notification" (G),
// "Handling notification responses from APNs" (R). Commands come as JSON lines on stdin; what was
// accepted, and what a connection did, goes to stdout the same way.

import { createPublicKey, verify } from "node:crypto";
import { readFileSync } from "node:fs";
import { createSecureServer } from "node:http2";
import { createInterface } from "node:readline";

const wanted = JSON.parse(process.argv[2]);
const publicKey = createPublicKey(readFileSync(wanted.public));
const HOUR = 3600;
const TWENTY_MINUTES = 1200;
const TYPES = ["alert", "background", "controls", "location", "voip", "complication",
  "fileprovider", "mdm", "liveactivity", "pushtotalk", "widgets"];

const state = { now: null, answers: {}, faults: [], lastToken: "", lastIssued: -Infinity };
const sessions = new Set();

const say = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);
const now = () => state.now ?? Math.floor(Date.now() / 1000);
const refuse = (status, reason, more = {}) => ({ status, body: { reason, ...more } });

// T: ES256 by our key, of our team, at most an hour old, changed at most every 20 minutes.
function judgeToken(header) {
  if (!header) return refuse(403, "MissingProviderToken");
  const [scheme, token] = header.split(" ");
  const [head, body, signature] = (token ?? "").split(".");
  if (scheme.toLowerCase() !== "bearer" || !signature) return refuse(403, "InvalidProviderToken");
  let kind, claims;
  try {
    kind = JSON.parse(Buffer.from(head, "base64url"));
    claims = JSON.parse(Buffer.from(body, "base64url"));
  } catch {
    return refuse(403, "InvalidProviderToken");
  }
  const key = { key: publicKey, dsaEncoding: "ieee-p1363" };
  const good = verify("sha256", Buffer.from(`${head}.${body}`), key,
    Buffer.from(signature, "base64url"));
  const known = kind.alg === "ES256" && kind.kid === wanted.kid && claims.iss === wanted.team;
  if (!good || !known || !Number.isInteger(claims.iat)) return refuse(403, "InvalidProviderToken");
  if (claims.iat < now() - HOUR || claims.iat > now() + 60) {
    return refuse(403, "ExpiredProviderToken");
  }
  if (token !== state.lastToken) {
    if (claims.iat - state.lastIssued < TWENTY_MINUTES) {
      return refuse(429, "TooManyProviderTokenUpdates");
    }
    state.lastToken = token;
    state.lastIssued = claims.iat;
  }
  return null;
}

// S: the headers.
function judgeHeaders(headers, payload) {
  const id = headers["apns-id"];
  if (id !== undefined && !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) {
    return refuse(400, "BadMessageId");
  }
  if (!headers["apns-topic"]) return refuse(400, "MissingTopic");
  if (headers["apns-topic"] !== wanted.topic) return refuse(400, "BadTopic");
  if (!/^\d+$/.test(headers["apns-expiration"] ?? "0")) return refuse(400, "BadExpirationDate");
  const priority = headers["apns-priority"] ?? "10";
  if (!["1", "5", "10"].includes(priority)) return refuse(400, "BadPriority");
  if (Buffer.byteLength(headers["apns-collapse-id"] ?? "") > 64) {
    return refuse(400, "BadCollapseId");
  }
  const type = headers["apns-push-type"];
  if (!TYPES.includes(type)) return refuse(400, "InvalidPushType");
  if (type === "background") {
    if (priority === "10") return refuse(400, "BadPriority");
    if (payload.aps["content-available"] !== 1 || payload.aps.alert !== undefined) {
      return refuse(400, "InvalidPushType");
    }
  }
  return null;
}

function judge(headers, body) {
  if (headers[":method"] !== "POST") return refuse(405, "MethodNotAllowed");
  const found = /^\/3\/device\/(.*)$/.exec(headers[":path"]);
  if (!found) return refuse(404, "BadPath");
  const token = judgeToken(headers.authorization);
  if (token) return token;
  if (!found[1]) return refuse(400, "MissingDeviceToken");
  if (!/^([0-9a-f]{2}){32,}$/.test(found[1])) return refuse(400, "BadDeviceToken");
  if (body.length === 0) return refuse(400, "PayloadEmpty");
  if (body.length > 4096) return refuse(413, "PayloadTooLarge"); // G
  let payload;
  try {
    payload = JSON.parse(body);
  } catch {
    return refuse(400, "PayloadEmpty");
  }
  if (typeof payload.aps !== "object") return refuse(400, "PayloadEmpty");
  const wrong = judgeHeaders(headers, payload);
  if (wrong) return wrong;
  const special = state.answers[found[1]];
  if (special) return special;
  return { status: 200, device: found[1], payload };
}

function answer(stream, session, headers, body) {
  const fault = state.faults.shift();
  if (fault === "refuse") return stream.close(7); // REFUSED_STREAM
  if (fault === "reset") return stream.close(2); // INTERNAL_ERROR
  if (fault === "hang") return undefined;
  if (fault === "drop") return session.destroy();
  if (fault === "goaway") { // R: the reason is in the frame; this stream was not looked at
    session.goaway(0, stream.id - 2, Buffer.from(JSON.stringify({ reason: "Shutdown" })));
    setTimeout(() => session.destroy(), 50);
    return undefined;
  }
  if (fault === "leave") session.close(); // GOAWAY first, then what is under way is answered
  const done = fault?.status ? fault : judge(headers, body);
  const id = headers["apns-id"] ?? "";
  if (done.status === 200) {
    // S: with a token, one stream until the first valid request.
    if (!session.trusted) session.settings({ maxConcurrentStreams: wanted.streams });
    session.trusted = true;
    const shown = Object.fromEntries(Object.entries(headers).filter(([name]) => name[0] !== ":"));
    say({ got: { device: done.device, payload: done.payload, headers: shown } });
  }
  const reply = () => {
    if (stream.destroyed) return;
    stream.respond({ ":status": done.status, "apns-id": id, ...(done.headers ?? {}) });
    const text = typeof done.body === "string" ? done.body : JSON.stringify(done.body);
    if (text) stream.write(text);
    stream.end(); // an empty DATA frame ends it, as HTTP/2 allows
  };
  return fault === "leave" ? setTimeout(reply, 30) : reply();
}

const server = createSecureServer({
  key: readFileSync(wanted.key),
  cert: readFileSync(wanted.cert),
  settings: { maxConcurrentStreams: 1, initialWindowSize: wanted.window },
});
server.on("session", (session) => {
  sessions.add(session);
  say({ session: sessions.size });
  session.on("error", () => {});
});
server.on("stream", (stream, headers) => {
  const parts = [];
  stream.on("error", () => {});
  stream.on("data", (part) => parts.push(part));
  stream.on("end", () => answer(stream, stream.session, headers, Buffer.concat(parts)));
});
createInterface({ input: process.stdin }).on("line", (line) => {
  const command = JSON.parse(line);
  Object.assign(state, command.set ?? {});
  state.faults.push(...(command.faults ?? []));
  say({ heard: command.number });
}).on("close", () => process.exit(0));
server.listen(0, "127.0.0.1", () => say({ port: server.address().port }));
