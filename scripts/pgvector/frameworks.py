"""Makes tables by the frameworks' own packages, or searches in them: frameworks.py ADDRESS make|search. Prints JSON: per framework, what it found.

Packages: langchain-postgres, llama-index-vector-stores-postgres, vecs.
"""

import hashlib
import json
import sys
import uuid

from langchain_core.documents import Document
from langchain_core.embeddings import Embeddings

address, step = sys.argv[1:]
dimension = 8
texts = ["alpha text", "beta text", "gamma text"]
question = "portage text"


def embed(text):
    return [byte / 255 - 0.5 for byte in hashlib.sha256(text.encode()).digest()[:dimension]]


class Hashed(Embeddings):
    def embed_documents(self, texts):
        return [embed(text) for text in texts]

    def embed_query(self, text):
        return embed(text)


def with_driver():
    return address.replace("postgresql://", "postgresql+psycopg://")


def documents():
    return [Document(text, metadata={"number": number}) for number, text in enumerate(texts)]


def langchain():
    from langchain_postgres import PGVector

    store = PGVector(embeddings=Hashed(), collection_name="handbook", connection=with_driver(), use_jsonb=True)
    if step == "make":
        store.add_documents(documents(), ids=["h0", "h1", "h2"])
        return []
    return [{"id": found.id, "text": found.page_content} for found in store.similarity_search(question, k=1)]


def langchain_store():
    from langchain_postgres import PGEngine, PGVectorStore

    engine = PGEngine.from_connection_string(url=with_driver())
    if step == "make":
        engine.init_vectorstore_table(table_name="handbook_v2", vector_size=dimension)
    store = PGVectorStore.create_sync(engine=engine, table_name="handbook_v2", embedding_service=Hashed())
    if step == "make":
        store.add_documents(documents(), ids=[str(uuid.UUID(int=number + 1)) for number in range(3)])
        return []
    return [{"id": found.id, "text": found.page_content} for found in store.similarity_search(question, k=1)]


def llama_index():
    import psycopg
    from llama_index.core.schema import TextNode
    from llama_index.core.vector_stores.types import VectorStoreQuery
    from llama_index.vector_stores.postgres import PGVectorStore
    from sqlalchemy.engine import make_url

    url = make_url(address)
    store = PGVectorStore.from_params(
        host=url.host,
        port=str(url.port),
        database=url.database,
        user=url.username,
        password=url.password or "",
        table_name="nodes",
        embed_dim=dimension,
    )
    if step == "make":
        store.add([TextNode(text=text, id_=f"n{number}", embedding=embed(text)) for number, text in enumerate(texts)])
        # Its table has none, and Portage refuses to write to it without one.
        with psycopg.connect(address, autocommit=True) as connection:
            connection.execute('CREATE UNIQUE INDEX ON "data_nodes" ("node_id")')
        return []
    found = store.query(VectorStoreQuery(query_embedding=embed(question), similarity_top_k=1))
    return [{"id": key, "text": node.get_content()} for key, node in zip(found.ids, found.nodes)]


def supabase_vecs():
    import vecs

    collection = vecs.create_client(address).get_or_create_collection(name="papers", dimension=dimension)
    if step == "make":
        collection.upsert(records=[(f"p{n}", embed(text), {"text": text}) for n, text in enumerate(texts)])
        return []
    found = collection.query(data=embed(question), limit=1, include_metadata=True)
    return [{"id": key, "text": metadata["text"]} for key, metadata in found]


def enabled():
    import psycopg

    with psycopg.connect(address, autocommit=True) as connection:
        connection.execute("CREATE EXTENSION IF NOT EXISTS vector")


enabled()
frameworks = {
    "LangChain PGVector": langchain,
    "LangChain PGVectorStore": langchain_store,
    "LlamaIndex": llama_index,
    "vecs": supabase_vecs,
}
print(json.dumps({name: asked() for name, asked in frameworks.items()}))
