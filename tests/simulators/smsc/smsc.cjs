// An SMSC on npm's `smpp` (an implementation of SMPP 3.4 that is not ours), told what to do by
// lines of JSON on its input; what happens to it goes out as lines of JSON.
//
// Orders: {answers: [..]} one for each coming submit_sm, {always: {..}} for all others,
// {bind: status}, {deliver: pdu, to: "RX"}, {quiet: n} counts instead of telling, {enquire: true},
// {deaf: true} leaves enquire_link unanswered, {unbind: true}, {cut: true}.
// An answer: {status, silent, cut, delay_ms, id, receipt: "tlv" | "text" | "both", state,
// before: true (the receipt goes out first), twice: true, err}.
"use strict";
const fs = require("fs");
const readline = require("readline");
const smpp = require("smpp");

const [user, password, key, cert] = process.argv.slice(2);
const tls = key ? { key: fs.readFileSync(key), cert: fs.readFileSync(cert) } : {};
const sessions = new Set();
let answers = [];
let always = {};
let bindStatus = 0;
let quiet = false;
let deaf = false;
let count = 0;
let lastId = 0;

const tell = (event, facts) => process.stdout.write(JSON.stringify({ event, ...facts }) + "\n");
const hex = (octets) => (Buffer.isBuffer(octets) ? octets.toString("hex") : octets);

// SMPP 3.4, 5.2.28.
const STATES = {
  ENROUTE: 1, DELIVRD: 2, EXPIRED: 3, DELETED: 4, UNDELIV: 5, ACCEPTD: 6, UNKNOWN: 7, REJECTD: 8,
};

// SMPP 3.4, appendix B: the text that most SMSCs write.
function receipt(pdu, id, answer) {
  const state = answer.state || "DELIVRD";
  const facts = {
    source_addr: pdu.destination_addr, source_addr_ton: 1, source_addr_npi: 1,
    destination_addr: pdu.source_addr, esm_class: 0x04, data_coding: 0,
  };
  if (answer.receipt !== "tlv") {
    const err = answer.err || (state === "DELIVRD" ? "000" : "001");
    const text = `id:${id} sub:001 dlvrd:001 submit date:2611221602 done date:2611221603 ` +
      `stat:${state} err:${err} text:Kervan`;
    facts.short_message = { message: text };
  }
  if (answer.receipt !== "text") {
    facts.receipted_message_id = id;
    facts.message_state = STATES[state];
    if (answer.err) facts.network_error_code = Buffer.from([3, 0, Number(answer.err)]);
  }
  return facts;
}

function deliver(facts, only) {
  for (const one of sessions) {
    if (one.kind === "TX" || (only && one.kind !== only)) continue;
    one.deliver_sm(facts, (answer) => tell("heard", { status: answer.command_status }));
    return;
  }
  tell("nobody", {});
}

function seen(pdu) {
  const { udh, message } = pdu.short_message || {};
  return {
    text: Buffer.isBuffer(message) ? undefined : message,
    udh: (udh || []).map(hex), source: pdu.source_addr, source_ton: pdu.source_addr_ton,
    source_npi: pdu.source_addr_npi, to: pdu.destination_addr, to_ton: pdu.dest_addr_ton,
    to_npi: pdu.dest_addr_npi, esm_class: pdu.esm_class, data_coding: pdu.data_coding,
    registered: pdu.registered_delivery, validity: pdu.validity_period,
    priority: pdu.priority_flag, service_type: pdu.service_type,
    sar: [pdu.sar_msg_ref_num, pdu.sar_total_segments, pdu.sar_segment_seqnum],
    payload: pdu.message_payload && (pdu.message_payload.message || hex(pdu.message_payload)),
  };
}

function submitted(session, pdu) {
  const answer = answers.shift() || always;
  const id = answer.id || `smsc-${++lastId}`;
  count += 1;
  if (!quiet) tell("submit", { id, ...seen(pdu) });
  const report = () => {
    for (let time = 0; time < (answer.twice ? 2 : 1); time += 1) deliver(receipt(pdu, id, answer));
  };
  if (answer.cut) return session.destroy();
  if (answer.silent) return undefined;
  const status = answer.status || 0;
  const reply = () => {
    if (answer.receipt && answer.before) report();
    session.send(pdu.response({ command_status: status, message_id: status ? "" : id }));
    if (answer.receipt && !answer.before) report();
  };
  if (answer.delay_ms) setTimeout(reply, answer.delay_ms);
  else reply();
  return undefined;
}

function bound(session, kind, pdu) {
  const good = pdu.system_id === user && pdu.password === password;
  const status = bindStatus || (good ? 0 : smpp.ESME_RBINDFAIL);
  session.send(pdu.response({ command_status: status, system_id: "smsc" }));
  tell("bind", { kind, status, version: pdu.interface_version, system_type: pdu.system_type });
  if (status) return session.close();
  session.kind = kind;
  sessions.add(session);
  return undefined;
}

const server = smpp.createServer(tls, (session) => {
  session.on("error", () => session.destroy());
  session.on("close", () => sessions.delete(session) && tell("closed", { kind: session.kind }));
  session.on("bind_transceiver", (pdu) => bound(session, "TRX", pdu));
  session.on("bind_transmitter", (pdu) => bound(session, "TX", pdu));
  session.on("bind_receiver", (pdu) => bound(session, "RX", pdu));
  session.on("submit_sm", (pdu) => {
    if (session.kind === "TRX" || session.kind === "TX") submitted(session, pdu);
    else session.send(pdu.response({ command_status: smpp.ESME_RINVBNDSTS }));
  });
  session.on("enquire_link", (pdu) => {
    if (!deaf) session.send(pdu.response());
    tell("enquire", {});
  });
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
    tell("unbind", { kind: session.kind });
  });
});
server.on("error", (error) => tell("error", { text: String(error) }));
server.listen(0, "127.0.0.1", () => tell("listening", { port: server.address().port }));

readline.createInterface({ input: process.stdin }).on("line", (line) => {
  const order = JSON.parse(line);
  if (order.answers) answers.push(...order.answers);
  if (order.always) always = order.always;
  if ("bind" in order) bindStatus = order.bind;
  if ("deaf" in order) deaf = order.deaf;
  if ("quiet" in order) quiet = order.quiet;
  if (order.count) tell("count", { count });
  if (order.deliver) {
    const facts = { ...order.deliver };
    if (facts.udh) {
      const body = Buffer.from(facts.hex, "hex");
      facts.short_message = { udh: Buffer.from(facts.udh, "hex"), message: body };
    } else if (facts.hex) facts.short_message = { message: Buffer.from(facts.hex, "hex") };
    delete facts.udh;
    delete facts.hex;
    deliver(facts, order.to);
  }
  for (const one of sessions) {
    if (order.enquire) one.enquire_link(() => tell("alive", { kind: one.kind }));
    if (order.unbind) one.unbind();
    if (order.cut) one.destroy();
  }
}).on("close", () => process.exit(0));
