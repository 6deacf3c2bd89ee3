"""What a worker does every so often: consent mails, erasures, signatures, what is kept too long."""

from clickhouse_connect.driver.client import Client

from kervan.app import notices
from kervan.app.housekeeper import Chore
from kervan.app.sampler import Sampler
from kervan.collect import store
from kervan.commerce.catalogue import rank
from kervan.consent import ledger, verify
from kervan.delivery import confirmations, slots
from kervan.delivery.mail import reports
from kervan.delivery.pacing import warm_up
from kervan.delivery.spend import report
from kervan.delivery.tasks import expire
from kervan.journeys.decided import carry
from kervan.journeys.effects import once
from kervan.journeys.entry.catalogue import Catalogue
from kervan.journeys.entry.dates import Dates
from kervan.journeys.entry.keywords import Keywords
from kervan.journeys.entry.schedule import Schedules
from kervan.journeys.entry.tidy import tidy as tidy_entries
from kervan.journeys.facts.experiments import Experiments
from kervan.kernel import clock
from kervan.kernel.config import Config
from kervan.kernel.crypto import Vault
from kervan.kernel.postgres import Connection
from kervan.onsite import inbox
from kervan.privacy import erase, retention, unload
from kervan.profiles import search
from kervan.segments.definitions import lists
from kervan.segments.rfm import refresh
from kervan.web.pages import mails


def of_a_house(config: Config, vault: Vault, history: Client) -> list[Chore]:
    """The chores of one workspace; `history` is for them alone."""
    keys = vault.workspace(config.workspace)
    shop = confirmations.House.of(config)
    zone = config.timezone
    schedules, dates, experiments = Schedules(zone), Dates(zone), Experiments(zone)
    keywords, catalogue = Keywords(), Catalogue(zone)
    crowd = notices.Crowd()
    sampler = Sampler(vault, config.workspace)
    mailbox = mails.folder_of(config.data)
    place = erase.Place(vault, config.workspace, config.replay_days, mailbox)

    def make_findable(conn: Connection, _: int) -> bool:
        store.lock_resolving(conn, store.workspace_id(conn, config.workspace))
        return search.step(conn, keys)

    def tidy_mail(conn: Connection, at_ms: int) -> None:
        reports.tidy(conn, clock.from_ms(at_ms))
        warm_up.tidy(conn, clock.from_ms(at_ms))

    def score(conn: Connection, at_ms: int) -> bool:
        number = store.workspace_id(conn, config.workspace)
        found = refresh.plan(conn, history, number, config.timezone, at_ms)
        if found is None:
            return False
        conn.commit()  # told before it is written: what is told twice counts once
        refresh.write(history, found)
        refresh.done(conn, found)
        return bool(found.marks)

    return [
        Chore("decided", 2, lambda conn, _: carry.step(conn, history)),
        Chore("score", 5, score),
        Chore("confirm", 1, lambda conn, at_ms: confirmations.step(conn, keys, shop, at_ms)),
        Chore("erase", 1, lambda conn, at: erase.step(conn, history, place, clock.from_ms(at))),
        Chore("find", 5, make_findable),
        Chore("lists", 1, lambda conn, _: lists.step(conn, history)),
        Chore("bind", 600, lambda conn, _: ledger.step(conn, keys)),
        Chore("sign", 60, lambda conn, at_ms: verify.step(conn, keys, at_ms)),
        Chore("tasks", 5, lambda conn, at: expire.step(conn, clock.from_ms(at))),
        Chore("spend", 5, lambda conn, at: report.step(conn, zone, clock.from_ms(at))),
        Chore("schedules", 0.5, lambda conn, at: schedules.step(conn, history, at)),
        Chore("dates", 5, lambda conn, at: dates.step(conn, history, at)),
        Chore("keywords", 1, keywords.step),
        Chore("catalogue", 1, lambda conn, at: catalogue.step(conn, history, at)),
        Chore("entries", 600, tidy_entries),
        Chore("passages", 600, lambda conn, at: once.tidy(conn, clock.from_ms(at))),
        Chore("notices", 60, lambda conn, at: notices.step(conn, keys, config, at, crowd)),
        Chore("learn", 300, lambda conn, at: experiments.step(conn, history, at)),
        Chore("inbox", 600, lambda conn, at: inbox.expire(conn, clock.from_ms(at))),
        Chore("mail", 600, tidy_mail),
        Chore("rank", 3600, lambda conn, at_ms: rank.step(conn, history, at_ms)),
        Chore("places", 600, lambda conn, at: slots.tidy(conn, clock.from_ms(at))),
        Chore("sample", 1, sampler.step),
        Chore("unload", 1, lambda conn, at: unload.step(conn, history, place, clock.from_ms(at))),
        Chore("retain", 600, lambda conn, at_ms: retention.step(conn, history, at_ms)),
    ]
