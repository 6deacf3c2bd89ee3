// The bench's SMSC on npm's `smpp`: takes every message and reports it delivered at once.
"use strict";
const smpp = require(process.argv[2]);
let last = 0;

const server = smpp.createServer((session) => {
  session.on("error", () => session.destroy());
  for (const kind of ["bind_transceiver", "bind_transmitter", "bind_receiver"]) {
    session.on(kind, (pdu) => session.send(pdu.response({ system_id: "bench" })));
  }
  session.on("enquire_link", (pdu) => session.send(pdu.response()));
  session.on("submit_sm", (pdu) => {
    const id = `bench-${++last}`;
    session.send(pdu.response({ message_id: id }));
    session.deliver_sm({
      source_addr: pdu.destination_addr, destination_addr: pdu.source_addr, esm_class: 4,
      receipted_message_id: id, message_state: 2,
    });
  });
  session.on("unbind", (pdu) => {
    session.send(pdu.response());
    session.close();
  });
});
server.listen(0, "127.0.0.1", () => process.stdout.write(`${server.address().port}\n`));
process.stdin.on("close", () => process.exit(0)).resume();
