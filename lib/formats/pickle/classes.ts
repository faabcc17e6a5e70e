import { FormatError } from "../format-error";
import { NumpyArray, NumpyType, parseNumpyType, readElement } from "./numpy";
import { PickleName, PickleObject, type PickleValue } from "./values";

/** Classes whose objects are nothing but attributes: the stores of LangChain and Chroma. */
const dataClasses = [
  ...["langchain", "langchain_community"].flatMap((root) => [
    `${root}.docstore.in_memory.InMemoryDocstore`,
    `${root}.docstore.document.Document`,
  ]),
  "langchain.schema.Document",
  "langchain.schema.document.Document",
  "langchain_core.documents.Document",
  "langchain_core.documents.base.Document",
  "langchain_core.documents.base.Blob",
  "llama_index.schema.TextNode",
  "llama_index.core.schema.TextNode",
  "chromadb.segment.impl.vector.local_persistent_hnsw.PersistentData",
  "builtins.object",
  "__builtin__.object",
  "uuid.UUID",
];

const text = (value: PickleValue | undefined) => (typeof value === "string" ? value : "");
const items = (value: PickleValue | undefined): PickleValue[] =>
  Array.isArray(value) ? value : value instanceof Set ? [...value] : value instanceof Map ? [...value.keys()] : [];

function bytesOf(value: PickleValue | undefined): Uint8Array {
  if (value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return Uint8Array.from(value.map(Number));
  return Buffer.from(text(value), "latin1");
}

function scalar([type, bytes]: readonly PickleValue[]): PickleValue {
  if (!(type instanceof NumpyType) || !(bytes instanceof Uint8Array) || bytes.length !== type.size)
    throw new FormatError("malformed", "The pickle holds a numpy number without its bytes.");
  return readElement(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength), 0, type);
}

function fromBuffer(given: readonly PickleValue[]): PickleValue {
  const [bytes, type, shape, order] = given;
  if (!(bytes instanceof Uint8Array) || !(type instanceof NumpyType) || !Array.isArray(shape))
    throw new FormatError("malformed", "The pickle holds a numpy array without its bytes.");
  const array = new NumpyArray();
  array.fill(shape.map(Number), type, order === "F", bytes);
  return array;
}

function entries(value: PickleValue | undefined): Map<PickleValue, PickleValue> {
  if (value instanceof Map) return new Map(value);
  return new Map(items(value).map((pair) => [items(pair)[0] ?? null, items(pair)[1] ?? null]));
}

/** `datetime` packs year, month, day, hour, minute, second and microseconds into ten bytes. */
function moment([packed, zone]: readonly PickleValue[]): PickleValue {
  const bytes = bytesOf(packed);
  const two = (value: number | undefined) => String(value ?? 0).padStart(2, "0");
  const year = String((bytes[0] ?? 0) * 256 + (bytes[1] ?? 0)).padStart(4, "0");
  const day = `${year}-${two((bytes[2] ?? 0) & 127)}-${two(bytes[3])}`;
  if (bytes.length < 10) return day;
  const micro = (bytes[7] ?? 0) * 65_536 + (bytes[8] ?? 0) * 256 + (bytes[9] ?? 0);
  const fraction = micro === 0 ? "" : `.${String(micro).padStart(6, "0")}`;
  return `${day}T${two(bytes[4])}:${two(bytes[5])}:${two(bytes[6])}${fraction}${typeof zone === "number" ? offset(zone) : ""}`;
}

/** `+09:00`, of seconds. */
function offset(seconds: number): string {
  const minutes = Math.round(Math.abs(seconds) / 60);
  const two = (value: number) => String(value).padStart(2, "0");
  return `${seconds < 0 ? "-" : "+"}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

/** `time` packs hour, minute, second and microseconds into six bytes. */
function timeOfDay([packed]: readonly PickleValue[]): PickleValue {
  const bytes = bytesOf(packed);
  const [hour = 0, minute = 0, second = 0, high = 0, middle = 0, low = 0] = bytes;
  const two = (value: number) => String(value % 128).padStart(2, "0");
  const micro = high * 65_536 + middle * 256 + low;
  return `${two(hour)}:${two(minute)}:${two(second)}${micro === 0 ? "" : `.${String(micro).padStart(6, "0")}`}`;
}

/** A span of time in seconds, as `timedelta.total_seconds()` has it. */
const span = ([days, seconds, micro]: readonly PickleValue[]): PickleValue =>
  Number(days ?? 0) * 86_400 + Number(seconds ?? 0) + Number(micro ?? 0) / 1_000_000;

const path = (given: readonly PickleValue[]) => given.map(text).join("/").replace(/^\/\//, "/");

const makers: Record<string, PickleName["call"]> = {
  "collections.OrderedDict": ([pairs]) => entries(pairs),
  "collections.defaultdict": ([, pairs]) => entries(pairs),
  "_codecs.encode": ([value]) => bytesOf(value),
  "datetime.datetime": moment,
  "datetime.date": moment,
  "datetime.time": timeOfDay,
  "datetime.timedelta": span,
  // A zone is its distance from UTC, in seconds.
  "datetime.timezone": ([distance]) => Number(distance ?? 0),
  "collections.deque": ([values]) => [...items(values)],
  "collections.Counter": ([counts]) => entries(counts),
  "decimal.Decimal": ([value]) => text(value),
};
for (const root of ["builtins", "__builtin__"]) {
  makers[`${root}.set`] = ([value]) => new Set(items(value));
  makers[`${root}.frozenset`] = ([value]) => new Set(items(value));
  makers[`${root}.list`] = ([value]) => [...items(value)];
  makers[`${root}.tuple`] = ([value]) => [...items(value)];
  makers[`${root}.dict`] = ([value]) => entries(value);
  makers[`${root}.bytes`] = ([value]) => bytesOf(value);
  makers[`${root}.bytearray`] = ([value]) => bytesOf(value);
  makers[`${root}.str`] = ([value]) => text(value);
  makers[`${root}.int`] = ([value]) => (typeof value === "number" || typeof value === "bigint" ? value : 0);
  makers[`${root}.float`] = ([value]) => Number(value ?? 0);
}
for (const root of ["pathlib", "pathlib._local"])
  for (const name of ["PosixPath", "PurePosixPath", "WindowsPath", "PureWindowsPath"]) makers[`${root}.${name}`] = path;
for (const core of ["numpy.core", "numpy._core"]) {
  makers[`${core}.multiarray._reconstruct`] = () => new NumpyArray();
  makers[`${core}.multiarray.scalar`] = scalar;
  makers[`${core}.numeric._frombuffer`] = fromBuffer;
}
makers["numpy.ndarray"] = () => new NumpyArray();

makers["numpy.dtype"] = ([name]) => parseNumpyType(text(name));
for (const root of ["copyreg", "copy_reg"])
  makers[`${root}._reconstructor`] = ([of]) => new PickleObject(of instanceof PickleName ? of.name : "object", []);
for (const name of dataClasses) makers[name] = (given) => new PickleObject(name, given);

const known = new Map(Object.entries(makers).map(([name, call]) => [name, new PickleName(name, call)]));

/** Looks a class or function up in the closed list. @throws FormatError `refused`, by name, for everything else */
export function knownByName(module: string, name: string): PickleName {
  const whole = `${module}.${name}`;
  const found = known.get(whole);
  if (found) return found;
  throw new FormatError(
    "refused",
    `The pickle asks for ${whole.length > 200 ? `${whole.slice(0, 200)}…` : whole}, which isn't plain data: loading it in Python could run code. Nothing of it was executed.`,
  );
}
