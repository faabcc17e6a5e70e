import type { CallOptions, VectorSource } from "@/lib/stores/contract";

/** Pinecone's read units: 1 a listing, 1 for 10 records, and for a question 1 for each GB of its namespace, at least a quarter. */
const recordsPerUnit = 10;
const leastPerQuestion = 0.25;

/** Read units of one question to a namespace of so many bytes. */
export const questionUnits = (bytes: number): number => Math.max(leastPerQuestion, bytes / 1e9);

/** Counts what is read of one side, and which bytes of the answers its service bills. */
export class ReadMeter {
  units = 0;
  bytes = 0;
  #noted = 0;

  /** Called after each answer; may throw, where enough was read. */
  onRead: () => void = () => {};
  /** Of a namespace, as far as it is known. Bytes. */
  sizeOf: (namespace: string) => number = () => 0;

  /** The same store, each answer counted. */
  over<Store extends VectorSource>(store: Store): Store {
    const counted = async <Answer>(
      options: CallOptions | undefined,
      call: (options: CallOptions) => Promise<Answer>,
      unitsOf: (answer: Answer) => number,
    ): Promise<Answer> => {
      const answered = (bytes: number) => {
        this.bytes += bytes;
        options?.answered?.(bytes);
      };
      const answer = await call({ ...options, answered });
      this.units += unitsOf(answer);
      this.onRead();
      return answer;
    };
    const fetched = ({ records }: { records: readonly unknown[] }) =>
      Math.max(1, Math.ceil(records.length / recordsPerUnit));
    const { query } = store;
    const own: Partial<VectorSource> = {
      listIds: (place, options) =>
        counted(
          options,
          (given) => store.listIds(place, { ...options, ...given }),
          () => 1,
        ),
      fetchHeads: (place, ids, options) => counted(options, (given) => store.fetchHeads(place, ids, given), fetched),
      fetchRecords: (place, ids, options) =>
        counted(options, (given) => store.fetchRecords(place, ids, given), fetched),
      ...(query && {
        query: (place, question, options) =>
          counted(
            options,
            (given) => query.call(store, place, question, given),
            () => questionUnits(this.sizeOf(place.namespace)),
          ),
      }),
    };
    // Not a copy: a store may be an object of a class, with getters and fields of its own.
    return new Proxy(store, {
      get(target, key) {
        const value: unknown = Reflect.get(key in own ? own : target, key, key in own ? own : target);
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
  }

  /** Bytes that came since this was asked last. */
  take(): number {
    const more = this.bytes - this.#noted;
    this.#noted = this.bytes;
    return more;
  }
}
