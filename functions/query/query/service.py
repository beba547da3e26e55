"""Which answer a request gets: from memory, or from the database and then kept."""

from __future__ import annotations

from functools import partial
from time import perf_counter

from query import contract
from query.answers import Answer
from query.cache import Cache, Key
from query.compression import compress
from query.connecting import Connector
from query.contract import Route
from query.database import Database
from query.errors import NoSuchRoute, NotAcceptable, Overloaded, Unavailable
from query.formats import FORMATS
from query.gauges import gauges
from query.metrics import CONTENT_TYPE, Metrics
from query.negotiation import Wanted
from query.pages import Page
from query.reads import STREAMED, Reads, refuse_older
from query.refreshing import Refresher
from query.settings import Settings
from query.site import Site
from query.status import NOT_CACHED, status
from query.versions import Versions, is_older


class Service:
    """Answers reads; one for each process. Everything happens on the event loop that `start` ran on."""

    def __init__(self, settings: Settings) -> None:
        self.contract = contract.load()
        self.cache = Cache(settings.cache_bytes_max)
        self.metrics = Metrics()
        self._connector = Connector(settings.database_url, settings.statement_ms_max)
        self.database = Database(self._connector, settings.limits)
        self.versions = Versions(Database(self._connector, settings.limits_of_poll), settings.poll_ms)
        self._site = Site(settings.picture_origins)
        self._reads = Reads(self.database, settings.statement_ms_max)
        self._refresher = Refresher(self.cache, self._renew, self.is_current)

    def start(self) -> None:
        """Begin to connect and to follow the data version."""
        self.versions.on_change = self._refresher.start
        self.database.start()
        self.versions.start()

    def kept(self, key: Key, seen: str | None = None) -> Answer | None:
        """The answer in memory, of any data version, but for those before the ETag `seen`.

        No parsing, no routing, no database. One that is not current is better than none, and goes out marked.
        """
        answer = self.cache.get(key)
        return None if answer is None or is_older(answer.version, seen) else answer

    def is_current(self, answer: Answer) -> bool:
        """Whether it is of the last data version that is known, or none newer can be known."""
        current = self.versions.current
        return current is None or answer.version == current.label or self.versions.is_stale

    def turned_away(self, key: Key, coming: int) -> str:
        """The operation of who would wait too long behind `coming` others, told before any work; "" to who is let in."""
        operation = self.operation(key.path) if self.database.turns_away(coming) else ""
        return operation if operation in self._reads.operations else ""

    def operation(self, path: str) -> str:
        """The operation of a path, "" where there is none."""
        try:
            return self.contract.match(path)[0].operation
        except NoSuchRoute:
            return ""

    async def answer(self, key: Key, seen: str | None = None) -> Answer:
        """The answer to GET path?query (path decoded, query as sent), no older than the ETag `seen`.

        Raises Problem.
        """
        route, path_value = self.contract.match(key.path)
        if route.operation not in self._reads.operations:
            return await self._about_itself(route, path_value, key)
        try:
            answer = await self.cache.once(key, partial(self._compute, key, route, path_value))
            refuse_older(answer.version, seen)
            if answer.goes_on:
                values, form = route.given(path_value, key.query), FORMATS[_chosen(route, key.wanted)]
                page = Page(key.path, values, form)
                return await self._reads.stream(page, answer, key.wanted.coding)
        except Unavailable:
            older = self.kept(key, seen)
            if older is None:
                raise
            return older
        return answer

    async def _renew(self, key: Key) -> Answer:
        return await self.cache.once(key, partial(self._compute, key, *self.contract.match(key.path)))

    async def _compute(self, key: Key, route: Route, path_value: str | None) -> Answer:
        if self.database.turns_away():
            raise Overloaded
        media_type, values = _chosen(route, key.wanted), route.given(path_value, key.query)
        if media_type not in STREAMED:
            values = {**route.defaults, **values}
        started = perf_counter()
        answer = await self._reads.operations[route.operation](key.path, values, media_type)
        answered = perf_counter()
        answer.route, answer.read = route.operation, (started, answered)
        await compress(answer, key.wanted.coding)
        encoded = perf_counter()
        database_ms, encode_ms = (answered - started) * 1000, (encoded - answered) * 1000
        answer.timing = f"cache;desc=miss, db;dur={database_ms:.2f}, encode;dur={encode_ms:.2f}"
        if answer.version is not None:
            self.versions.observe(answer.version)
            before = self.cache.get(key)
            answer.uses = before.uses // 2 if before is not None else 0
            if not answer.goes_on:
                self.cache.put(key, answer)
        return answer

    def is_marked(self, answer: Answer) -> bool:
        """Whether an answer may be behind the database, and has to say so."""
        if answer.version is None:
            return False
        current = self.versions.current
        return self.versions.is_stale or (current is not None and is_older(answer.version, current.label))

    async def _about_itself(self, route: Route, path_value: str | None, key: Key) -> Answer:
        # A page's query string is its own: it asks the API, which examines what it is asked.
        given = {} if self._site.has(route.operation) else route.given(path_value, key.query)
        if self._site.has(route.operation):
            answer = await self._site.page(route.operation, key.wanted.coding)
        elif route.operation == "getAsset":
            answer = await self._site.asset(given["file"], key.wanted.coding)
        elif route.operation == "getContractJson":
            answer = Answer(200, contract.as_json(self.contract), headers=[("Cache-Control", "no-cache")])
        elif route.operation == "getContractYaml":
            answer = Answer(200, contract.as_yaml(), "application/yaml", [("Cache-Control", "no-cache")])
        elif route.operation == "getMetrics":
            answer = Answer(
                200,
                self.metrics.text(gauges(self.database, self.cache, self.versions)),
                CONTENT_TYPE,
                list(NOT_CACHED),
            )
        else:
            answer = status(route.operation, self.versions)
        answer.route = route.operation
        return answer

    async def close(self) -> None:
        """Let go of the database."""
        self._refresher.close()
        await self.versions.close()
        await self.database.close()
        self._connector.close()


def _chosen(route: Route, wanted: Wanted) -> str:
    """The media type that the caller likes best of those that the route gives. Raises NotAcceptable."""
    for media_type in wanted.media_types:
        if media_type in route.media_types:
            return media_type
    raise NotAcceptable(route.media_types)
