"""All movies that match, however many: read in batches of one snapshot, sent as they are read."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from query import statements
from query.compression import Packer
from query.database import Database
from query.formats import encode
from query.pages import Page
from query.statements import Found

# Movies read at once; each has about 1 KB.
BATCH = 500
# One snapshot for all batches. A caller that takes none for this long loses the session.
BEGIN = (
    "SET idle_in_transaction_session_timeout = '30s'",
    "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
)


async def batches(database: Database, page: Page, seconds_max: float) -> AsyncGenerator[Found, None]:
    """Each batch, the first one with the count that may be asked for. Raises Unavailable."""
    async with database.stream() as session:
        for text in BEGIN:
            await session.execute(text, (), seconds_max)
        after, count = page.after, bool(page.values.get("count"))
        while True:
            rows = await session.run(*page.statement(BATCH, after, count=count), seconds_max)
            found = statements.found(rows, BATCH)
            yield found
            after, count = found.last, False
            if after is None:
                return


class Stream:
    """The bytes that go out, a batch at a time; the end of the batches is the end of the movies."""

    def __init__(self, first: Found, rest: AsyncGenerator[Found, None], page: Page, coding: str) -> None:
        self._rest = rest
        self._chunks = _chunks(first, rest, page, Packer(coding))

    def __aiter__(self) -> Stream:
        return self

    async def __anext__(self) -> bytes:
        return await anext(self._chunks)

    async def aclose(self) -> None:
        """Let go of the database, wherever the stream is."""
        await self._chunks.aclose()
        await self._rest.aclose()


async def _chunks(
    first: Found, rest: AsyncGenerator[Found, None], page: Page, packer: Packer
) -> AsyncGenerator[bytes, None]:
    form, fields = page.form, page.fields
    yield await packer.pack(form.head(fields) + await encode(form, first.documents, fields))
    async for found in rest:
        if found.documents:
            yield await packer.pack(await encode(form, found.documents, fields))
    if end := packer.end():
        yield end
