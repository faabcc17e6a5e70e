"""Asks PostgreSQL with pgvector for vector_search.py, and is copied beside it by an application that has a side there.

`vector-search-pgvector.ts` is the same in TypeScript. Without dependencies: the application brings its own connection.
See docs/guides/cut-over.md.
"""

import json


def ask_pgvector(run):
    """For VectorSearch(pgvector=...). The statement is such that the index that Portage built serves it.

    run: (statement, values) -> rows as (id, distance, metadata); the statement has %s, as psycopg takes it, such as
        lambda text, values: connection.execute(text, values).fetchall(), of a connection with autocommit
    """

    def ask(backend, question):
        place = backend["sql"]
        if not place:
            raise ValueError("The switch file says nothing of the table")
        # A table without namespaces holds records without one: what another one asks for isn't there.
        if place["namespace"] is None and not place.get("namespaceKey") and question["namespace"]:
            return []
        hits = []
        for record, away, held in run(*_statement(place, question)):
            read = held if isinstance(held, dict) else json.loads(held or "{}")
            hits.append((str(record), 1 - away if backend["metric"] == "cosine" else -away, read))
        return hits

    return ask


def _statement(place, question):
    key, within, vector = place.get("namespaceKey"), place.get("within"), json.dumps(question["vector"])
    kind = place["cast"] or "vector"
    column = _quoted(place["column"]) + (f"::{place['cast']}" if place["cast"] else "")
    distance = f"{column} {place['operator']} %s::{kind}"
    metadata = "to_jsonb(t)" if place["metadata"] is None else f"t.{_quoted(place['metadata'])}::jsonb"
    where, values = [f"{_quoted(place['column'])} IS NOT NULL"], []
    if place["namespace"] is not None:
        where.append(f"coalesce({_quoted(place['namespace'])}::text, '') = %s")
        values.append(question["namespace"])
    if key:
        where.append(f"coalesce({metadata} ->> %s::text, '') = %s")
        values += [key, question["namespace"]]
    if within:
        where.append(f"{_quoted(within['column'])} = %s::{within['type'].replace('%', '%%')}")
        values.append(within["value"])
    if question["filter"]:
        where.append(_filter_text(question["filter"], metadata, values))
    text = (
        f"SELECT {_quoted(place['id'])}::text AS id, ({distance})::float8 AS distance, (({metadata}) - %s::text)::text AS metadata"
        f" FROM {_quoted(place['schema'])}.{_quoted(place['table'])} t WHERE {' AND '.join(where)}"
        f" ORDER BY {distance} LIMIT {int(question['k'])}"
    )
    return text, [vector, place["column"], *values, vector]


def _quoted(name):
    # psycopg takes a lone % for a parameter.
    return '"' + name.replace('"', '""').replace("%", "%%") + '"'


_signs = {"$gt": ">", "$gte": ">=", "$lt": "<", "$lte": "<="}


def _filter_text(filter, metadata, values):
    """Filters as Pinecone and Chroma write them."""
    parts = []
    for key, wanted in filter.items():
        if key in ("$and", "$or"):
            inner = [_filter_text(one, metadata, values) for one in wanted]
            parts.append("(" + (" AND " if key == "$and" else " OR ").join(inner) + ")")
            continue
        rules = wanted if isinstance(wanted, dict) else {"$eq": wanted}
        parts.extend(_condition_text(key, rule, value, metadata, values) for rule, value in rules.items())
    return "(" + " AND ".join(parts) + ")" if parts else "true"


def _condition_text(key, rule, value, metadata, values):
    held = f"({metadata} -> %s::text)"

    def holds(one):
        values.extend([key, json.dumps(one)])
        return f"coalesce({held} @> %s::jsonb, false)"

    if rule == "$eq":
        return holds(value)
    if rule == "$ne":
        return f"NOT {holds(value)}"
    if rule in ("$in", "$nin"):
        any_of = " OR ".join(holds(one) for one in value) or "false"
        return f"({any_of})" if rule == "$in" else f"NOT ({any_of})"
    if rule not in _signs:
        raise ValueError(f"The filter {rule} isn't known")
    values.extend([key, key, value])
    return f"(CASE WHEN jsonb_typeof({held}) = 'number' THEN ({held})::text::numeric {_signs[rule]} %s::numeric ELSE false END)"
