"""The PostgreSQL of the tests is real, and each test has a database of its own."""

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.ext.asyncio import create_async_engine


async def test_a_query_is_answered_through_sqlalchemy_and_psycopg(fresh_postgres):
    engine = create_async_engine(fresh_postgres)
    async with engine.begin() as connection:
        await connection.execute(text("CREATE TABLE words (word text)"))
        await connection.execute(text("INSERT INTO words VALUES ('médiation')"))
        found = await connection.scalar(text("SELECT word FROM words WHERE length(word) = 9"))
    await engine.dispose()
    assert found == "médiation"


async def test_a_fresh_database_is_empty_whatever_another_test_did(fresh_postgres, postgres_url):
    assert fresh_postgres != postgres_url
    engine = create_async_engine(fresh_postgres)
    async with engine.connect() as connection:
        tables = await connection.scalar(text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
    await engine.dispose()
    assert tables == 0


def test_a_wrong_password_is_refused(postgres):
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(f"host=127.0.0.1 port={postgres.port} user=entente password=wrong dbname=postgres")


def test_a_dropped_database_ends_its_open_sessions(postgres):
    with postgres.new_database() as name:
        left_open = postgres.connect(name)
    with pytest.raises(psycopg.OperationalError):
        left_open.execute("SELECT 1")
    left_open.close()
