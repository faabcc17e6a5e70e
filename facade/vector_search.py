"""Asks whichever store `portage switch` says: Pinecone, Chroma, or PostgreSQL with pgvector.

PostgreSQL takes `vector_search_pgvector.py` as well. Without dependencies, to be copied into an application;
`vector-search.ts` beside it is the same in TypeScript. See docs/guides/cut-over.md.

The file is looked at before each question and read again when it was replaced; a question that is under way ends on the
side that it began on, and a file that can't be read changes nothing, so that no request fails by a switch.
"""

import json
import math
import os
import random
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooLate
from datetime import datetime, timezone


class VectorSearch:
    """Answers questions from the active side. May be used by several threads at once.

    file: the path of ROUTE.json, as `portage switch` says
    embed: (text, backend) -> a list of floats, of the model that backend["model"] names
    pinecone: {"api_key": ..., "controller": "https://api.pinecone.io"}
    chroma: {"url": ..., "token": ..., "tenant": ..., "database": ...}
    pgvector: what ask_pgvector of vector_search_pgvector.py makes of the application's database
    shadow: {"log": path, "share": 1.0, "seconds": 5}: puts questions to the other side, too, behind the answer, and
        appends both answers to a file that `portage gate --queries` reads
    """

    def __init__(self, file, embed=None, pinecone=None, chroma=None, pgvector=None, text_key="text", seconds=10, shadow=None):
        self._path, self._embed, self._pinecone, self._chroma, self._pgvector = file, embed, pinecone, chroma, pgvector
        self._text_key, self._seconds, self._shadow = text_key, seconds, shadow
        self._lock, self._held, self._mark, self._known = threading.Lock(), None, None, {}
        self._behind = ThreadPoolExecutor(4) if shadow else None
        self._asking = ThreadPoolExecutor(4) if shadow else None
        self._under = []
        self._current()

    def search(self, text=None, vector=None, k=10, filter=None, namespace=""):
        """{"hits": [{"id", "score", "text", "metadata"}], "side", "backend", "generation", "ms"}.

        score: the higher the nearer, of every store: the cosine, the inner product, or minus the Euclidean distance.
        """
        if (text is None) == (vector is None):
            raise ValueError("Give text or vector")
        file = self._current()
        question = {"text": text, "vector": vector, "k": k, "filter": filter, "namespace": namespace}
        found = self._ask(file["active"], question, self._seconds)
        if self._shadow and random.random() < self._shadow.get("share", 1.0):
            with self._lock:
                self._under = [one for one in self._under if not one.done()]
                self._under.append(self._behind.submit(self._ask_other, file, question, found))
        active = file["active"]
        return {**found, "side": active["side"], "backend": active["backend"], "generation": file["generation"]}

    def settled(self):
        """Waits for shadow questions that are under way."""
        for one in list(self._under):
            one.result()

    def _current(self):
        """The file as it stands, read again when another one was put in its place."""
        try:
            state = os.stat(self._path)
            mark = (state.st_mtime_ns, state.st_ino, state.st_size)
            with self._lock:
                if self._held is None or mark != self._mark:
                    with open(self._path, encoding="utf-8") as opened:
                        read = json.load(opened)
                    if read.get("version") != 1 or not read.get("active") or not read.get("previous"):
                        raise ValueError(f"{self._path} isn't a switch file")
                    self._held, self._mark = read, mark
        except (OSError, ValueError):
            if self._held is None:
                raise
        return self._held

    def _ask(self, backend, question, seconds):
        began = time.perf_counter()
        vector = question["vector"]
        if vector is None:
            if self._embed is None:
                raise ValueError("Asking by text takes embed")
            vector = self._embed(question["text"], backend)
        ask = {"pinecone": self._ask_pinecone, "pgvector": self._ask_pgvector, "chromadb": self._ask_chroma}
        if backend["backend"] not in ask:
            raise ValueError(f"This file can't ask {backend['backend']}")
        asked = {**question, "vector": list(vector), "namespace": _called_there(backend, question["namespace"])}
        hits = ask[backend["backend"]](backend, asked, seconds)
        return {"hits": hits, "ms": (time.perf_counter() - began) * 1000}

    def _ask_other(self, file, question, found):
        active, other = file["active"], file["previous"]
        seconds = self._shadow.get("seconds", 5)
        told = {"side": other["side"]}
        # A vector is of one model: another model's side isn't asked with it.
        if question["vector"] is not None and other["model"] != active["model"]:
            told["error"] = "the other side is of another model"
        else:
            try:
                told = _shown(other, self._asking.submit(self._ask, other, question, seconds).result(timeout=seconds))
            except TooLate:
                told["error"] = "it took too long"
            except Exception as error:  # whatever it is, the application isn't to notice
                told["error"] = str(error)
        line = {"query": question["text"], "namespace": question["namespace"], "filter": question["filter"], "k": question["k"]}
        if question["text"] is None:
            line["vector"] = list(question["vector"])
        line = {key: value for key, value in line.items() if value is not None}
        line["at"] = datetime.now(timezone.utc).isoformat()
        line.update(generation=file["generation"], active=_shown(active, found), other=told)
        try:
            # One write of one line: several processes may share the file.
            with open(self._shadow["log"], "a", encoding="utf-8") as log:
                log.write(json.dumps(line, ensure_ascii=False) + "\n")
        except OSError:
            pass

    def _once(self, key, look):
        """Addresses of indexes and IDs of collections, which don't change while they stand."""
        if key not in self._known:
            self._known[key] = look()
        return self._known[key]

    def _ask_pinecone(self, backend, question, seconds):
        if not self._pinecone:
            raise ValueError("Asking Pinecone takes pinecone")
        controller = self._pinecone.get("controller", "https://api.pinecone.io")
        headers = {"api-key": self._pinecone["api_key"], "x-pinecone-api-version": "2025-04"}

        def look():
            name = _posted(f"{controller}/indexes/{backend['index']}", headers, seconds)["host"]
            return name if name.startswith("http") else f"https://{name}"

        host = self._once((controller, backend["index"]), look)
        body = {"vector": question["vector"], "topK": question["k"], "includeMetadata": True, "namespace": question["namespace"]}
        if question["filter"]:
            body["filter"] = question["filter"]
        hits = []
        for match in _posted(f"{host}/query", headers, seconds, body).get("matches", []):
            metadata, score = match.get("metadata") or {}, match["score"]
            if backend["metric"] == "euclidean":
                score = -math.sqrt(max(0, score))
            hits.append(self._hit(match["id"], score, metadata))
        return hits

    def _ask_chroma(self, backend, question, seconds):
        if not self._chroma:
            raise ValueError("Asking Chroma takes chroma")
        # A collection has no namespaces: what a named one asks for isn't there, and must not come from all of it.
        if question["namespace"]:
            return []
        given = self._chroma
        tenant, database = given.get("tenant", "default_tenant"), given.get("database", "default_database")
        base = f"{given['url'].rstrip('/')}/api/v2/tenants/{tenant}/databases/{database}/collections"
        token = given.get("token")
        headers = {"authorization": f"Bearer {token}", "x-chroma-token": token} if token else {}
        named = urllib.parse.quote(backend["index"], safe="")
        collection = self._once((base, backend["index"]), lambda: _posted(f"{base}/{named}", headers, seconds)["id"])
        body = {"query_embeddings": [question["vector"]], "n_results": question["k"]}
        body["include"] = ["distances", "documents", "metadatas"]
        if question["filter"]:
            body["where"] = question["filter"]
        answer = _posted(f"{base}/{collection}/query", headers, seconds, body)
        hits = []
        for at, record in enumerate(answer["ids"][0]):
            distance = answer["distances"][0][at]
            score = -math.sqrt(max(0, distance)) if backend["metric"] == "euclidean" else 1 - distance
            text = (answer.get("documents") or [[None] * (at + 1)])[0][at]
            hits.append(self._hit(record, score, answer["metadatas"][0][at] or {}, text))
        return hits

    def _ask_pgvector(self, backend, question, seconds):
        if not self._pgvector:
            raise ValueError("Asking PostgreSQL takes pgvector")
        return [self._hit(*hit) for hit in self._pgvector(backend, question)]

    def _hit(self, record, score, metadata, text=None):
        if text is None and isinstance(metadata.get(self._text_key), str):
            text = metadata[self._text_key]
        return {"id": record, "score": score, "text": text, "metadata": metadata}


def _called_there(backend, namespace):
    """How the application's namespace is called on this side."""
    rule = backend.get("namespaces")
    namespace = namespace or ""
    if not rule:
        return namespace
    return rule["into"] if "into" in rule else rule["pairs"].get(namespace, namespace)


def _shown(backend, found):
    hits = found["hits"]
    return {
        "side": backend["side"],
        "ids": [hit["id"] for hit in hits],
        "scores": [hit["score"] for hit in hits],
        "ms": found["ms"],
    }


def _posted(url, headers, seconds, body=None):
    data = None if body is None else json.dumps(body).encode()
    asked = urllib.request.Request(url, data=data, headers={**headers, "content-type": "application/json"})
    try:
        with urllib.request.urlopen(asked, timeout=seconds) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        said = error.read(200).decode("utf-8", "replace")
        raise RuntimeError(f"{urllib.parse.urlsplit(url).netloc} answered {error.code}: {said}") from None
