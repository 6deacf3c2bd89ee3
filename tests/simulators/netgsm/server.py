"""Netgsm's REST v2 as its own packages describe it, on a real socket.

Sources, named at each rule: `py` github.com/netgsm/netgsm-sms-python (sms_service.py,
api_exception.py, README.md), `js` github.com/netgsm/netgsm-sms-js (enums.ts, openapi.json).
A simulator: it stands for Netgsm in tests and shares no code with Kervan.
"""

import base64
import itertools
import json
import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.simulators.http import Call, Reply, Simulator

ISTANBUL = timezone(timedelta(hours=3))
REPORTS_A_MINUTE = 10  # py, NETGSM_REPORT_ERROR_CODES 80
JOBS_OF_A_NUMBER_A_MINUTE = 20  # py, NETGSM_SEND_SMS_ERROR_CODES 85
MOST_CHARACTERS = 917
TURKISH = set("ŞşĞğçıİ")
FIELDS = {
    "msgheader", "messages", "encoding", "startdate", "stopdate", "iysfilter", "partnercode",
    "appname",
}  # fmt: skip  # py, SmsService.send


@dataclass
class Job:
    """A message that was taken. `status` by js, SmsStatus: 0 pending, 1 sent, …"""

    id: str
    number: str
    text: str
    filter: str
    at: datetime
    status: int = 0
    error: int = 0

    def as_json(self) -> dict[str, Any]:
        """js, ReportResponse."""
        told: dict[str, Any] = {
            "jobid": self.id, "number": self.number, "status": self.status, "operator": 30,
            "msglen": 1,
        }  # fmt: skip
        if self.status:
            told |= {"deliveredDate": _dotted(self.at), "errorCode": self.error}
        return told


class Netgsm(Simulator):
    """One account; `now` is its clock."""

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self.now = now
        self.username, self.password = "8501234567", "geheim"
        self.headers = ["MAGAZA"]
        self.can_iys, self.has_brand = True, True
        self.most_a_minute = 1_000
        self.blacklist: set[str] = set()
        self.no_consent: set[str] = set()
        self.jobs: list[Job] = []
        self.inbox: list[dict[str, Any]] = []
        self._numbers = itertools.count(17_377_215_342_605_050_417_149_344)
        self._asked: deque[datetime] = deque()

    def answer(self, call: Call) -> Reply:
        """One call."""
        pair = base64.b64encode(f"{self.username}:{self.password}".encode()).decode()
        split = urlsplit(call.target)
        if call.headers.get("authorization") != f"Basic {pair}":
            return _say("30", 406)
        if (call.method, split.path) == ("GET", "/sms/rest/v2/inbox"):
            return self._inbox(parse_qs(split.query))
        if call.headers.get("content-type") != "application/json":
            return _say("70", 406)
        try:
            body = json.loads(call.body)
        except ValueError:
            return _say("70", 406)
        if split.path == "/sms/rest/v2/send":
            return self._send(body)
        if split.path == "/sms/rest/v2/report":
            return self._report(body)
        return Reply(404, b"<html>not found</html>")

    def settle(self, status: int, error: int = 0) -> None:
        """The end of everything that waits."""
        for one in self.jobs:
            if one.status == 0:
                one.status, one.error = status, error

    def _send(self, body: dict[str, Any]) -> Reply:
        messages = body.get("messages")
        if set(body) - FIELDS or not isinstance(messages, list) or not messages:
            return _say("70", 406)
        if body.get("iysfilter", "0") not in ("0", "11", "12"):
            return _say("70", 406)
        if body.get("msgheader") not in self.headers:
            return _say("40", 406)
        if body.get("iysfilter", "0") != "0" and not self.can_iys:
            return _say("50", 406)
        if body.get("iysfilter", "0") != "0" and not self.has_brand:
            return _say("51", 406)
        code = next((code for code in map(self._fault, messages) if code), "")
        if code:
            return _say(code, 406)
        if any(TURKISH & set(one["msg"]) for one in messages) and body.get("encoding") not in (
            "tr", "TR",
        ):  # fmt: skip
            return _say("20", 406)
        name = str(next(self._numbers))
        for one in messages:
            self._take(name, body, one)
        return _say("00", 200, jobid=name)

    def _fault(self, one: dict[str, Any]) -> str:
        if set(one) - {"msg", "no"} or not one.get("msg") or not one.get("no"):
            return "70"
        if len(one["msg"]) > MOST_CHARACTERS or not _writable(one["msg"]):
            return "20"
        if not re.fullmatch(r"(90|0)?5\d{9}|00[1-9]\d{6,14}", one["no"]):
            return "70"
        lately = [job for job in self.jobs if self.now() - job.at < timedelta(minutes=1)]
        if len(lately) >= self.most_a_minute:
            return "80"
        same = [job for job in lately if job.number == one["no"]]
        return "85" if len(same) >= JOBS_OF_A_NUMBER_A_MINUTE else ""

    def _take(self, name: str, body: dict[str, Any], one: dict[str, Any]) -> None:
        number, text = one["no"], one["msg"]
        recent = self.now() - timedelta(hours=1)
        twice = any(
            job.number == number and job.text == text and job.at > recent for job in self.jobs
        )
        commercial = body.get("iysfilter", "0") != "0"
        status = 0
        if twice:  # js, SmsStatus.DUPLICATE
            status = 13
        elif number in self.blacklist:
            status = 15
        elif commercial and number in self.no_consent:
            status = 16
        job = Job(name, number, text, body.get("iysfilter", "0"), self.now(), status)
        self.jobs.append(job)

    def _report(self, body: dict[str, Any]) -> Reply:
        now = self.now()
        while self._asked and now - self._asked[0] >= timedelta(minutes=1):
            self._asked.popleft()
        if len(self._asked) >= REPORTS_A_MINUTE:
            return _say("80", 406)
        self._asked.append(now)
        try:  # js, ReportRequest: both are required
            first, last = _read(body["startdate"]), _read(body["stopdate"])
        except (KeyError, ValueError):
            return _say("70", 406)
        size, page = int(body.get("pagesize", 100)), int(body.get("pagenumber", 0))
        if not 1 <= size <= 100 or page < 0:
            return _say("70", 406)
        wanted = set(body.get("jobids") or [])
        rows = [
            one.as_json() for one in self.jobs
            if first <= one.at <= last and (not wanted or one.id in wanted)
        ][page * size : (page + 1) * size]  # fmt: skip
        return _say("00", 200, jobs=rows) if rows else _say("60", 406, jobs=None)

    def _inbox(self, query: dict[str, list[str]]) -> Reply:
        first = query.get("startdate", [""])[0]
        last = query.get("stopdate", [""])[0]
        assert first and last, "without dates a text is shown once and never again"
        if not re.fullmatch(r"\d{14}", first) or not re.fullmatch(r"\d{14}", last):
            return _say("70", 406)
        rows = [one for one in self.inbox if _sorted(first) <= _stamp(one) <= _sorted(last)]
        return _say("00", 200, messages=rows) if rows else _say("40", 406)


def _writable(text: str) -> bool:
    """No Unicode: Latin-1 and the Turkish letters stand for what operators take."""
    return all(char in TURKISH or char in "€\n" or " " <= char <= "ÿ" for char in text)


def _say(code: str, status: int, **more: Any) -> Reply:
    told = {"code": code, "description": "success" if code == "00" else "hata", **more}
    return Reply(status, json.dumps(told).encode(), {"Content-Type": "application/json"})


def _dotted(at: datetime) -> str:
    return at.astimezone(ISTANBUL).strftime("%d.%m.%Y %H:%M:%S")


def _read(text: str) -> datetime:
    return datetime.strptime(text + " +0300", "%d.%m.%Y %H:%M:%S %z")


def _sorted(stamp: str) -> str:
    return stamp[4:8] + stamp[2:4] + stamp[:2] + stamp[8:]


def _stamp(row: dict[str, Any]) -> str:
    return _sorted(re.sub(r"\D", "", row["datetime"]))
