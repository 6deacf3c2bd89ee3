"""The mailbox speaks SMTP well enough for a pipelining sender and loses no letter of a mail."""

import asyncio
import smtplib
from email.message import EmailMessage
from pathlib import Path

from kervan.demo import mailbox
from kervan.demo.mailbox import Mail, Mailbox


async def _exchange(port: int, *chunks: bytes) -> bytes:
    """Send `chunks` as they are and read until the server hangs up."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    for chunk in chunks:
        writer.write(chunk)
        await writer.drain()
    answer = await reader.read()
    writer.close()
    await writer.wait_closed()
    return answer


def test_a_real_client_delivers_and_dots_survive(tmp_path: Path) -> None:
    mails: list[Mail] = []

    def send(port: int) -> None:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = "a@x.test", "ü@x.test", "İğne, ə"
        message.set_content(".one dot\n..two dots\nçay\n")
        with smtplib.SMTP("127.0.0.1", port, timeout=10) as client:
            client.send_message(message, to_addrs=["u@x.test", "v@x.test"])

    async def story() -> None:
        box = Mailbox(tmp_path, mails.append)
        port = await box.start()
        await asyncio.to_thread(send, port)
        await box.stop()

    asyncio.run(story())
    (mail,) = mails
    assert mail.recipients == ("u@x.test", "v@x.test")
    assert b"\r\n.one dot\r\n..two dots\r\n" in mail.raw
    assert (tmp_path / "000001.eml").read_bytes() == mail.raw


def test_pipelined_mails_and_wrong_orders_are_answered_one_by_one(tmp_path: Path) -> None:
    async def story() -> bytes:
        box = Mailbox(tmp_path)
        port = await box.start()
        answer = await _exchange(
            port,
            b"EHLO x\r\nDATA\r\nRCPT TO:<a@b>\r\nMAIL FROM:<>\r\nRCPT TO:<nobody>\r\n"
            b"RCPT TO:<a@b>\r\nDATA\r\n",
            b"Subject: 1\r\n\r\nx\n.\ny\r\n.\r\nMAIL FROM:<q@b>\r\nRSET\r\nBOO\r\nQUIT\r\n",
        )
        await box.stop()
        return answer

    codes = [line[:4] for line in asyncio.run(story()).splitlines()]
    assert codes == [
        b"220 ",
        b"250-",
        b"250-",
        b"250-",
        b"250-",
        b"250-",
        b"250 ",
        b"503 ",
        b"503 ",
        b"250 ",
        b"501 ",
        b"250 ",
        b"354 ",
        b"250 ",
        b"250 ",
        b"250 ",
        b"502 ",
        b"221 ",
    ]
    # a bare line feed never ends a mail: that is how mails are smuggled
    assert (tmp_path / "000001.eml").read_bytes() == b"Subject: 1\r\n\r\nx\n.\ny\r\n"


def test_only_the_latest_mails_stay_and_numbers_go_on(tmp_path: Path) -> None:
    box = Mailbox(tmp_path)
    for _ in range(mailbox.KEPT + 3):
        box.keep("a@b", ("c@d",), b"x")
    assert len(list(tmp_path.glob("*.eml"))) == mailbox.KEPT

    async def again() -> int:
        fresh = Mailbox(tmp_path)
        await fresh.start()
        await fresh.stop()
        return fresh.received

    assert asyncio.run(again()) == mailbox.KEPT + 3
